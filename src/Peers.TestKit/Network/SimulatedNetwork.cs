using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.IO;

namespace Peers.TestKit;

/// <summary>
/// A TCP network in virtual time: hosts, names, links and their faults. Production actors reach it through <see cref="SimulatedHost.Tcp"/>,
/// tests that are no engine through <see cref="Dial(IPEndPoint, IPEndPoint)"/> and <see cref="Listen"/>. All its chance comes from the seed.
/// </summary>
/// <remarks>
/// An address that no host has is silent, as most of the Internet is: connecting to it ends with the connect timeout.
/// </remarks>
public sealed class SimulatedNetwork
{
    /// <summary>How long a kernel repeats its SYN before a connect without a timeout of its own fails.</summary>
    public static readonly TimeSpan SynTimeout = TimeSpan.FromSeconds(127);

    /// <summary>How long Linux repeats what is not acknowledged before a connection times out: fifteen times, which is about 15 minutes.</summary>
    public static readonly TimeSpan LinuxRetransmissionLimit = TimeSpan.FromSeconds(924.6);

    /// <summary>Where hosts are seen that reach the rest of the network through Tor: 198.51.100.9.</summary>
    public static readonly IPAddress TorExit = new([198, 51, 100, 9]);

    private const int SmallestTidying = 1024;

    private readonly List<SimulatedHost> _hosts = [];
    private readonly Dictionary<IPAddress, SimulatedHost> _hostAt = [];
    private List<SimulatedConnection> _connections = [];
    private readonly Dictionary<string, IPAddress[]> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<(IPAddress, IPAddress), LinkProfile> _links = [];
    private readonly Dictionary<IPAddress, SimulatedNat> _nats = [];
    private TcpSettings? _tcpSettings;
    private int _over;

    internal SimulatedNetwork(int seed, VirtualTimeScheduler scheduler, SimulationTrace trace, Func<Props, string, IActorRef> actorOf)
    {
        Seed = seed;
        Scheduler = scheduler;
        Trace = trace;
        ActorOf = actorOf;
    }

    /// <summary>What links are like that have no profile of their own. Connections keep the profile they began with.</summary>
    public LinkProfile DefaultLink { get; set; } = LinkProfile.Default;

    /// <summary>What the ways to onion services are like that have no profile of their own.</summary>
    public LinkProfile OnionLink { get; set; } = LinkProfile.Onion;

    /// <summary>
    /// What the way from the first address to the second is like, when it has no profile of its own; <c>null</c>, or an answer of <c>null</c>,
    /// for the defaults. For whole networks: a link by where the two are.
    /// </summary>
    public Func<IPAddress, IPAddress, LinkProfile?>? LinkBetween { get; set; }

    /// <summary>
    /// How long a host repeats what is not acknowledged, because the way is cut or the other host is down, before its end of the connection times out;
    /// <c>null</c>, the default, for ever. Real hosts give up: see <see cref="LinuxRetransmissionLimit"/>. The other end hears nothing of it.
    /// </summary>
    public TimeSpan? RetransmissionLimit { get; set; }

    /// <summary>The hosts, in the order they were made.</summary>
    public IReadOnlyList<SimulatedHost> Hosts => _hosts;

    /// <summary>The connections that at least one end still holds.</summary>
    public IReadOnlyList<SimulatedConnection> Connections
    {
        get
        {
            ForgetThoseThatAreOver();
            return _connections;
        }
    }

    internal int Seed { get; }

    internal NetworkFaults Faults { get; } = new();

    internal VirtualTimeScheduler Scheduler { get; }

    internal SimulationTrace Trace { get; }

    internal Func<Props, string, IActorRef> ActorOf { get; }

    /// <summary>See what applications hand to their sockets and take from them.</summary>
    internal List<IWireTap> Taps { get; } = [];

    /// <summary>
    /// The host with the first of these <paramref name="addresses"/>, which are IPv4, IPv6 or <c>….onion</c>; it is made when there is none.
    /// </summary>
    public SimulatedHost Host(params string[] addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        ArgumentOutOfRangeException.ThrowIfZero(addresses.Length);
        return HostOf(Array.ConvertAll(addresses, OnionAddress.Parse), OnionAddress.IsName(addresses[0]) ? addresses[0] : null);
    }

