using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using Akka.IO;

namespace Peers.TestKit;

/// <summary>
/// What a simulated connection actor has under way with its socket: one receive, one send, the writes that wait. Bytes go on to the handler
/// at once; the end of the stream and errors come to the actor as messages, as they do in Akka.IO.
/// </summary>
internal sealed class SocketTraffic
{
    private readonly IActorRef _actor;
    private readonly bool _pullMode;
    private readonly int _frameSize;
    private readonly PendingWrites _writes;

    // One receive and one send are under way at most: a thousand engines need not make these anew for each.
    private readonly Action<ReceiveOutcome> _received;
    private readonly Action<SocketError> _sent;
    private readonly List<(IActorRef Commander, Tcp.Event Ack)> _acks = [];

    private IActorRef? _handler;
    private bool _readingSuspended = true;
    private bool _readLoop;
    private bool _receiving;
    private bool _sendLoop;
    private bool _sending;

    public SocketTraffic(IActorRef actor, TcpSettings settings, bool pullMode, SimulatedSocket? socket)
    {
        _actor = actor;
        _pullMode = pullMode;
        _frameSize = settings.MaxFrameSizeBytes;
        _writes = new PendingWrites(settings.MaxFrameSizeBytes, settings.WriteCommandsQueueMaxSize);
        _received = Received;
        _sent = Sent;
        Socket = socket;
    }

    public SimulatedSocket? Socket { get; set; }

    public bool RemoteFinished { get; set; }

    public bool OutputShut { get; private set; }

    public bool HasUnsent => _sending || !_writes.IsEmpty;

    public void Open(IActorRef handler)
    {
        _handler = handler;
        Socket!.Failed = error => _actor.Tell(new ReceiveEnded(new ReceiveOutcome([], error)), _actor);
        _readingSuspended = _pullMode;
        Receive();
        SendNext();
    }

    public void SuspendReading() => _readingSuspended = true;

    public void ResumeReading()
    {
        _readingSuspended = false;
        Receive();
    }

    public bool TryWrite(Tcp.WriteCommand command, IActorRef commander)
    {
        if (!_writes.TryAdd(command, commander))
            return false;
        SendNext();
        return true;
    }

    public void ShutdownOutput()
    {
        OutputShut = true;
        Socket!.ShutdownOutput();
    }

    public IEnumerable<(Tcp.Write Write, IActorRef Commander)> Abandon() => _writes.TakeAll();

    // A receive may call back at once: a loop, not recursion, however many parts the stream comes in.
    private void Receive()
    {
        if (_readLoop)
            return;
        _readLoop = true;
        while (!_readingSuspended && !RemoteFinished && !_receiving && !Socket!.IsClosed)
        {
            _receiving = true;
            Socket.Receive(_frameSize, _received);
        }

        _readLoop = false;
    }

    /// <summary>Passes a part on; in pull mode the next one waits to be asked for.</summary>
    private void Received(ReceiveOutcome outcome)
    {
        if (outcome.Bytes.Length == 0)
        {
            _actor.Tell(new ReceiveEnded(outcome), _actor);
            return;
        }

        _receiving = false;
        _readingSuspended |= _pullMode;
        _handler!.Tell(new Tcp.Received(ByteString.FromBytes(outcome.Bytes)), _actor);
        Receive();
    }

    private void SendNext()
    {
        if (_sendLoop)
            return;
        _sendLoop = true;
        while (_handler is not null && !OutputShut && !_sending && !_writes.IsEmpty)
        {
            var frame = _writes.TakeFrame(_acks);
            if (frame.Length == 0)
                break;
            _sending = true;
            Socket!.Send(frame, _sent);
        }

        _sendLoop = false;
    }

    private void Sent(SocketError error)
    {
        if (error != SocketError.Success)
        {
            _actor.Tell(new SendFailed(error), _actor);
            return;
        }

        _sending = false;
        foreach (var (commander, ack) in _acks)
            commander.Tell(ack, _actor);
        _acks.Clear();
        if (_sendLoop)
            return;
        SendNext();
        if (!HasUnsent)
            _actor.Tell(AllSent.Instance, _actor);
    }

    /// <summary>The stream is at its end, or broken.</summary>
    public sealed record ReceiveEnded(ReceiveOutcome Outcome) : IDeadLetterSuppression;

    /// <summary>What was written last, or before, cannot be sent.</summary>
    public sealed record SendFailed(SocketError Error) : IDeadLetterSuppression;

    /// <summary>Writes that had to wait are with the network.</summary>
    public sealed class AllSent : IDeadLetterSuppression
    {
        public static AllSent Instance { get; } = new();
    }
}
