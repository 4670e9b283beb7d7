using System.Net;
using System.Net.Sockets;

namespace Peers.TestKit;

/// <summary>
/// A machine in between: it accepts connections and relays their bytes to a target, or where a SOCKS5 client (RFC 1928, CONNECT without
/// authentication) asks. What it does to the bytes is set for each direction, for connections from then on. Dial its <see cref="Endpoint"/>
/// instead of the target.
/// </summary>
public sealed class SimulatedProxy
{
    private readonly SimulatedNetwork _network;
    private readonly SimulatedHost _host;
    private readonly SimulatedPort _port;
    private readonly EndPoint? _target;
    private readonly List<ProxiedConnection> _connections = [];

    internal SimulatedProxy(SimulatedNetwork network, SimulatedHost host, IPEndPoint at, EndPoint? target)
    {
        _network = network;
        _host = host;
        _target = target;
        var error = host.Listen(at, Ready, out var port);
        _port = port ?? throw new SimulationException($"A proxy cannot listen on {at}: {error}.");
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint => _port.Endpoint;

    /// <summary>What it does to bytes from who dialled to the target.</summary>
    public ProxyFaults Forth { get; set; } = ProxyFaults.None;

    /// <summary>What it does to bytes from the target to who dialled.</summary>
    public ProxyFaults Back { get; set; } = ProxyFaults.None;

    /// <summary>The connections that it has accepted, in order.</summary>
    public IReadOnlyList<ProxiedConnection> Connections => _connections;

    /// <summary>Accepts no more; connections stay.</summary>
    public void Close() => _port.Close();

    private void Ready()
    {
        while (_port.Take() is { } socket)
            _connections.Add(new ProxiedConnection(_network, _host, socket, _target, Forth, Back));
    }
}

/// <summary>What a <see cref="SimulatedProxy"/> does to the bytes of one direction.</summary>
public sealed record ProxyFaults
{
    /// <summary>Nothing: every part goes on as it comes.</summary>
    public static ProxyFaults None { get; } = new();

    /// <summary>How long each part is held.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The bytes of one write at most: a part is split. <c>null</c>: as they come.</summary>
    public int? Split { get; init; }

    /// <summary>The bytes that are gathered before a write, up to the end of the stream. <c>null</c>: as they come.</summary>
    public int? Gather { get; init; }

    /// <summary>The place in the stream, from 0, of a byte whose bits are all turned round. <c>null</c>: none.</summary>
    public long? Corrupt { get; init; }

    /// <summary>Resets both sides when this many bytes have gone on. <c>null</c>: never.</summary>
    public long? CutAfter { get; init; }
}

/// <summary>A connection through a <see cref="SimulatedProxy"/>.</summary>
public sealed class ProxiedConnection
{
    private readonly SimulatedNetwork _network;
    private readonly SimulatedHost _host;
    private readonly SimulatedSocket _client;
    private readonly ProxyFaults _forthFaults;
    private readonly ProxyFaults _backFaults;
    private ProxyRelay? _forth;
    private ProxyRelay? _back;
    private SimulatedSocket? _server;

    internal ProxiedConnection(SimulatedNetwork network, SimulatedHost host, SimulatedSocket client, EndPoint? target, ProxyFaults forth, ProxyFaults back)
    {
        _network = network;
        _host = host;
        _client = client;
        _forthFaults = forth;
        _backFaults = back;
        if (target is null)
            new SocksGreeting(client, this).Read();
        else
            Dial(target, _ => Cut(), () => { });
    }

    /// <summary>Where it leads; <c>null</c> until a SOCKS client has said so.</summary>
    public EndPoint? Target { get; private set; }

    /// <summary>Whether both sides are connected.</summary>
    public bool IsConnected => _server is { IsClosed: false } && !_client.IsClosed;

    /// <summary>Bytes that have gone on to the target.</summary>
    public long Forth => _forth?.Passed ?? 0;

    /// <summary>Bytes that have gone on to who dialled.</summary>
    public long Back => _back?.Passed ?? 0;

    /// <summary>Resets both sides.</summary>
    public void Cut()
    {
        _client.Abort();
        _server?.Abort();
    }

    internal void Dial(EndPoint target, Action<SocketError> failed, Action connected)
    {
        Target = target;
        if (target is DnsEndPoint name && _network.Resolve(name.Host).Count == 0)
        {
            failed(SocketError.HostNotFound);
            return;
        }

        _network.Connect(_host, null, _network.Resolve(target), socket =>
        {
            _server = socket;
            if (_client.IsClosed)
            {
                Cut();
                return;
            }

            connected();
            _forth = new ProxyRelay(_network, this, _client, socket, _forthFaults);
            _back = new ProxyRelay(_network, this, socket, _client, _backFaults);
            _forth.Read();
            _back.Read();
        }, failed);
    }

    internal void DirectionEnded()
    {
        if (_forth is not { HasEnded: true } || _back is not { HasEnded: true })
            return;
        _client.Close();
        _server!.Close();
    }
}
