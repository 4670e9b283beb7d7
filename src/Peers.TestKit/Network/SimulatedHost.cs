using System.Net;
using System.Net.Sockets;
using Akka.Actor;

namespace Peers.TestKit;

/// <summary>A machine of the <see cref="SimulatedNetwork"/>: its addresses, its ports, and the actor that is its Akka.IO.</summary>
public sealed class SimulatedHost
{
    private const int FirstEphemeralPort = 49152;

    private readonly SimulatedNetwork _network;
    private readonly List<SimulatedPort> _ports = [];
    private readonly ulong _draws;
    private IActorRef? _tcp;
    private ulong _dials;
    private int _nextPort = FirstEphemeralPort;

    internal SimulatedHost(SimulatedNetwork network, IReadOnlyList<IPAddress> addresses)
    {
        _network = network;
        Addresses = addresses;
        _draws = SeededDraws.Mix(Seeds.Hash(addresses[0].ToString()) ^ ((ulong)(uint)network.Seed << 32));
    }

    /// <summary>Its addresses; the first names it.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; }

    /// <summary>Speaks Akka.IO's <c>Tcp</c> protocol, as <c>system.Tcp()</c> does: give it to whatever binds and connects on this host.</summary>
    /// <remarks>The actor is made when it is first asked for: a host of raw peers has none.</remarks>
    public IActorRef Tcp => _tcp ??= _network.ActorOf(
        Props.Create(() => new SimulatedTcpManager(_network, this)), $"tcp-{Addresses[0].ToString().Replace(':', '.')}");

    /// <inheritdoc />
    public override string ToString() => Addresses[0].ToString();

    internal SocketError Listen(IPEndPoint endpoint, Action ready, out SimulatedPort? port)
    {
        port = null;
        var address = Plain(endpoint.Address);
        if (!IsAny(address) && !Owns(address))
            return SocketError.AddressNotAvailable;
        var number = endpoint.Port == 0 ? NextPort() : endpoint.Port;
        if (_ports.Exists(other => other.Endpoint.Port == number && Overlap(other.Endpoint.Address, address)))
            return SocketError.AddressAlreadyInUse;

        port = new SimulatedPort(this, new IPEndPoint(address, number), ready);
        _ports.Add(port);
        return SocketError.Success;
    }

    /// <summary>Each dial of a host has draws of its own, numbered: what one connection draws does not move what another draws.</summary>
    internal ulong DrawsForDial() => SeededDraws.Mix(_draws + ++_dials);

    internal SimulatedPort? PortAt(IPEndPoint endpoint) =>
        _ports.Find(port => port.Endpoint.Port == endpoint.Port && Overlap(port.Endpoint.Address, endpoint.Address));

    internal void Release(SimulatedPort port) => _ports.Remove(port);

    /// <summary>The local end of a connection to <paramref name="remote"/>; <c>null</c> when this host has no address of that kind.</summary>
    internal IPEndPoint? LocalEndFor(IPAddress remote, IPEndPoint? wanted)
    {
        var address = wanted is not null && !IsAny(wanted.Address) ? Plain(wanted.Address)
            : IPAddress.IsLoopback(remote) ? remote
            : Addresses.FirstOrDefault(own => own.AddressFamily == remote.AddressFamily);
        if (address is null || !Owns(address) || address.AddressFamily != remote.AddressFamily)
            return null;
        return new IPEndPoint(address, wanted is { Port: not 0 } ? wanted.Port : NextPort());
    }

    internal bool Owns(IPAddress address) => IPAddress.IsLoopback(address) || Addresses.Contains(address);

    internal static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    // .NET's IPv6 sockets are IPv6 only unless asked, so that [::] and 0.0.0.0 share a port.
    private static bool Overlap(IPAddress one, IPAddress other) =>
        one.AddressFamily == other.AddressFamily && (one.Equals(other) || IsAny(one) || IsAny(other));

    private int NextPort()
    {
        var port = _nextPort;
        _nextPort = _nextPort == IPEndPoint.MaxPort ? FirstEphemeralPort : _nextPort + 1;
        return _ports.Exists(other => other.Endpoint.Port == port) ? NextPort() : port;
    }
}
