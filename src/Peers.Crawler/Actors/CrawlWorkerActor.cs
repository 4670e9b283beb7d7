using Akka.Actor;
using Akka.Event;

namespace Peers.Crawler;

/// <summary>
/// Makes the visits of one machine: pulls leases as it has room for them, begins visits at the rate that it was given, writes what came of them to
/// the store, and only then reports it. One a machine; dies with the crawl. Without orders of the coordinator it begins nothing.
/// </summary>
/// <remarks>
/// Everything that waits is bounded: leases by what may begin in two seconds, results by two writes; while the store does not take them no visit begins.
/// </remarks>
internal sealed partial class CrawlWorkerActor : UntypedActor, IWithTimers
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan StatusInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>At rest it tells so at each occasion, for the crawl may be over; else one in four will do.</summary>
    private const int OccasionsWhileBusy = 4;

    private readonly CrawlSettings _settings;
    private readonly WorkerEnvironment _around;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Concurrency _concurrency;
    private readonly VisitRate _rate = new();
    private readonly VisitSurroundings _visits;

    private WorkerOrders? _orders;
    private TimeSpan _ordersUntil;
    private TimeSpan _ticked;
    private bool _leaving;
    private long _occasion;

    public CrawlWorkerActor(CrawlSettings settings, WorkerEnvironment around)
    {
        _settings = settings;
        _around = around;
        _concurrency = new Concurrency(settings.Worker.FirstConnections, settings.Worker.Connections, settings.Worker.Adaptive);
        _visits = new VisitSurroundings(Self, around.Engine, around.Dialler, settings.Timeouts, around.Clock);
        _seen = new SeenNodes(2 * settings.MaxKnown);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private TimeSpan Now => _around.Clock.Monotonic();

    private long Snapshot => _orders?.Snapshot ?? 0;

    private bool MayBegin => _orders is { Phase: CrawlPhase.Running } && Now < _ordersUntil && !_leaving && !IsStoreBehind;

    public static Props Props(CrawlSettings settings, WorkerEnvironment around) => ActorFactory.Props(() => new CrawlWorkerActor(settings, around));

    /// <summary>A visit that crashes is over, and says so: the same bytes would crash it again.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(fault =>
    {
        _log.Error(fault, "A visit crashed");
        return Directive.Stop;
    });

    protected override void PreStart()
    {
        _ticked = Now;
        Timers.StartPeriodicTimer("tick", Tick.Instance, TickInterval);
        Timers.StartPeriodicTimer("status", TellStatus.Instance, TimeSpan.Zero, StatusInterval);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Tick:
                OnTick();
                break;
            case TellStatus:
                OnStatusDue();
                break;
            case WorkerOrders orders:
                Obey(orders);
                break;
            case Leased leased:
                Take(leased);
                break;
            case VisitEnded ended:
                _running.Remove(Sender);
                Take(ended);
                BeginVisits();
                break;
            case Terminated gone when _running.Remove(gone.ActorRef, out var node):
                Take(new VisitEnded(Crashed(node), 0, 0));
                break;
            case Terminated:
                break;
            case Written written:
                OnWritten(written);
                break;
            case WriteFailed failed:
                OnWriteFailed(failed);
                break;
            case RetryWrite retry:
                Append(retry.Batch);
                break;
            case WriteNow:
                Write();
                break;
            case Reported reported:
                Acknowledge(reported.Number);
                break;
            case LearnedKept kept:
                Acknowledge(kept.Number);
                break;
            case LeaveCrawl:
                Leave();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void OnTick()
    {
        var now = Now;
        _concurrency.Tick(_running.Count, now - _ticked - TickInterval, now);
        _ticked = now;
        Ask();
        BeginVisits();
        if (_leaving && _running.Count == 0 && IsEverythingReported)
        {
            Context.Stop(Self);
        }
    }

    private void OnStatusDue()
    {
        RepeatUnacknowledged();
        if (_occasion++ % OccasionsWhileBusy == 0 || (_running.Count == 0 && IsEverythingReported))
        {
            _around.Coordinator.Tell(new WorkerStatus(Self, Figures(), Snapshot, _orders?.Phase ?? CrawlPhase.Starting));
        }
    }

    private void Obey(WorkerOrders orders)
    {
        if (orders.Snapshot != Snapshot)
        {
            ForgetLeases();
        }

        _orders = orders;
        _ordersUntil = Now + orders.ValidFor;
        _rate.Set(orders.VisitsPerSecond);
        _around.Watcher.Tell(orders.Progress with { Fault = _fault.Length > 0 ? _fault : orders.Progress.Fault });
        if (orders.Phase is CrawlPhase.Draining or CrawlPhase.Ended)
        {
            ReturnLeases();
        }
    }

    /// <summary>The machine leaves: what it has not begun others take over at once, what runs is finished and reported.</summary>
    private void Leave()
    {
        _leaving = true;
        ReturnLeases();
        OnTick();
    }

    private sealed record Tick
    {
        public static Tick Instance { get; } = new();
    }

    private sealed record TellStatus
    {
        public static TellStatus Instance { get; } = new();
    }
}

/// <summary>Tells a worker that its machine leaves the crawl: it stops itself when all that it did is reported.</summary>
internal sealed record LeaveCrawl
{
    private LeaveCrawl()
    {
    }

    /// <summary>The only one.</summary>
    public static LeaveCrawl Instance { get; } = new();
}

/// <summary>What surrounds a worker.</summary>
/// <param name="Frontier">Takes <see cref="PartitionMessage"/>s to their partitions.</param>
/// <param name="Coordinator">Takes <see cref="WorkerStatus"/>.</param>
/// <param name="Watcher">Gets <see cref="CrawlProgress"/>.</param>
/// <param name="Engine">The manager of the engine that makes the visits.</param>
/// <param name="Dialler">Opens the connections.</param>
/// <param name="Store">Where results go.</param>
/// <param name="Clock">The clock.</param>
internal sealed record WorkerEnvironment(
    IActorRef Frontier, IActorRef Coordinator, IActorRef Watcher, IActorRef Engine, IDialler Dialler, ICrawlStore Store, TimeProvider Clock);
