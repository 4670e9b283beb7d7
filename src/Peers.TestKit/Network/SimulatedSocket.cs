using System.Net;
using System.Net.Sockets;

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
internal sealed class SimulatedSocket
{
    private readonly SimulatedConnection _connection;
    private readonly SimulatedHost _host;
    private readonly SimulatedPath _path;
    private readonly SimulatedPath _incoming;
    private SeededDraws _draws;
    private byte[]? _first;
    private Queue<byte[]>? _more;
    private int _firstOffset;
    private int _arrivedBytes;
    private int _outstanding;
    private int _unreported;
    private bool _finArrived;
    private bool _outputShut;
    private SocketError _error = SocketError.Success;
    private Action<ReceiveOutcome>? _receiving;
    private int _receiveMaximum;
    private Action<SocketError>? _sending;
    private byte[] _sendBytes = [];
    private int _sent;

    public SimulatedSocket(
        SimulatedConnection connection, SimulatedHost host, IPEndPoint local, IPEndPoint remote, SimulatedPath path, SimulatedPath incoming, SeededDraws draws)
    {
        _connection = connection;
        _host = host;
        _path = path;
        _incoming = incoming;
        _draws = draws;
        Local = local;
        Remote = remote;
        host.Add(this);
    }

    public IPEndPoint Local { get; }

    public IPEndPoint Remote { get; }

    public bool IsClosed { get; private set; }

    /// <summary>Whether a send waits for the window.</summary>
    public bool IsSendWaiting => _sending is not null;

    /// <summary>Where its host keeps it.</summary>
    public int Place { get; set; }

    /// <summary>Called when it fails while no receive and no send could tell of it.</summary>
    public Action<SocketError>? Failed { get; set; }

    public void Receive(int maximum, Action<ReceiveOutcome> done)
    {
        _receiving = done;
        _receiveMaximum = maximum;
        CompleteReceive();
    }

    /// <summary>Calls back when the window has taken all of <paramref name="bytes"/>, as a socket's send does; they must not change afterwards.</summary>
    public void Send(byte[] bytes, Action<SocketError> done)
    {
        _sending = done;
        _sendBytes = bytes;
        _sent = 0;
        ContinueSend();
    }

    public void ShutdownOutput()
    {
        if (_outputShut)
            return;
        _outputShut = true;
        _path.Send(PacketKind.Fin);
    }

    public void Close()
    {
        if (IsClosed)
            return;
        if (_error == SocketError.Success)
        {
            ShutdownOutput();
            // Bytes that nobody will read: a kernel says so with a reset behind the FIN.
            if (_arrivedBytes > 0)
                _path.Send(PacketKind.Reset);
        }

        Forget();
    }

    public void Abort()
    {
        if (IsClosed)
            return;
        if (_error == SocketError.Success)
        {
            _path.Abandon();
            _path.Send(PacketKind.Reset);
        }

        Forget();
    }

    /// <summary>Answers a reset, whatever became of it: nobody is there who could be connected to.</summary>
    public void Refuse()
    {
        if (IsClosed)
            _path.Send(PacketKind.Reset);
        else
            Abort();
    }

    /// <summary>Takes the connection down from the middle, without a word to the other end.</summary>
    public void ResetArrives()
    {
        if (IsClosed || _error != SocketError.Success)
            return;
        _connection.Network.Trace.Network("reset", _incoming.From, _incoming.To);
        Fail(SocketError.ConnectionReset);
    }

    /// <summary>Ends with an error here, without a word to the other end.</summary>
    public void Fail(SocketError error)
    {
        if (IsClosed || _error != SocketError.Success)
            return;
        _error = error;
        ContinueSend();
        CompleteReceive();
    }

    /// <summary>Its host is gone.</summary>
    public void Vanish()
    {
        if (IsClosed)
            return;
        _path.Abandon();
        var told = _receiving is not null || _sending is not null;
        Fail(SocketError.NetworkDown);
        if (!told)
            Failed?.Invoke(SocketError.NetworkDown);
        Forget();
    }

    public void Arrived(Packet packet)
    {
        switch (packet.Kind)
        {
            case PacketKind.Data:
                DataArrives(packet.Data!);
                break;
            case PacketKind.Credit:
                _outstanding -= packet.Count;
                ContinueSend();
                break;
            case PacketKind.Fin:
                FinArrives();
                break;
            case PacketKind.Reset:
                ResetArrives();
                break;
        }
    }

