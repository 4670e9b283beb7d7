using System.Net;

namespace Peers.TestKit;

/// <summary>
/// A router with one address for all hosts behind it. They dial out, and the world sees the router's address and a port of its choice; who
/// dials the router finds nobody, but for ports that are forwarded. The hosts behind it reach each other by their own addresses.
/// </summary>
public sealed class SimulatedNat
{
    private const int FirstPort = 1024;

    private readonly SimulatedNetwork _network;
    private readonly Dictionary<IPAddress, SimulatedHost> _hosts = [];
    private readonly Dictionary<int, (SimulatedHost Host, IPEndPoint Inside)> _forwarded = [];
    private int _nextPort = FirstPort;

    internal SimulatedNat(SimulatedNetwork network, IPAddress outside)
    {
        _network = network;
        Outside = outside;
    }

    /// <summary>The address that the world sees.</summary>
    public IPAddress Outside { get; }

    /// <summary>Whether a dial from outside is refused; silent, as most routers are, if not.</summary>
    public bool Refuses { get; set; }

    /// <summary>The host behind the router with the first of these addresses; it is made when there is none. Two routers may use the same.</summary>
    public SimulatedHost Host(params string[] addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        ArgumentOutOfRangeException.ThrowIfZero(addresses.Length);
        var inside = Array.ConvertAll(addresses, IPAddress.Parse);
        if (_hosts.TryGetValue(inside[0], out var known))
            return known;
        var host = _network.AddHost(inside, $"{inside[0]} behind {Outside}", this);
        foreach (var address in inside)
            _hosts[address] = host;
        return host;
    }

    /// <summary>Hands dials to a <paramref name="port"/> of the router to the same port of a host behind it, as UPnP or its owner arranges.</summary>
    public void Forward(int port, SimulatedHost to)
    {
        ArgumentNullException.ThrowIfNull(to);
        _forwarded[port] = (to, new IPEndPoint(to.Addresses[0], port));
    }

    internal SimulatedHost? HostAt(IPAddress address) => _hosts.GetValueOrDefault(address);

    internal Destination DestinationAt(int port) =>
        _forwarded.TryGetValue(port, out var forwarded) ? new Destination(forwarded.Host, forwarded.Inside, false) : new Destination(null, null, Refuses);

    internal IPEndPoint OutsideOf(IPEndPoint local, IPAddress remote)
    {
        if (remote.AddressFamily != Outside.AddressFamily || local.AddressFamily != Outside.AddressFamily || _hosts.ContainsKey(remote) || IPAddress.IsLoopback(remote))
            return local;
        var port = _nextPort;
        _nextPort = _nextPort == IPEndPoint.MaxPort ? FirstPort : _nextPort + 1;
        return new IPEndPoint(Outside, port);
    }
}
