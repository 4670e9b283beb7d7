using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Peers.TestKit;

/// <summary>What a receive ended with: bytes, the end of the stream (no bytes), or an error.</summary>
internal readonly record struct ReceiveOutcome(byte[] Bytes, SocketError Error)
{
    public bool IsEndOfStream => Error == SocketError.Success && Bytes.Length == 0;
}

/// <summary>
/// One end of a simulated connection, as a kernel sees it: buffers, a window, FIN and RST; no actor. A receive and a send may be
/// outstanding at a time, and each calls back once, at once when it can.
/// </summary>
internal sealed class SimulatedSocket(SimulatedConnection connection, SimulatedPath path, LinkProfile profile, Random random, SimulationTrace trace)
{
    private readonly Queue<byte[]> _arrived = new();
    private readonly Queue<(TimeSpan Arrival, int Bytes)> _credits = new();
    private int _firstOffset;
    private int _arrivedBytes;
    private int _outstanding;
    private int _unreported;
    private bool _waiting;
    private bool _finArrived;
    private bool _outputShut;
    private SocketError _error = SocketError.Success;
    private (int Maximum, Action<ReceiveOutcome> Done)? _receiving;
    private (ReadOnlyMemory<byte> Left, Action<SocketError> Done)? _sending;

    public IPEndPoint Local => path.From;

    public IPEndPoint Remote => path.To;

    public bool IsClosed { get; private set; }

    /// <summary>Whether a send waits for the window.</summary>
    public bool IsSendWaiting => _sending is not null;

    public SimulatedSocket Peer { get; set; } = null!;

    public void Receive(int maximum, Action<ReceiveOutcome> done)
    {
        _receiving = (maximum, done);
        CompleteReceive();
    }

    /// <summary>Calls back when the window has taken all of <paramref name="bytes"/>, as a socket's send does.</summary>
    public void Send(ReadOnlyMemory<byte> bytes, Action<SocketError> done)
    {
        _sending = (bytes, done);
        ContinueSend();
    }

    public void ShutdownOutput()
    {
        if (_outputShut)
            return;
        _outputShut = true;
        path.Send(() => Peer.FinArrives());
    }

    public void Close()
    {
        if (IsClosed)
            return;
        ShutdownOutput();
        // Bytes that nobody will read: a kernel says so with a reset behind the FIN.
        if (_arrivedBytes > 0)
            path.Send(() => Peer.ResetArrives());
        Forget();
    }

    public void Abort()
    {
        if (IsClosed)
            return;
        path.Send(() => Peer.ResetArrives());
        Forget();
    }

    /// <summary>Takes the connection down from the middle, without a word to the other end.</summary>
    public void ResetArrives()
    {
        if (IsClosed || _error != SocketError.Success)
            return;
        trace.Network("reset", Remote, Local);
        _error = SocketError.ConnectionReset;
        ContinueSend();
        CompleteReceive();
    }

    private void FinArrives()
    {
        if (IsClosed)
            return;
        trace.Network("fin", Remote, Local);
        _finArrived = true;
        CompleteReceive();
    }

    private void DataArrives(byte[] bytes)
    {
        if (IsClosed)
        {
            path.Send(() => Peer.ResetArrives());
            return;
        }

        var allowed = connection.Carry(bytes.Length);
        if (allowed > 0)
        {
            trace.Data(Remote, Local, bytes.AsSpan(0, allowed));
            _arrived.Enqueue(allowed == bytes.Length ? bytes : bytes[..allowed]);
            _arrivedBytes += allowed;
        }

        CompleteReceive();
        if (allowed < bytes.Length)
            connection.Reset();
    }

    private void CreditArrives(int bytes)
    {
        _outstanding -= bytes;
        ContinueSend();
    }

    // A credit is looked at when somebody sends, or waits for it: a timer for each would be as many timers as there are messages.
    private void CreditIsOnItsWay(int bytes)
    {
        _credits.Enqueue((path.Now + profile.Latency, bytes));
        WaitForCredit();
    }

