using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using Akka.IO;

namespace Peers.TestKit;

/// <summary>
/// What a simulated connection actor has under way with its socket: one receive, one send, the writes that wait. Bytes go on to the handler
/// at once; the end of the stream and errors come to the actor as messages, as they do in Akka.IO.
/// </summary>
internal sealed class SocketTraffic(IActorRef actor, TcpSettings settings, bool pullMode, SimulatedSocket? socket)
{
    private readonly PendingWrites _writes = new(settings.MaxFrameSizeBytes, settings.WriteCommandsQueueMaxSize);
    private IActorRef? _handler;
    private bool _readingSuspended = true;
    private bool _readLoop;
    private bool _receiving;
    private bool _sendLoop;
    private bool _sending;

    public SimulatedSocket? Socket { get; set; } = socket;

    public bool RemoteFinished { get; set; }

    public bool OutputShut { get; private set; }

    public bool HasUnsent => _sending || !_writes.IsEmpty;

    public void Open(IActorRef handler)
    {
        _handler = handler;
        Socket!.Failed = error => actor.Tell(new ReceiveEnded(new ReceiveOutcome([], error)), actor);
        _readingSuspended = pullMode;
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
            Socket.Receive(settings.MaxFrameSizeBytes, Received);
        }

        _readLoop = false;
    }

    /// <summary>Passes a part on; in pull mode the next one waits to be asked for.</summary>
    private void Received(ReceiveOutcome outcome)
    {
        if (outcome.Bytes.Length == 0)
        {
            actor.Tell(new ReceiveEnded(outcome), actor);
            return;
        }

        _receiving = false;
        _readingSuspended |= pullMode;
        _handler!.Tell(new Tcp.Received(ByteString.FromBytes(outcome.Bytes)), actor);
        Receive();
    }

    private void SendNext()
    {
        if (_sendLoop)
            return;
        _sendLoop = true;
        while (_handler is not null && !OutputShut && !_sending && !_writes.IsEmpty)
        {
            var acks = new List<(IActorRef Commander, Tcp.Event Ack)>(1);
            var frame = _writes.TakeFrame(acks);
            if (frame.Length == 0)
                break;
            _sending = true;
            Socket!.Send(frame, error => Sent(error, acks));
        }

        _sendLoop = false;
    }

    private void Sent(SocketError error, List<(IActorRef Commander, Tcp.Event Ack)> acks)
    {
        if (error != SocketError.Success)
        {
            actor.Tell(new SendFailed(error), actor);
            return;
        }

        _sending = false;
        foreach (var (commander, ack) in acks)
            commander.Tell(ack, actor);
        if (_sendLoop)
            return;
        SendNext();
        if (!HasUnsent)
            actor.Tell(AllSent.Instance, actor);
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