    private void FinArrives()
    {
        if (IsClosed)
            return;
        _connection.Network.Trace.Network("fin", _incoming.From, _incoming.To);
        _finArrived = true;
        CompleteReceive();
    }

    private void DataArrives(byte[] bytes)
    {
        if (IsClosed)
        {
            _path.Send(PacketKind.Reset);
            return;
        }

        var allowed = _connection.Carry(bytes.Length);
        if (allowed > 0)
        {
            _connection.Network.Trace.Data(_incoming.From, _incoming.To, bytes.AsSpan(0, allowed));
            Keep(allowed == bytes.Length ? bytes : bytes[..allowed]);
        }

        CompleteReceive();
        if (allowed < bytes.Length)
            _connection.Reset();
    }

    private void ContinueSend()
    {
        if (_sending is not { } done)
            return;

        if (_error != SocketError.Success || IsClosed || _outputShut)
        {
            _sending = null;
            done(_error == SocketError.Success ? SocketError.Shutdown : _error);
            return;
        }

        var left = _sendBytes.Length - _sent;
        var count = Math.Min(_path.Profile.Window - _outstanding, left);
        if (count > 0)
        {
            _outstanding += count;
            var bytes = count == _sendBytes.Length ? _sendBytes : _sendBytes.AsSpan(_sent, count).ToArray();
            foreach (var tap in _connection.Network.Taps)
                tap.Sent(this, bytes);
            _path.SendData(bytes);
            _sent += count;
        }

        if (count != left)
            return;
        _sending = null;
        _sendBytes = [];
        done(SocketError.Success);
    }

    private void CompleteReceive()
    {
        if (_receiving is not { } done)
            return;

        ReceiveOutcome outcome;
        // What has arrived can be read before the end, and the end before the error, as on Linux.
        if (_arrivedBytes > 0)
            outcome = new ReceiveOutcome(Take(ChunkOf(Math.Min(_arrivedBytes, _receiveMaximum))), SocketError.Success);
        else if (_finArrived)
            outcome = new ReceiveOutcome([], SocketError.Success);
        else if (_error != SocketError.Success)
            outcome = new ReceiveOutcome([], _error);
        else
            return;

        _receiving = null;
        if (outcome.Bytes.Length > 0)
        {
            foreach (var tap in _connection.Network.Taps)
                tap.Read(this, outcome.Bytes);
        }

        done(outcome);
    }

    private int ChunkOf(int available) => _incoming.Profile.Chunks switch
    {
        ReadChunks.Single => 1,
        ReadChunks.Any => 1 + (int)_draws.Next(available),
        _ => available,
    };

    private void Keep(byte[] bytes)
    {
        if (_first is null)
            _first = bytes;
        else
            (_more ??= new Queue<byte[]>()).Enqueue(bytes);
        _arrivedBytes += bytes.Length;
    }

    private byte[] Take(int count)
    {
        byte[] bytes;
        if (_firstOffset == 0 && _first!.Length == count)
        {
            bytes = _first;
            NextArrived();
        }
        else
        {
            bytes = new byte[count];
            for (var filled = 0; filled < count;)
            {
                var taken = Math.Min(_first!.Length - _firstOffset, count - filled);
                _first.AsSpan(_firstOffset, taken).CopyTo(bytes.AsSpan(filled));
                filled += taken;
                _firstOffset += taken;
                if (_firstOffset == _first.Length)
                    NextArrived();
            }
        }

        _arrivedBytes -= count;
        _unreported += count;
        // Not for every read: one byte at a time would otherwise be one packet per byte. A full window is always reported.
        if (_unreported >= _incoming.Profile.Window / 4)
        {
            _path.Send(PacketKind.Credit, _unreported);
            _unreported = 0;
        }

        return bytes;
    }

    private void NextArrived()
    {
        _firstOffset = 0;
        _first = _more is { Count: > 0 } more ? more.Dequeue() : null;
    }

    private void Forget()
    {
        if (IsClosed)
            return;
        IsClosed = true;
        _host.Remove(this);
        _receiving = null;
        _sending = null;
        _sendBytes = [];
        _first = null;
        _more = null;
        _arrivedBytes = 0;
        _connection.SocketClosed();
    }
}
