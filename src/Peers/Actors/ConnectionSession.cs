using System.Buffers;
using Akka.Actor;
using Akka.Event;
using Peers.Wire;

namespace Peers;

#pragma warning disable CA1031 // What a message of the user's own type throws is not known beforehand.

/// <summary>
/// The bytes of one open connection, apart from the socket that carries them: codec, window, queue, the batch in flight and the counters.
/// </summary>
internal sealed class ConnectionSession
{
    private const int PongBytes = WireLimits.HeaderBytes + sizeof(ulong);

    private readonly IActorRef _peer;
    private readonly PeerSettings _settings;
    private readonly MessageCodec _codec;
    private readonly MessageCounters _sent;
    private readonly MessageCounters _received;
    private readonly List<Outgoing<IActorRef?>> _inFlight = [];
    private readonly ILoggingAdapter? _wire;
    private readonly Func<ILoggingAdapter> _logger;
    private readonly ReceiveLimits _limits;

    private ILoggingAdapter? _log;
    private byte[]? _buffer;
    private DateTimeOffset? _connectedAt;
    private DateTimeOffset? _lastSend;
    private DateTimeOffset? _lastReceive;
    private long _bytesSent;
    private long _bytesReceived;
    private long _dropped;
    private int _pingsOwed;
    private bool _negotiated;
    private bool _verAckHeard;

    public ConnectionSession(IActorRef peer, PeerSettings settings, ILoggingAdapter? wire, Func<ILoggingAdapter> logger)
    {
        _peer = peer;
        _settings = settings;
        _wire = wire;
        _logger = logger;
        var options = settings.WireOptions;
        _codec = new MessageCodec(new V1Transport(settings.Network, settings.Catalog, options), options);
        _sent = new MessageCounters(settings.Catalog);
        _received = new MessageCounters(settings.Catalog);
        _limits = new ReceiveLimits(settings.RateLimits, settings.Random, settings.Clock.Monotonic());
        Window = new ReadWindow(settings.Connection.ReadWindow, settings.Connection.MessageOverhead);
    }

    private ILoggingAdapter Log => _log ??= _logger();

    public ReadWindow Window { get; }

    public OutboundQueue<IActorRef?> Queue { get; } = new();

    public bool ReadingPaused { get; set; }

    /// <summary>Whether the remote has done its part of a handshake, and speaks a version in which <c>reject</c> is known.</summary>
    public bool TakesReject => _verAckHeard && _codec.Protocol.Version >= ProtocolVersion.Reject;

    /// <summary>Whether nothing waits and nothing is in flight.</summary>
    public bool IsWritten => _buffer is null && Queue.Count == 0;

    /// <summary>Bytes of memory that are held for a message that has begun to arrive.</summary>
    public int Unfinished => _codec.Transport.Buffered;

    /// <summary>
    /// Whether the remote is not to be read: too much of it was not consumed, or it does not take the answers that it asks for (as Bitcoin Core).
    /// </summary>
    public bool IsFull =>
        Window.IsFull(Unfinished) || (Queue.Pongs + _pingsOwed) * (PongBytes + _settings.Connection.MessageOverhead) >= _settings.Connection.ReplyLimit;

    /// <summary>Whether a message has begun to arrive.</summary>
    public bool IsInsideFrame => _codec.Transport.IsInsideFrame;

    public void Opened() => _connectedAt = _settings.Clock.GetUtcNow();

    /// <summary>Decodes what a read brought.</summary>
    /// <param name="received">The bytes; they may change when this has returned.</param>
    /// <param name="heard">Where the messages are added.</param>
    /// <returns>What ends the connection; null when nothing does.</returns>
    public DisconnectReason? Read(ReadOnlyMemory<byte> received, List<HeardMessage> heard)
    {
        try
        {
            _bytesReceived += received.Length;
            _codec.Append(received);
            while (_codec.TryRead(out var decoded))
            {
                if (Take(decoded, heard) is { } end)
                {
                    return end;
                }
            }

            return null;
        }
        catch (WireException fatal)
        {
            return new DisconnectReason.Malformed(fatal.Error, fatal.Message) { Field = fatal.Field };
        }
    }

    /// <summary>Pings were dealt with: those that wait for their pong between actors count as the pongs that will come of them.</summary>
    public void Answered(int pings) => _pingsOwed -= pings;

    /// <summary>Queues a message; one that cannot be written is answered at once and harms nothing else.</summary>
    public void Enqueue(Message message, IActorRef? receipt = null, long ticket = 0)
    {
        var item = new Outgoing<IActorRef?>(message, 0, receipt, ticket);
        try
        {
            Queue.Enqueue(item with { Size = _codec.GetFrameSize(message) });
        }
        catch (Exception exception)
        {
            Refuse(item, exception);
        }
    }

