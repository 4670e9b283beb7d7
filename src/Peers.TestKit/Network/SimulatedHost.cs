using System.Net;
using System.Net.Sockets;
using Akka.Actor;

namespace Peers.TestKit;

/// <summary>A machine of the <see cref="SimulatedNetwork"/>: its addresses, its ports, and the actor that is its Akka.IO.</summary>
/// <remarks>
/// Any host can dial an onion service, as if it ran Tor. A host with onion addresses alone dials all else through Tor, too, and is then seen
/// at <see cref="SimulatedNetwork.TorExit"/>.
/// </remarks>
public sealed class SimulatedHost
{
    private const int FirstEphemeralPort = 49152;

    private readonly SimulatedNetwork _network;
    private readonly List<SimulatedPort> _ports = [];
    private readonly List<SimulatedSocket> _sockets = [];
    private readonly string _name;
    private readonly ulong _draws;
    private SharedBandwidth _upload;
    private SharedBandwidth _download;
    private IActorRef? _tcp;
    private ulong _dials;
    private int _nextPort = FirstEphemeralPort;

    internal SimulatedHost(SimulatedNetwork network, IReadOnlyList<IPAddress> addresses, string name, SimulatedNat? nat)
    {
        _network = network;
        _name = name;
        Addresses = addresses;
        Nat = nat;
        _draws = SeededDraws.Mix(Seeds.Hash(name) ^ ((ulong)(uint)network.Seed << 32));
    }

    /// <summary>Its addresses; the first names it. An onion service has an address that stands for its name.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; }

    /// <summary>Speaks Akka.IO's <c>Tcp</c> protocol, as <c>system.Tcp()</c> does: give it to whatever binds and connects on this host.</summary>
    /// <remarks>The actor is made when it is first asked for: a host of raw peers has none.</remarks>
    public IActorRef Tcp => _tcp ??= _network.ActorOf(
        ActorFactory.Props(() => new SimulatedTcpManager(_network, this)), $"tcp-{_name.Replace(':', '.').Replace(' ', '-')}");

    /// <summary>Bytes per second that all connections of the host together can send; <c>null</c> for no limit. They take turns as they write.</summary>
    public long? UploadBytesPerSecond
    {
        get => _upload.BytesPerSecond;
        set => _upload.BytesPerSecond = value;
    }

    /// <summary>Bytes per second that all connections of the host together can receive; <c>null</c> for no limit. They take turns as bytes arrive.</summary>
    public long? DownloadBytesPerSecond
    {
        get => _download.BytesPerSecond;
        set => _download.BytesPerSecond = value;
    }

    /// <summary>Whether it crashed and was not restarted.</summary>
    public bool IsDown { get; private set; }

    internal SimulatedNat? Nat { get; }

    internal ref SharedBandwidth Upload => ref _upload;

    internal ref SharedBandwidth Download => ref _download;

    /// <summary>
    /// The machine loses its power: its listeners and connections are gone without a word. Its own sockets end with an error; the other ends hear
    /// nothing, until <see cref="Restart"/>, when what they send is answered by a reset. An engine that ran on it should be stopped, as its
    /// process is gone.
    /// </summary>
    public void Crash()
    {
        if (IsDown)
            return;
        _network.Trace.Write($"crash {this}");
        IsDown = true;
        _network.Faults.Changed();
        foreach (var port in _ports.ToArray())
            port.Vanish();
        foreach (var socket in _sockets.ToArray())
            socket.Vanish();
    }

    /// <summary>The machine runs again, with no listener and no connection.</summary>
    public void Restart()
    {
        if (!IsDown)
            return;
        _network.Trace.Write($"restart {this}");
        IsDown = false;
        _network.Faults.Healed();
    }

    /// <summary>Dials <paramref name="to"/>, an address or a name, from a free port as no engine would. The answer comes with virtual time.</summary>
    public RawPeer Dial(EndPoint to) => RawPeer.Dial(_network, this, null, _network.Resolve(to));

    /// <summary>Listens as no engine would, at the first address; at any free port when 0.</summary>
    /// <exception cref="SimulationException">The port is in use.</exception>
    public RawListener Listen(int port = 0) => new(this, new IPEndPoint(Addresses[0], port));

    internal IReadOnlyList<SimulatedPort> Ports => _ports;

    /// <inheritdoc />
    public override string ToString() => _name;

    internal SocketError Listen(IPEndPoint endpoint, Action ready, out SimulatedPort? port)
    {
        port = null;
        var address = Plain(endpoint.Address);
        if (IsDown)
            return SocketError.NetworkDown;
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

    /// <summary>Tor hands what comes for an onion service to a local port.</summary>
    internal SimulatedPort? PortAt(IPEndPoint endpoint) => _ports.Find(port =>
        port.Endpoint.Port == endpoint.Port &&
        (Overlap(port.Endpoint.Address, endpoint.Address) ||
            (OnionAddress.Is(endpoint.Address) && (port.Endpoint.Address.Equals(IPAddress.Any) || IPAddress.IsLoopback(port.Endpoint.Address)))));

    internal void Release(SimulatedPort port) => _ports.Remove(port);

    internal void Add(SimulatedSocket socket)
    {
        socket.Place = _sockets.Count;
        _sockets.Add(socket);
    }

    internal void Remove(SimulatedSocket socket)
    {
        var last = _sockets[^1];
        _sockets[socket.Place] = last;
        last.Place = socket.Place;
        _sockets.RemoveAt(_sockets.Count - 1);
    }

    /// <summary>The local end of a connection to <paramref name="remote"/>; <c>null</c> when this host has no address of that kind.</summary>
    internal IPEndPoint? LocalEndFor(IPAddress remote, IPEndPoint? wanted)
    {
        var onion = OnionAddress.Is(remote);
        var address = wanted is not null && !IsAny(wanted.Address) ? Plain(wanted.Address)
            : IPAddress.IsLoopback(remote) ? remote
            : onion || IsTorOnly ? Addresses[0]
            : Addresses.FirstOrDefault(own => own.AddressFamily == remote.AddressFamily && !OnionAddress.Is(own));
        if (address is null || !Owns(address) || (address.AddressFamily != remote.AddressFamily && !onion && !IsTorOnly))
            return null;
        return new IPEndPoint(address, wanted is { Port: not 0 } ? wanted.Port : NextPort());
    }

    /// <summary>How the others see the end of a connection that this host opens.</summary>
    internal IPEndPoint OutsideOf(IPEndPoint local, IPAddress remote)
    {
        if (Nat is not null)
            return Nat.OutsideOf(local, remote);
        return IsTorOnly && !OnionAddress.Is(remote) && !IPAddress.IsLoopback(remote) ? new IPEndPoint(SimulatedNetwork.TorExit, local.Port) : local;
    }

    internal bool Owns(IPAddress address) => IPAddress.IsLoopback(address) || Addresses.Contains(address);

    internal int NextPort()
    {
        var port = _nextPort;
        _nextPort = _nextPort == IPEndPoint.MaxPort ? FirstEphemeralPort : _nextPort + 1;
        return _ports.Exists(other => other.Endpoint.Port == port) ? NextPort() : port;
    }

    internal static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private bool IsTorOnly => OnionAddress.Is(Addresses[0]) && Addresses.All(OnionAddress.Is);

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    // .NET's IPv6 sockets are IPv6 only unless asked, so that [::] and 0.0.0.0 share a port.
    private static bool Overlap(IPAddress one, IPAddress other) =>
        one.AddressFamily == other.AddressFamily && (one.Equals(other) || IsAny(one) || IsAny(other));
}
