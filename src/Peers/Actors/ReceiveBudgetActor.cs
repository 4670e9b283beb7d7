using Akka.Actor;
using Akka.Event;

namespace Peers;

/// <summary>
/// Keeps the engine within its receive budget: lets connections that wait for it read on, and ends the owner of the largest unfinished message when
/// waiting alone does not help. One per engine, dies with it.
/// </summary>
internal sealed class ReceiveBudgetActor : UntypedActor, IWithTimers
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Listeners that consume need no longer than this; an unfinished message that nobody goes on to send would stay for ever.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly ReceiveBudget<IActorRef> _budget;
    private readonly PeerSettings _settings;
    private readonly HashSet<IActorRef> _waiting = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private TimeSpan? _since;

    public ReceiveBudgetActor(ReceiveBudget<IActorRef> budget, PeerSettings settings)
    {
        _budget = budget;
        _settings = settings;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(ReceiveBudget<IActorRef> budget, PeerSettings settings) =>
        ActorFactory.Props(() => new ReceiveBudgetActor(budget, settings)).OnDispatcherOf(settings);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case BudgetAwaited awaited:
                _waiting.Add(awaited.Connection);
                if (_since is null)
                {
                    _since = _settings.Clock.Monotonic();
                    Timers.StartPeriodicTimer("look", Look.Instance, Interval);
                }

                break;
            case Look when !_budget.IsExceeded:
                LetReadOn();
                break;
            case Look when _settings.Clock.Monotonic() - _since >= Patience && _budget.IsHeldByRemotes:
                EndLargest();
                break;
            case Look:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void LetReadOn()
    {
        Timers.Cancel("look");
        _since = null;
        foreach (var connection in _waiting)
        {
            connection.Tell(BudgetIsFree.Instance);
        }

        _waiting.Clear();
    }

    /// <summary>One a look: what it held is free by the next.</summary>
    private void EndLargest()
    {
        if (_budget.Largest() is { } largest)
        {
            _log.Debug("{Held} bytes are held of {Limit}: the owner of an unfinished message of {Bytes} goes", _budget.Held, _budget.Limit, largest.Unfinished);
            largest.Owner.Tell(new EndForBudget(_budget.Limit));
        }
    }

    private sealed record Look
    {
        public static Look Instance { get; } = new();
    }
}
