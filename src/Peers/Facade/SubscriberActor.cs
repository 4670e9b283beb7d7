using Akka.Actor;
using Akka.Event;
using Peers.Wire;

namespace Peers;

/// <summary>
/// Has the user's code of one <see cref="IPeer.Subscribe{T}"/> hear messages, one at a time; what it throws is logged and harms nobody.
/// One per subscription, born with it, dies with it or with the inbox, whatever the user's code does.
/// </summary>
/// <remarks>On the default dispatcher: what blocks in it takes no thread from the peers, where they have a dispatcher of their own.</remarks>
internal sealed class SubscriberActor : UntypedActor
{
    private readonly IActorRef _inbox;
    private readonly MessageSubscription _subscription;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public SubscriberActor(IActorRef inbox, MessageSubscription subscription)
    {
        _inbox = inbox;
        _subscription = subscription;
    }

    public static Props Props(IActorRef inbox, MessageSubscription subscription) =>
        ActorFactory.Props(() => new SubscriberActor(inbox, subscription));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Hear when _subscription.IsDisposed:
                _inbox.Tell(new InboxActor.Heard(_subscription, false));
                break;
            case Hear hear:
                Context.RunApart(() => _subscription.Heard(hear.Message), thrown => new Returned(hear.Message, thrown));
                break;
            case Returned returned:
                if (returned.Thrown is not null)
                {
                    _log.Error(returned.Thrown, "The subscriber's code threw on {Command}", returned.Message.Command);
                }

                _inbox.Tell(new InboxActor.Heard(_subscription, true));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>Hear this; the next comes when this was heard.</summary>
    internal sealed record Hear(Message Message) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed record Returned(Message Message, Exception? Thrown) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}
