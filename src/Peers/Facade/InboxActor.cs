using System.Net;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Event;

namespace Peers;

/// <summary>
/// The listener behind one <see cref="IPeer"/>: fills its bounded channel and gives credit back as the user reads.
/// One per peer of the facade; born with its connection, dies when the user disposes the peer, or read everything after its end.
/// </summary>
internal sealed class InboxActor : UntypedActor
{
    private readonly IActorRef _manager;
    private readonly EndPoint _remote;
    private readonly TaskCompletionSource<IPeer> _ready;
    private readonly CancellationToken _givenUp;
    private readonly Channel<PeerMessage> _channel;
    private readonly Queue<PeerMessage> _waiting = new();
    private readonly ConnectedPeer _facade;
    private CancellationTokenRegistration _cancellation;
    private PeerId? _id;
    private bool _cancelled;
    private bool _ended;

    public InboxActor(IActorRef manager, int capacity, EndPoint remote, TaskCompletionSource<IPeer> ready, CancellationToken givenUp)
    {
        _manager = manager;
        _remote = remote;
        _ready = ready;
        _givenUp = givenUp;
        _channel = Channel.CreateBounded<PeerMessage>(new BoundedChannelOptions(capacity) { SingleWriter = true });
        _facade = new ConnectedPeer(Self, new InboxReader(_channel.Reader, Self));
    }

    public static Props Props(
        IActorRef manager, PeerSettings settings, EndPoint remote, TaskCompletionSource<IPeer> ready, CancellationToken givenUp) =>
        Akka.Actor.Props.Create(() => new InboxActor(manager, settings.InboxCapacity, remote, ready, givenUp)).OnDispatcherOf(settings);

    protected override void PreStart()
    {
        var self = Self;
        _cancellation = _givenUp.Register(() => self.Tell(Cancel.Instance));
    }

    protected override void PostStop()
    {
        _cancellation.Unregister();
        _channel.Writer.TryComplete();
        var gone = new DisconnectReason.Requested("the engine is gone");
        _facade.End(gone, null);
        _ready.TrySetException(new PeerUnreachableException(_remote.Text(), gone));
        _ = _ready.Task.Exception; // Nobody may wait for it.
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case PeerConnecting connecting:
                _id = connecting.Id;
                CancelIfWanted();
                break;
            case PeerReady ready:
                _id = ready.Id;
                _facade.Begin(ready);
                _ready.TrySetResult(_facade);
                _cancellation.Unregister(); // It gave up the waiting, which is over; the peer is not its business.
                break;
            case PeerMessage heard:
                _waiting.Enqueue(heard); // Bounded by the read window: each holds its credit.
                Pump();
                break;
            case Taken taken:
                if (!_ended)
                {
                    _facade.Actor.Tell(new Consumed(taken.Cost));
                }

                Pump();
                break;
            case PeerStopped stopped when !_ended:
                _ended = true;
                _ready.TrySetException(new PeerUnreachableException(stopped.Endpoint.Text(), stopped.Reason));
                _facade.End(stopped.Reason, stopped.Stats);
                Pump();
                break;
            case PeerStopped:
                break; // Told twice: by the manager and by the front.
            case Cancel:
                _cancelled = !_ready.Task.IsCompleted;
                CancelIfWanted();
                break;
            case Dispose:
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Pump()
    {
        while (_waiting.TryPeek(out var next) && _channel.Writer.TryWrite(next))
        {
            _waiting.Dequeue();
        }

        if (_ended && _waiting.Count == 0)
        {
            _channel.Writer.TryComplete();
            if (_channel.Reader.Completion.IsCompleted)
            {
                Context.Stop(Self);
            }
        }
    }

    private void CancelIfWanted()
    {
        if (_cancelled && _id is { } id)
        {
            _manager.Tell(new DisconnectPeer(id, "cancelled"));
        }
    }

    /// <summary>The user took a message out of the channel.</summary>
    internal sealed record Taken(int Cost) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>The user no longer waits for the connection.</summary>
    internal sealed record Cancel : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static Cancel Instance { get; } = new();
    }

    /// <summary>The user is done with the peer.</summary>
    internal sealed record Dispose : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static Dispose Instance { get; } = new();
    }
}