    private void WaitForCredit()
    {
        if (_sending is null || _waiting || !_credits.TryPeek(out var next))
            return;
        _waiting = true;
        path.At(next.Arrival, () =>
        {
            _waiting = false;
            ContinueSend();
        });
    }

    private void ContinueSend()
    {
        if (_sending is not { } sending)
            return;

        while (_credits.TryPeek(out var credit) && credit.Arrival <= path.Now)
        {
            _outstanding -= credit.Bytes;
            _credits.Dequeue();
        }

        if (_error != SocketError.Success || IsClosed || _outputShut)
        {
            _sending = null;
            sending.Done(_error == SocketError.Success ? SocketError.Shutdown : _error);
            return;
        }

        var count = Math.Min(profile.Window - _outstanding, sending.Left.Length);
        if (count > 0)
        {
            var bytes = Whole(sending.Left, count) ?? sending.Left[..count].ToArray();
            _outstanding += count;
            foreach (var tap in connection.Taps)
                tap.Sent(this, bytes);
            path.Send(() => Peer.DataArrives(bytes), count);
        }

        if (count == sending.Left.Length)
        {
            _sending = null;
            sending.Done(SocketError.Success);
        }
        else
        {
            _sending = (sending.Left[count..], sending.Done);
            WaitForCredit();
        }
    }

    // What is sent belongs to the network: it need not be copied when it goes as it is.
    private static byte[]? Whole(ReadOnlyMemory<byte> bytes, int count) =>
        count == bytes.Length && MemoryMarshal.TryGetArray(bytes, out var array) && array.Array!.Length == count ? array.Array : null;

    private void CompleteReceive()
    {
        if (_receiving is not { } receiving)
            return;

        ReceiveOutcome outcome;
        // What has arrived can be read before the end, and the end before the error, as on Linux.
        if (_arrivedBytes > 0)
            outcome = new ReceiveOutcome(Take(ChunkOf(Math.Min(_arrivedBytes, receiving.Maximum))), SocketError.Success);
        else if (_finArrived)
            outcome = new ReceiveOutcome([], SocketError.Success);
        else if (_error != SocketError.Success)
            outcome = new ReceiveOutcome([], _error);
        else
            return;

        _receiving = null;
        if (outcome.Bytes.Length > 0)
        {
            foreach (var tap in connection.Taps)
                tap.Read(this, outcome.Bytes);
        }

        receiving.Done(outcome);
    }

    private int ChunkOf(int available) => profile.Chunks switch
    {
        ReadChunks.Single => 1,
        ReadChunks.Any => 1 + random.Next(available),
        _ => available,
    };

    private byte[] Take(int count)
    {
        var bytes = _firstOffset == 0 && _arrived.Peek().Length == count ? _arrived.Dequeue() : Gather(count);
        _arrivedBytes -= count;
        _unreported += count;
        // Not for every read: one byte at a time would otherwise be one packet per byte.
        if (_arrivedBytes == 0 || _unreported >= profile.Window / 4)
        {
            var credit = _unreported;
            _unreported = 0;
            if (path.IsCut)
                path.Send(() => Peer.CreditArrives(credit));
            else
                Peer.CreditIsOnItsWay(credit);
        }

        return bytes;
    }

    private byte[] Gather(int count)
    {
        var bytes = new byte[count];
        for (var filled = 0; filled < count;)
        {
            var first = _arrived.Peek();
            var taken = Math.Min(first.Length - _firstOffset, count - filled);
            first.AsSpan(_firstOffset, taken).CopyTo(bytes.AsSpan(filled));
            filled += taken;
            _firstOffset += taken;
            if (_firstOffset < first.Length)
                continue;
            _arrived.Dequeue();
            _firstOffset = 0;
        }

        return bytes;
    }

    private void Forget()
    {
        IsClosed = true;
        _receiving = null;
        _sending = null;
        _arrived.Clear();
        _arrivedBytes = 0;
        connection.Forget();
    }
}
