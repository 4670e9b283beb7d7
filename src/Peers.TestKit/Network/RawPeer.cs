using System.Net;
using System.Net.Sockets;

namespace Peers.TestKit;

/// <summary>How a <see cref="RawPeer"/>'s connection ended.</summary>
public enum RawPeerEnd
{
    /// <summary>It has not ended.</summary>
    NotClosed,

    /// <summary>It never began: refused, unreachable or timed out.</summary>
    ConnectFailed,

    /// <summary>The other end finished its stream (FIN). This end may still send.</summary>
    Finished,

    /// <summary>The connection was reset by the other end or by the network.</summary>
    Reset,

    /// <summary>What this end sent was not acknowledged for <see cref="SimulatedNetwork.RetransmissionLimit"/>.</summary>
    TimedOut,

    /// <summary>The host of this end crashed.</summary>
    HostLost,

    /// <summary>This end closed it.</summary>
    ClosedHere,

    /// <summary>This end reset it.</summary>
    ResetHere,
}

/// <summary>
/// A remote side that is no engine: a plain stream that a test writes to and reads from, without an actor. It reads all the time
/// unless told not to, and never sends but what the test sends.
/// </summary>
public sealed class RawPeer
{
    private readonly List<byte> _received = [];
    private readonly Queue<byte[]> _unsent = new(0);
    private SimulatedSocket? _socket;
    private ConnectAttempt? _attempt;
    private int _taken;
    private bool _sendLoop;
    private bool _sending;
    private bool _readLoop;
    private bool _reading;
    private bool _paused;
    private bool _finish;
    private bool _close;

    private RawPeer(IPEndPoint local, IPEndPoint remote)
    {
        Local = local;
        Remote = remote;
    }

    /// <summary>This end; its port is 0 until it is connected, when none was asked for.</summary>
    public IPEndPoint Local { get; private set; }

    /// <summary>The other end.</summary>
    public IPEndPoint Remote { get; }

    /// <summary>Whether the connection was made; it stays <c>true</c> when the connection ends.</summary>
    public bool IsConnected => _socket is not null;

    /// <summary>Whether the connection has ended, or the other end has finished.</summary>
    public bool IsClosed => HowClosed != RawPeerEnd.NotClosed;

    /// <summary>How it ended.</summary>
    public RawPeerEnd HowClosed { get; private set; }

    /// <summary>Who takes what arrives, instead of <see cref="Received"/>: a node that lives for hours keeps nothing.</summary>
    internal Action<byte[]>? Taker { get; set; }

    /// <summary>Called when the connection is made.</summary>
    internal Action? Connected { get; set; }

    /// <summary>Called when the connection has ended, or the other end has finished.</summary>
    internal event Action? Ended;

    /// <summary>All bytes received so far, those taken included.</summary>
    public byte[] Received => [.. _received];

    /// <summary>How many bytes were received and not taken yet.</summary>
    public int Available => _received.Count - _taken;

    internal long ReceivedCount => _received.Count;

    /// <summary>How many bytes wait here because the other end does not read.</summary>
    public int Unsent => _unsent.Sum(bytes => bytes.Length);

