using System.Diagnostics;
using System.Net;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Event;

namespace Peers;

/// <summary>
/// The listener behind one <see cref="IPeer"/>: hands what is heard to subscribers, or into the channel, and gives credit back as it is consumed.
/// One per peer of the facade; born with its connection, dies when the user disposes the peer, or everything was consumed after its end.
/// </summary>
internal sealed class InboxActor : UntypedActor
{
    private readonly IActorRef _manager;
    private readonly EndPoint _remote;
    private readonly TaskCompletionSource<IPeer> _ready;
    private readonly CancellationToken _givenUp;
    private readonly int _capacity;
    private readonly Channel<HeardMessage> _channel;
    private readonly InboxSorter<MessageSubscription> _sorter = new();
    private readonly Dictionary<MessageSubscription, IActorRef> _subscribers = [];
    private readonly ConnectedPeer _facade;
    private CancellationTokenRegistration _cancellation;
    private PeerId? _id;
    private bool _cancelled;
    private bool _ended;
    private bool _finishing;
    private bool _disposed;

    public InboxActor(IActorRef manager, int capacity, ActivitySource activities, EndPoint remote, TaskCompletionSource<IPeer> ready, CancellationToken givenUp)
    {
        _manager = manager;
        _remote = remote;
        _ready = ready;
        _givenUp = givenUp;
        _capacity = capacity;
        _channel = Channel.CreateUnbounded<HeardMessage>(new UnboundedChannelOptions { SingleWriter = true }); // Held to its capacity by Pump.
        _facade = new ConnectedPeer(Self, new InboxReader(_channel.Reader, Self), activities);
    }

    public static Props Props(
        IActorRef manager, PeerSettings settings, ActivitySource activities, EndPoint remote, TaskCompletionSource<IPeer> ready, CancellationToken givenUp) =>
        ActorFactory.Props(() => new InboxActor(manager, settings.InboxCapacity, activities, remote, ready, givenUp)).OnDispatcherOf(settings);

    protected override void PreStart()
    {
        var self = Self;
        _cancellation = _givenUp.Register(() => self.Tell(Cancel.Instance));
    }

    protected override void PostStop()
    {
        _cancellation.Unregister();
        if (!_disposed)
        {
            _sorter.Close();
            Fill(int.MaxValue); // The engine is going: what was heard stays there to be read.
        }

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
                _sorter.Hear(heard.Message, heard.Cost);
                Pump();
                break;
            case TakeMessages:
                _sorter.Take();
                Pump();
                break;
            case Taken taken:
                Consume(taken.Cost);
                Pump();
                break;
            case Subscribe subscribe:
                _subscribers.Add(subscribe.Subscription, Context.ActorOf(SubscriberActor.Props(Self, subscribe.Subscription)));
                _sorter.Subscribe(subscribe.Subscription, subscribe.Subscription.Type);
                Pump();
                break;
            case Unsubscribe unsubscribe:
                ForgetWhenEnded(unsubscribe.Subscription, _sorter.Unsubscribe(unsubscribe.Subscription));
                Pump();
                break;
            case Heard heard:
                ForgetWhenEnded(heard.Subscription, _sorter.Done(heard.Subscription, heard.WasHeard));
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
            case Finish:
                _finishing = true;
                _sorter.Close();
                Pump();
                break;
            case Dispose:
                _disposed = true;
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>Hands out what can be, gives credit back, and ends when there is nothing more to do.</summary>
    private void Pump()
    {
        while (_sorter.TryNext(out var subscription, out var message))
        {
            _subscribers[subscription].Tell(new SubscriberActor.Hear(message));
        }

        Consume(_sorter.TakeCredit());
        Fill(_capacity);
        if (_finishing && _sorter.IsHeard)
        {
            Context.Stop(Self);
        }
        else if (_ended && _sorter is { IsHeard: true, Waiting: 0 })
        {
            _channel.Writer.TryComplete();
            if (_channel.Reader.Completion.IsCompleted)
            {
                Context.Stop(Self);
            }
        }
    }

    private void Fill(int capacity)
    {
        while (_channel.Reader.Count < capacity && _sorter.TryTake(out var heard))
        {
            _channel.Writer.TryWrite(heard);
        }
    }

    private void Consume(long cost)
    {
        if (cost > 0 && !_ended)
        {
            _facade.Actor.Tell(new Consumed(cost));
        }
    }

    private void ForgetWhenEnded(MessageSubscription subscription, bool ended)
    {
        if (ended && _subscribers.Remove(subscription, out var subscriber))
        {
            Context.Stop(subscriber);
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

    /// <summary>The user reads the channel.</summary>
    internal sealed record TakeMessages : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static TakeMessages Instance { get; } = new();
    }

    /// <summary>The user wants to hear a type.</summary>
    internal sealed record Subscribe(MessageSubscription Subscription) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>The user wants to hear it no more.</summary>
    internal sealed record Unsubscribe(MessageSubscription Subscription) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>A subscriber is done with a message.</summary>
    internal sealed record Heard(MessageSubscription Subscription, bool WasHeard) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>The engine has ended: stop when the subscribers have heard everything.</summary>
    internal sealed record Finish : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static Finish Instance { get; } = new();
    }

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
