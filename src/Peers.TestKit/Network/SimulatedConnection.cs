using System.Net;

namespace Peers.TestKit;

/// <summary>A connection of the <see cref="SimulatedNetwork"/>, as the network in the middle sees it: here a test breaks it.</summary>
public sealed class SimulatedConnection
{
    private readonly SimulatedNetwork _network;
    private readonly SimulatedHost _initiator;
    private readonly ConnectAttempt _attempt;
    private readonly SimulatedPath _forth;
    private readonly SimulatedPath _back;
    private readonly ulong _draws;
    private SimulatedPort? _port;
    private long _resetAfter = long.MaxValue;

    internal SimulatedConnection(SimulatedNetwork network, SimulatedHost initiator, IPEndPoint from, IPEndPoint to, LinkProfile profile, ulong draws, ConnectAttempt attempt)
    {
        _network = network;
        _initiator = initiator;
        _attempt = attempt;
        _draws = draws;
        _forth = new SimulatedPath(network, this, from, to, profile, SeededDraws.Stream(draws, 1));
        _back = new SimulatedPath(network, this, to, from, profile, SeededDraws.Stream(draws, 2));
    }

    /// <summary>The end that dialled.</summary>
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

    internal bool IsOver => InitiatorSocket is { IsClosed: true } && AcceptorSocket is { IsClosed: true };

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
                _attempt.Fail(System.Net.Sockets.SocketError.ConnectionRefused);
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

    private void SynArrives()
    {
        if (_network.HostFor(_initiator, Acceptor.Address) is not { } host)
            return;

        _port = _network.Faults.Refuses(Acceptor) ? null : host.PortAt(Acceptor);
        if (_port is null)
            _network.Trace.Write($"refuse {Initiator} > {Acceptor}");
        else if (_network.Faults.ResetAfter(Acceptor) is { } bytes)
            ResetAfter(bytes);
        _back.Send(_port is null ? PacketKind.Refusal : PacketKind.SynAck);
    }

    private void SynAckArrives()
    {
        if (_attempt.IsOver)
            return;
        InitiatorSocket = new SimulatedSocket(this, _forth, _back, SeededDraws.Stream(_draws, 3));
        AcceptorSocket = new SimulatedSocket(this, _back, _forth, SeededDraws.Stream(_draws, 4));
        InitiatorSocket.Peer = AcceptorSocket;
        AcceptorSocket.Peer = InitiatorSocket;
        _network.Remember(this);
        _forth.Send(PacketKind.Ack);
        _attempt.Connected(InitiatorSocket);
    }

    private void AckArrives()
    {
        var (port, socket) = (_port!, AcceptorSocket!);
        _port = null;
        if (!port.IsOpen)
        {
            socket.Abort();
            return;
        }

        _network.Trace.Write($"accept {this}");
        port.Accept(socket);
    }
}
