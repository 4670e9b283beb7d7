using System.Net;
using System.Net.Sockets;

namespace Peers.TestKit;

/// <summary>A connection of the <see cref="SimulatedNetwork"/>, as the network in the middle sees it: here a test breaks it.</summary>
public sealed class SimulatedConnection
{
    private readonly SimulatedNetwork _network;
    private readonly SimulatedHost _initiator;
    private readonly IPEndPoint _local;
    private readonly SimulatedPath _forth;
    private readonly SimulatedPath _back;
    private readonly ulong _draws;
    private ConnectAttempt? _attempt;
    private SimulatedPort? _port;
    private Destination _destination;
    private long _resetAfter = long.MaxValue;

    internal SimulatedConnection(
        SimulatedNetwork network, SimulatedHost initiator, IPEndPoint local, IPEndPoint from, IPEndPoint to, LinkProfile forth, LinkProfile back, ConnectAttempt attempt)
    {
        _network = network;
        _initiator = initiator;
        _local = local;
        _attempt = attempt;
        _draws = initiator.DrawsForDial();
        _forth = new SimulatedPath(network, this, from, to, forth, SeededDraws.Stream(_draws, 1)) { Sender = initiator };
        _back = new SimulatedPath(network, this, to, from, back, SeededDraws.Stream(_draws, 2)) { Receiver = initiator };
        DrawLatency();
        FindDestination();
    }

    /// <summary>The end that dialled, as the network routes it: outside of a NAT.</summary>
    public IPEndPoint Initiator => _forth.From;

    /// <summary>The end that listened.</summary>
    public IPEndPoint Acceptor => _forth.To;

    /// <summary>Whether neither end has closed it completely.</summary>
    public bool IsOpen => InitiatorSocket is { IsClosed: false } && AcceptorSocket is { IsClosed: false };

    /// <summary>Bytes that have arrived, both ways together.</summary>
    public long Carried { get; private set; }

    internal SimulatedNetwork Network => _network;

    internal SimulatedSocket? InitiatorSocket { get; private set; }

    internal SimulatedSocket? AcceptorSocket { get; private set; }

    /// <summary>Whether the end that listened has heard of it: until the last packet of its making arrives, only its kernel has.</summary>
    internal bool IsAccepted { get; private set; }

    internal bool IsOver => InitiatorSocket is { IsClosed: true } && AcceptorSocket is { IsClosed: true };

    internal List<IWireTap> Taps => _network.Taps;

    /// <summary>Resets the connection now: both ends hear of it at this instant, what is on its way is lost.</summary>
    public void Reset()
    {
        InitiatorSocket?.ResetArrives();
        AcceptorSocket?.ResetArrives();
        _resetAfter = 0;
    }

    /// <summary>Resets the connection when this many more bytes have arrived, both ways together: in the middle of a message, if the count says so.</summary>
    public void ResetAfter(long bytes) => _resetAfter = bytes;

    /// <inheritdoc />
    public override string ToString() => $"{Initiator} > {Acceptor}";

    internal void Dial() => _forth.Send(PacketKind.Syn);

    internal void Arrived(SimulatedPath path, Packet packet)
    {
        switch (packet.Kind)
        {
            case PacketKind.Syn:
                SynArrives();
                break;
            case PacketKind.SynAck:
                SynAckArrives();
                break;
            case PacketKind.Ack:
                AckArrives();
                break;
            case PacketKind.Refusal:
                _attempt?.Fail(SocketError.ConnectionRefused);
                break;
            default:
                (ReferenceEquals(path, _forth) ? AcceptorSocket : InitiatorSocket)?.Arrived(packet);
                break;
        }
    }

    internal int Carry(int bytes)
    {
        var allowed = (int)Math.Min(bytes, _resetAfter);
        _resetAfter -= _resetAfter == long.MaxValue ? 0 : allowed;
        Carried += allowed;
        return allowed;
    }

    internal void SocketClosed()
    {
        if (IsOver)
            _network.Forget();
    }

    /// <summary>The sender of this path has repeated itself in vain for so long that its kernel gives up; the other end hears nothing of it.</summary>
    internal void TimesOut(SimulatedPath path) =>
        (ReferenceEquals(path, _forth) ? InitiatorSocket : AcceptorSocket)?.Fail(SocketError.TimedOut);

    private void DrawLatency()
    {
        if (_forth.Profile.Latencies is null && _back.Profile.Latencies is null)
            return;
        var quantile = SeededDraws.Stream(_draws, 5).NextDouble();
        _forth.Latency = (_forth.Profile.Latencies?.At(quantile) ?? _forth.Profile.Latency).Ticks;
        _back.Latency = (_back.Profile.Latencies?.At(quantile) ?? _back.Profile.Latency).Ticks;
    }

    private void FindDestination()
    {
        _destination = _network.DestinationOf(_initiator, Acceptor);
        _forth.Receiver = _back.Sender = _destination.Host;
    }

    private void SynArrives()
    {
        FindDestination();
        if (_destination is { Host: null, Refuses: false })
            return;

        _port = _network.Faults.Refuses(Acceptor) || _destination.Host is null ? null : _destination.Host.PortAt(_destination.Local!);
        if (_port is null)
            _network.Trace.Network("refuse", Initiator, Acceptor);
        else if (_network.Faults.ResetAfter(Acceptor) is { } bytes)
            ResetAfter(bytes);
        _back.Send(_port is null ? PacketKind.Refusal : PacketKind.SynAck);
    }

    private void SynAckArrives()
    {
        if (_attempt is not { IsOver: false } attempt)
            return;
        _attempt = null;
        var host = _destination.Host!;
        // Tor hides who dials an onion service: it sees a connection of the Tor that runs beside it.
        var seen = OnionAddress.Is(Acceptor.Address) ? new IPEndPoint(IPAddress.Loopback, host.NextPort()) : Initiator;
        InitiatorSocket = new SimulatedSocket(this, _initiator, _local, Acceptor, _forth, _back, SeededDraws.Stream(_draws, 3));
        AcceptorSocket = new SimulatedSocket(this, host, _destination.Local!, seen, _back, _forth, SeededDraws.Stream(_draws, 4));
        _network.Remember(this);
        _forth.Send(PacketKind.Ack);
        attempt.Connected(InitiatorSocket);
    }

    private void AckArrives()
    {
        var (port, socket) = (_port!, AcceptorSocket!);
        _port = null;
        if (!port.IsOpen || socket.IsClosed)
        {
            socket.Refuse();
            return;
        }

        IsAccepted = true;
        _network.Trace.Network("accept", Initiator, Acceptor);
        port.Accept(socket);
    }
}
