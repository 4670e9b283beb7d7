using Akka.Actor;
using Akka.Event;

namespace Peers;

/// <summary>
/// Runs the user's code for events on an actor of its own; what it throws is logged and harms nobody. One per subscription; dies with it, or behind the last event of the
/// engine.
/// </summary>
internal sealed class EventActor : UntypedActor
{
    private readonly IActorRef _manager;
    private readonly Action<PeerEvent> _happened;
    private readonly Action? _ended;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public EventActor(IActorRef manager, Action<PeerEvent> happened, Action? ended)
    {
        _manager = manager;
        _happened = happened;
        _ended = ended;
    }

    /// <param name="manager">Whose events it hears.</param>
    /// <param name="happened">The user's code.</param>
    /// <param name="ended">Called when no event will come any more; null for nothing.</param>
    public static Props Props(IActorRef manager, Action<PeerEvent> happened, Action? ended) => ActorFactory.Props(() => new EventActor(manager, happened, ended));

    protected override void PreStart() => Context.Watch(_manager);

    protected override void PostStop() => _ended?.Invoke();

    protected override void OnReceive(object message)
    {
        if (message is Terminated)
        {
            Context.Stop(Self);
            return;
        }

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