    /// <summary>The host with the first of these <paramref name="addresses"/>; it is made when there is none.</summary>
    public SimulatedHost Host(params IPAddress[] addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        ArgumentOutOfRangeException.ThrowIfZero(addresses.Length);
        return HostOf(Array.ConvertAll(addresses, SimulatedHost.Plain), null);
    }

    /// <summary>The router with this address, for hosts that cannot be dialled; it is made when there is none.</summary>
    public SimulatedNat Nat(string outside)
    {
        var address = IPAddress.Parse(outside);
        if (!_nats.TryGetValue(address, out var nat))
            _nats[address] = nat = new SimulatedNat(this, address);
        return nat;
    }

    /// <summary>Lets <paramref name="name"/> resolve to <paramref name="addresses"/>; without addresses it becomes unknown.</summary>
    public void Name(string name, params IPAddress[] addresses) => _names[name] = addresses;

    /// <summary>Gives connections between two addresses, from now on, a <paramref name="profile"/> of their own.</summary>
    public void Link(IPAddress one, IPAddress other, LinkProfile profile)
    {
        LinkOneWay(one, other, profile);
        LinkOneWay(other, one, profile);
    }

    /// <summary>Gives the way from one address to another, in that direction, a <paramref name="profile"/> of its own: a line that is slow one way only.</summary>
    public void LinkOneWay(IPAddress from, IPAddress to, LinkProfile profile) => _links[(from, to)] = profile;

    /// <summary>Separates two groups of hosts until the partition is healed or disposed of; with one group, that group from all others.</summary>
    public SimulatedPartition Partition(IEnumerable<SimulatedHost> one, IEnumerable<SimulatedHost>? other = null)
    {
        ArgumentNullException.ThrowIfNull(one);
        return new SimulatedPartition(Faults, one, other);
    }

    /// <summary>A proxy that listens at <paramref name="at"/> and hands every connection on to <paramref name="target"/>; without one it speaks SOCKS5.</summary>
    public SimulatedProxy Proxy(IPEndPoint at, EndPoint? target = null)
    {
        ArgumentNullException.ThrowIfNull(at);
        return new SimulatedProxy(this, Host(at.Address), at, target);
    }

    /// <summary>Dials <paramref name="to"/> from a host that is no engine. The answer comes with virtual time.</summary>
    public RawPeer Dial(IPEndPoint from, IPEndPoint to)
    {
        ArgumentNullException.ThrowIfNull(from);
        return RawPeer.Dial(this, Host(from.Address), from, to);
    }

    /// <summary>Dials <paramref name="to"/> from a free port of a host that is no engine.</summary>
    public RawPeer Dial(IPAddress from, IPEndPoint to) => Dial(new IPEndPoint(from, 0), to);

    /// <summary>Listens on a host that is no engine.</summary>
    /// <exception cref="SimulationException">The endpoint is in use.</exception>
    public RawListener Listen(IPEndPoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return new RawListener(Host(endpoint.Address), endpoint);
    }

    /// <summary>Lets <paramref name="endpoint"/> refuse connections, whether somebody listens or not, until <see cref="Restore(IPEndPoint)"/>.</summary>
    public void Refuse(IPEndPoint endpoint) => Faults.Refuse(endpoint);

    /// <summary>Lets nothing to and from <paramref name="endpoint"/> arrive, until <see cref="Restore(IPEndPoint)"/>; then what was sent arrives.</summary>
    public void Blackhole(IPEndPoint endpoint) => Faults.Blackhole(endpoint);

    /// <summary>Lets nothing to and from <paramref name="address"/> arrive, until <see cref="Restore(IPAddress)"/>; then what was sent arrives.</summary>
    public void Blackhole(IPAddress address) => Faults.Blackhole(address);

    /// <summary>Lets nothing arrive between two addresses, until <see cref="Heal"/>; then what was sent arrives.</summary>
    public void Cut(IPAddress one, IPAddress other) => Faults.Cut(one, other);

    /// <summary>Resets every connection that is made to <paramref name="endpoint"/> from now on when it has carried this many bytes.</summary>
    public void ResetAfter(IPEndPoint endpoint, long bytes) => Faults.ResetAfter(endpoint, bytes);

    /// <summary>Takes back every fault of <paramref name="endpoint"/>.</summary>
    public void Restore(IPEndPoint endpoint) => Faults.Restore(endpoint);

    /// <summary>Takes back <see cref="Blackhole(IPAddress)"/>.</summary>
    public void Restore(IPAddress address) => Faults.Restore(address);

