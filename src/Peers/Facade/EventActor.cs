using Akka.Actor;
using Akka.Event;

namespace Peers;

/// <summary>Runs the user's code for events on an actor of its own; what it throws is logged and harms nobody. One per subscription.</summary>
internal sealed class EventActor : UntypedActor
{
    private readonly Action<PeerEvent> _happened;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public EventActor(Action<PeerEvent> happened) => _happened = happened;

    public static Props Props(Action<PeerEvent> happened) => ActorFactory.Props(() => new EventActor(happened));

    protected override void OnReceive(object message)
    {
        if (message is not PeerEvent happened)
        {
            Unhandled(message);
            return;
        }

#pragma warning disable CA1031 // Whatever a user's code throws must not end its subscription.
        try
        {
            _happened(happened);
        }
        catch (Exception exception)
        {
            _log.Error(exception, "The subscriber's code threw on {Event}", happened.GetType().Name);
        }
#pragma warning restore CA1031
    }
}