    /// <summary>Sends <paramref name="bytes"/> behind all that was sent before; they leave when the connection is made and the window allows.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        if (_finish)
            throw new InvalidOperationException("The stream is finished: nothing can be sent behind its end.");
        if (bytes.IsEmpty || HowClosed is not (RawPeerEnd.NotClosed or RawPeerEnd.Finished))
            return;
        _unsent.Enqueue(bytes.ToArray());
        SendNext();
    }

    /// <summary>Takes everything received and not taken yet.</summary>
    public byte[] Take() => Take(Available);

    /// <summary>Takes the next <paramref name="count"/> bytes; fewer when fewer were received.</summary>
    public byte[] Take(int count)
    {
        var bytes = _received.GetRange(_taken, Math.Min(count, Available)).ToArray();
        _taken += bytes.Length;
        return bytes;
    }

    /// <summary>Stops reading: the other end can fill the window and then waits.</summary>
    public void PauseReading() => _paused = true;

    /// <summary>Reads again.</summary>
    public void ResumeReading()
    {
        _paused = false;
        Read();
    }

    /// <summary>Ends this end's stream (FIN) behind all that was sent; receiving goes on.</summary>
    public void CloseWrite()
    {
        _finish = true;
        SendNext();
    }

    /// <summary>Ends this end's stream behind all that was sent, and then reads no more.</summary>
    public void Close()
    {
        _close = true;
        End(RawPeerEnd.ClosedHere);
        CloseWrite();
    }

    /// <summary>Resets the connection (RST); what waits to be sent is dropped.</summary>
    public void Reset()
    {
        _attempt?.GiveUp();
        _unsent.Clear();
        _socket?.Abort();
        End(RawPeerEnd.ResetHere);
    }

    /// <summary>Called when something has arrived.</summary>
    internal event Action? Arrived;

    internal static RawPeer Dial(SimulatedNetwork network, SimulatedHost host, IPEndPoint? local, IPEndPoint remote)
    {
        var peer = new RawPeer(local ?? new IPEndPoint(host.Addresses[0], 0), remote);
        peer._attempt = network.Connect(host, local, remote, peer.Use, _ => peer.End(RawPeerEnd.ConnectFailed));
        return peer;
    }

    internal static RawPeer Accept(SimulatedSocket socket, Action closed)
    {
        var peer = new RawPeer(socket.Local, socket.Remote);
        peer.Ended += closed;
        peer.Use(socket);
        return peer;
    }

    private void Use(SimulatedSocket socket)
    {
        _socket = socket;
        _attempt = null;
        Local = socket.Local;
        Connected?.Invoke();
        Read();
        SendNext();
    }

    private void Read()
    {
        // A receive may call back at once: a loop, not recursion, however many parts the stream comes in.
        if (_readLoop)
            return;
        _readLoop = true;
        while (_socket is { IsClosed: false } socket && !_paused && !_reading && HowClosed == RawPeerEnd.NotClosed)
        {
            _reading = true;
            socket.Receive(int.MaxValue, ReadCompleted);
        }

        _readLoop = false;
    }

    private void ReadCompleted(ReceiveOutcome outcome)
    {
        _reading = false;
        if (outcome.Error != SocketError.Success)
            End(HowFailed(outcome.Error));
        else if (outcome.IsEndOfStream)
            End(RawPeerEnd.Finished);
        else if (Taker is { } taker)
            taker(outcome.Bytes);
        else
            _received.AddRange(outcome.Bytes);
        if (outcome.Bytes is { Length: > 0 })
            Arrived?.Invoke();
        Read();
    }

    private void SendNext()
    {
        if (_sendLoop)
            return;
        _sendLoop = true;
        while (_socket is { IsClosed: false } socket && !_sending && _unsent.TryPeek(out var bytes))
        {
            _sending = true;
            socket.Send(bytes, Sent);
        }

        _sendLoop = false;
        if (_unsent.Count > 0)
            return;
        if (_close)
            _socket?.Close();
        else if (_finish)
            _socket?.ShutdownOutput();
    }

    private void Sent(SocketError error)
    {
        _sending = false;
        if (error == SocketError.Success)
        {
            _unsent.Dequeue();
        }
        else
        {
            _unsent.Clear();
            End(HowFailed(error));
        }

        SendNext();
    }

    private static RawPeerEnd HowFailed(SocketError error) => error switch
    {
        SocketError.TimedOut => RawPeerEnd.TimedOut,
        SocketError.NetworkDown => RawPeerEnd.HostLost,
        _ => RawPeerEnd.Reset,
    };

    private void End(RawPeerEnd how)
    {
        // A finished stream can still be reset or closed; nothing follows the other ends.
        if (HowClosed is not (RawPeerEnd.NotClosed or RawPeerEnd.Finished))
            return;
        var first = HowClosed == RawPeerEnd.NotClosed;
        HowClosed = how;
        if (first)
            Ended?.Invoke();

        if (how is RawPeerEnd.Reset or RawPeerEnd.TimedOut)
            _socket?.Close();
    }
}