    /// <summary>Takes back <see cref="Cut"/>.</summary>
    public void Heal(IPAddress one, IPAddress other) => Faults.Heal(one, other);

    /// <summary>The addresses of a name, which may be an address itself or an onion service; none when nobody has that name.</summary>
    public IReadOnlyList<IPAddress> Resolve(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _names.TryGetValue(name, out var addresses) ? addresses
            : OnionAddress.IsName(name) ? [OnionAddress.Of(name)]
            : IPAddress.TryParse(name, out var literal) ? [literal] : [];
    }

    internal IPEndPoint Resolve(EndPoint endpoint) => endpoint switch
    {
        IPEndPoint address => address,
        DnsEndPoint name when Resolve(name.Host) is [var first, ..] => new IPEndPoint(first, name.Port),
        _ => throw new SimulationException($"Nobody has the name {endpoint}."),
    };

    internal SimulatedHost AddHost(IPAddress[] addresses, string name, SimulatedNat? nat)
    {
        var host = new SimulatedHost(this, addresses, name, nat);
        _hosts.Add(host);
        return host;
    }

    internal ConnectAttempt Connect(SimulatedHost host, IPEndPoint? wanted, IPEndPoint to, Action<SimulatedSocket> connected, Action<SocketError> failed)
    {
        var timeout = new Cancelable((IScheduler)Scheduler);
        var attempt = new ConnectAttempt(connected, failed, timeout);
        var remote = new IPEndPoint(SimulatedHost.Plain(to.Address), to.Port);
        if (host.IsDown || host.LocalEndFor(remote.Address, wanted) is not { } local)
        {
            attempt.Fail(host.IsDown ? SocketError.NetworkDown : SocketError.NetworkUnreachable);
            return attempt;
        }

        var from = host.OutsideOf(local, remote.Address);
        Trace.Network("connect", from, remote);
        ((IActionScheduler)Scheduler).ScheduleOnce(SynTimeout, () => attempt.Fail(SocketError.TimedOut), timeout);
        var itself = host.Owns(remote.Address);
        new SimulatedConnection(this, host, local, from, remote, LinkOf(from.Address, remote.Address, itself), LinkOf(remote.Address, from.Address, itself), attempt).Dial();
        return attempt;
    }

    internal void After(TimeSpan delay, Action action) => ((IActionScheduler)Scheduler).ScheduleOnce(delay, action);

    internal TcpSettings SettingsFor(ActorSystem system) => _tcpSettings ??= TcpSettings.Create(system);

    internal Destination DestinationOf(SimulatedHost dialler, IPEndPoint endpoint)
    {
        if (IPAddress.IsLoopback(endpoint.Address))
            return new Destination(dialler, endpoint, false);
        if (dialler.Nat?.HostAt(endpoint.Address) is { } neighbour)
            return new Destination(neighbour, endpoint, false);
        if (_nats.Count > 0 && _nats.TryGetValue(endpoint.Address, out var nat))
            return nat.DestinationAt(endpoint.Port);
        return new Destination(_hostAt.GetValueOrDefault(endpoint.Address), endpoint, false);
    }

    internal void Remember(SimulatedConnection connection) => _connections.Add(connection);

    /// <summary>One more connection is over. The list is tidied now and then: taking one out of 80,000 each time would cost more than all else.</summary>
    internal void Forget()
    {
        if (++_over > SmallestTidying && _over > _connections.Count / 2)
            ForgetThoseThatAreOver();
    }

    private void ForgetThoseThatAreOver()
    {
        if (_over == 0)
            return;
        _over = 0;
        // A new list: who looks at the old one may be the one who ends connections.
        _connections = _connections.FindAll(connection => !connection.IsOver);
    }

    private LinkProfile LinkOf(IPAddress from, IPAddress to, bool itself)
    {
        if (itself)
            return LinkProfile.Loopback;
        if (_links.Count > 0 && _links.TryGetValue((from, to), out var own))
            return own;
        return LinkBetween?.Invoke(from, to) ?? (OnionAddress.Is(from) || OnionAddress.Is(to) ? OnionLink : DefaultLink);
    }

    private SimulatedHost HostOf(IPAddress[] addresses, string? name)
    {
        if (_hostAt.TryGetValue(addresses[0], out var known))
            return known;
        var host = AddHost(addresses, name ?? addresses[0].ToString(), null);
        foreach (var address in addresses)
            _hostAt[address] = host;
        return host;
    }
}