    /// <summary>Encodes everything that waits, up to the size of a batch, into one buffer; null while one is in flight or nothing waits.</summary>
    public ArraySegment<byte>? NextBatch()
    {
        while (_buffer is null && Queue.Count > 0)
        {
            _inFlight.Clear();
            _buffer = ArrayPool<byte>.Shared.Rent(Queue.TakeBatch(_settings.Connection.WriteBatch, _inFlight));
            var length = Encode(_buffer);
            if (length > 0)
            {
                return new ArraySegment<byte>(_buffer, 0, length);
            }

            Release();
        }

        return null;
    }

    /// <summary>The batch in flight was written.</summary>
    public void BatchWritten()
    {
        _lastSend = _settings.Clock.GetUtcNow();
        List<long>? requests = null;
        foreach (var item in _inFlight)
        {
            _bytesSent += item.Size;
            _sent.Count(item.Message.Command, item.Size);
            if (item.Message is GetAddrMessage)
            {
                _limits.AddressesAsked();
            }

            item.Receipt?.Tell(new SendResult.Sent(item.Message));
            if (item.Ticket != 0)
            {
                (requests ??= []).Add(item.Ticket);
            }
        }

        if (requests is not null)
        {
            _peer.Tell(new Wrote(requests));
        }

        Release();
    }

    /// <summary>Answers every receipt that has no answer yet.</summary>
    public void DropAll(string why)
    {
        // The network may still read a buffer in flight, so that one is left to the collector.
        _buffer = null;
        Queue.TakeBatch(int.MaxValue, _inFlight);
        _inFlight.ForEach(item => item.Receipt?.Tell(new SendResult.Dropped(item.Message, why)));
        _inFlight.Clear();
        _codec.Dispose();
    }

    public ConnectionFigures Figures() => new(
        _codec.Transport.Name, _connectedAt, _lastSend, _lastReceive, _bytesSent, _bytesReceived, _sent.Snapshot(), _received.Snapshot(), _dropped,
        _limits.LeftOut, Queue.Bytes, Queue.Count, Window.Unconsumed, ReadingPaused);

    private DisconnectReason? Take(in DecodedMessage decoded, List<HeardMessage> heard)
    {
        _received.Count(decoded.Command, decoded.Length);
        if (decoded.Message is not { } message)
        {
            _dropped++;
            if (Log.IsDebugEnabled)
            {
                Log.Debug("Dropped {Command}: {Fault}", new WireText(System.Text.Encoding.ASCII.GetBytes(decoded.Command)), decoded.Fault!.Message);
            }

            return null;
        }

        // What follows the version may be in the same segment and is already in the form that both sides agreed on.
        if (message is VersionMessage version && !_negotiated)
        {
            _negotiated = true;
            _codec.Protocol = new WireProtocol(
                Math.Min(version.Version, _settings.ProtocolVersion), version.Services.HasFlag(ServiceFlags.Witness));
        }

        _verAckHeard |= message is VerAckMessage;
        _lastReceive = _settings.Clock.GetUtcNow();
        _wire?.Info("<- {Command} {Bytes}", message.Command, decoded.Length);
        if (_limits.Pass(message, _settings.Clock.Monotonic(), out var end) is not { } passed)
        {
            return end;
        }

        _pingsOwed += passed is PingMessage ? 1 : 0;
        var cost = Window.CostOf(passed, decoded.Length);
        Window.Deliver(cost);
        heard.Add(new HeardMessage(passed, cost));
        return null;
    }

    private int Encode(byte[] buffer)
    {
        var length = 0;
        for (var i = 0; i < _inFlight.Count; i++)
        {
            var item = _inFlight[i];
            try
            {
                _codec.Write(item.Message, buffer.AsSpan(length, item.Size));
                _wire?.Info("-> {Command} {Bytes}", item.Message.Command, item.Size);
                length += item.Size;
            }
            catch (Exception exception)
            {
                _inFlight.RemoveAt(i--);
                Refuse(item, exception);
            }
        }

        return length;
    }

    /// <summary>A message of the user's own type may throw anything: that costs the message, not the connection.</summary>
    private void Refuse(in Outgoing<IActorRef?> item, Exception exception)
    {
        var message = item.Message;
        var error = exception as WireException
            ?? new WireException(WireError.InvalidValue, 0, message.GetType().Name, $"{exception.GetType().Name}: {exception.Message}");
        Log.Warning("Cannot send {Command}: {Fault}", message.Command, error.Message);
        item.Receipt?.Tell(new SendResult.Failed(message, error));
        if (item.Ticket != 0)
        {
            _peer.Tell(new NotWritten(item.Ticket, error));
        }
    }

    private void Release()
    {
        ArrayPool<byte>.Shared.Return(_buffer!);
        _buffer = null;
        _inFlight.Clear();
    }
}
