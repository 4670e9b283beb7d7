using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using Akka.IO;

namespace Peers.TestKit;

/// <summary>
/// What a simulated connection actor has under way with its socket: one receive, one send, the writes that wait. The socket's answers
/// come to the actor as messages, as they do in Akka.IO.
/// </summary>
internal sealed class SocketTraffic(IActorRef actor, TcpSettings settings, bool pullMode, SimulatedSocket? socket)
{
    private readonly PendingWrites _writes = new(settings.MaxFrameSizeBytes, settings.WriteCommandsQueueMaxSize);
    private bool _open;
    private bool _readingSuspended = true;
    private bool _receiving;
    private bool _sending;

    public SimulatedSocket? Socket { get; set; } = socket;

    public bool RemoteFinished { get; set; }

    public bool OutputShut { get; private set; }

    public bool HasUnsent => _sending || !_writes.IsEmpty;

    public void Open()
    {
        _open = true;
        Socket!.Failed = error => actor.Tell(new ReceiveCompleted(new ReceiveOutcome([], error)));
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

    /// <summary>A part has been passed on; in pull mode the next one waits to be asked for.</summary>
    public void Received()
    {
        _receiving = false;
        _readingSuspended |= pullMode;
        Receive();
    }

    public bool TryWrite(Tcp.WriteCommand command, IActorRef commander)
    {
        if (!_writes.TryAdd(command, commander))
            return false;
        SendNext();
        return true;
    }

    public void Sent(SendCompleted completed)
    {
        _sending = false;
        foreach (var (commander, ack) in completed.Acks)
            commander.Tell(ack);
        SendNext();
    }

    public void ShutdownOutput()
    {
        OutputShut = true;
        Socket!.ShutdownOutput();
    }

    public IEnumerable<(Tcp.Write Write, IActorRef Commander)> Abandon() => _writes.TakeAll();

    private void Receive()
    {
        if (_readingSuspended || RemoteFinished || _receiving)
            return;
        _receiving = true;
        Socket!.Receive(settings.MaxFrameSizeBytes, outcome => actor.Tell(new ReceiveCompleted(outcome)));
    }

    private void SendNext()
    {
        if (!_open || OutputShut || _sending || _writes.IsEmpty)
            return;
        var acks = new List<(IActorRef, Tcp.Event)>();
        var frame = _writes.TakeFrame(acks);
        if (frame.Length == 0)
            return;
        _sending = true;
        Socket!.Send(frame, error => actor.Tell(new SendCompleted(error, acks)));
    }

    public sealed record ReceiveCompleted(ReceiveOutcome Outcome) : IDeadLetterSuppression;

    public sealed record SendCompleted(SocketError Error, List<(IActorRef Commander, Tcp.Event Ack)> Acks) : IDeadLetterSuppression;
}
