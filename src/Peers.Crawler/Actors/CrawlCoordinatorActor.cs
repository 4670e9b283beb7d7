using Akka.Actor;
using Akka.Event;

namespace Peers.Crawler;

/// <summary>
/// The cold path of a crawl: it opens the snapshot, tells the seeds, shares out what workers may do, sees the end, and closes the snapshot. One in a
/// crawl, a singleton in a cluster; when it dies the next one begins with what the store, the partitions and the workers say.
/// </summary>
/// <remarks>Starting → Running → Draining → Ended or Paused. No address and no result goes through it.</remarks>
internal sealed partial class CrawlCoordinatorActor : UntypedActor, IWithTimers
{
    private static readonly TimeSpan RetryStore = TimeSpan.FromSeconds(2);

    /// <summary>How often it looks whether all is at rest: then the partitions are asked at once, for a short crawl shall not end with a long wait.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    private readonly CrawlSettings _settings;
    private readonly CoordinatorEnvironment _around;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<IActorRef, WorkerEntry> _workers = [];
    private readonly PartitionStatus?[] _partitions = new PartitionStatus?[Netgroup.Partitions];
    private readonly CrawlEnd _end = new();
    private readonly TimeSpan _started;

    private TimeSpan _askedAt = -TimeSpan.FromDays(1);
    private CrawlPhase _phase = CrawlPhase.Starting;
    private bool _pausing;
    private CrawlSnapshot? _snapshot;
    private WorkerFigures _ofThoseGone = WorkerFigures.None;
    private string _fault = "";

    public CrawlCoordinatorActor(CrawlSettings settings, CoordinatorEnvironment around)
    {
        _settings = settings;
        _around = around;
        _started = Now;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private TimeSpan Now => _around.Clock.Monotonic();

    private TimeSpan Elapsed => Now - _started;

    private WorkerFigures Figures => _workers.Values.Aggregate(_ofThoseGone, (sum, worker) => sum + worker.Figures);

    public static Props Props(CrawlSettings settings, CoordinatorEnvironment around) => ActorFactory.Props(() => new CrawlCoordinatorActor(settings, around));

    protected override void PreStart()
    {
        if (_around.TakeOver == TimeSpan.Zero)
        {
            Open();
        }
        else
        {
            Timers.StartSingleTimer("take-over", TakeOver.Instance, _around.TakeOver);
        }
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case WorkerStatus status:
                Hear(status);
                break;
            case PartitionStatus status:
                _partitions[status.Partition] = status;
                _end.Heard(status);
                break;
            case LearnedKept kept:
                _seeds.Remove(kept.Number);
                break;
            case Round:
                OnRound();
                break;
            case TakeOver:
                OnTakeOver();
                break;
            case DrainCrawl when _phase is CrawlPhase.Starting or CrawlPhase.Running:
                _pausing = true;
                Enter(CrawlPhase.Draining);
                break;
            case DrainCrawl:
                break;
            case Terminated gone:
                Forget(gone.ActorRef);
                break;
            case SnapshotOpened opened:
                Opened(opened.Snapshot);
                break;
            case SeedsKept kept:
                TellSeeds(kept);
                break;
            case SnapshotClosed:
                Enter(CrawlPhase.Ended);
                break;
            case StoreFailed failed:
                OnStoreFailed(failed);
                break;
            case TryAgain again:
                again.Action();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void OnRound()
    {
        var now = Now;
        foreach (var silent in _workers.Where(worker => now - worker.Value.HeardAt > 2 * _settings.Cluster.OrdersValidFor).Select(worker => worker.Key).ToList())
        {
            Forget(silent);
        }

        // A worker that does not answer may have results: the crawl waits for it, or for its end.
        if (_snapshot is null || _phase is CrawlPhase.Ended or CrawlPhase.Paused || _workers.Values.Any(worker => worker.HeardAt <= _askedAt))
        {
            return;
        }

        var figures = Figures;
        var limited = (_settings.Limit > 0 && figures.Visits - figures.Of(VisitOutcome.Overloaded) >= _settings.Limit)
            || (_settings.Duration > TimeSpan.Zero && Elapsed >= _settings.Duration);
        if (_phase == CrawlPhase.Running && limited)
        {
            Enter(CrawlPhase.Draining);
        }

        var isAtRest = _seeds.IsEmpty && _workers.Values.All(worker => worker.Figures.IsAtRest);
        if (!isAtRest && now - _askedAt < _settings.Cluster.Round)
        {
            return;
        }

        RepeatSeeds();
        var verdict = _phase == CrawlPhase.Draining || _settings.RevisitAfter == TimeSpan.Zero
            ? _end.Judge(isAtRest && _workers.Count > 0, _phase == CrawlPhase.Draining, figures.Begun)
            : EndVerdict.GoesOn; // There is always a next visit.
        switch (verdict)
        {
            case EndVerdict.Over when _phase == CrawlPhase.Draining && _pausing:
                Enter(CrawlPhase.Paused);
                return;
            case EndVerdict.Over:
                Close();
                return;
        }

        _askedAt = now;
        for (var partition = 0; partition < Netgroup.Partitions; partition++)
        {
            _around.Frontier.Tell(new GetPartitionStatus(partition, _snapshot.Id, Self, Reload: verdict == EndVerdict.Reload));
        }
    }

    private void Enter(CrawlPhase phase)
    {
        if (_phase == phase)
        {
            return;
        }

        _phase = phase;
        foreach (var (worker, entry) in _workers)
        {
            Order(worker, entry);
        }

        _around.Watcher.Tell(Progress());
    }

    private CrawlProgress Progress()
    {
        var partitions = _partitions.OfType<PartitionStatus>().ToList();
        return new CrawlProgress(
            _phase, _snapshot?.Id ?? 0, Elapsed, partitions.Sum(status => (long)status.Known), partitions.Sum(status => (long)status.Waiting),
            partitions.Sum(status => (long)status.Leased), partitions.Sum(status => (long)status.Visited), partitions.Sum(status => (long)status.Excluded),
            partitions.Sum(status => status.Dropped), _workers.Count,
            partitions.Count == 0 ? TimeSpan.Zero : partitions.Max(status => status.OldestDue), Figures, _fault);
    }

    private sealed record TakeOver
    {
        public static TakeOver Instance { get; } = new();
    }

    private sealed record Round
    {
        public static Round Instance { get; } = new();
    }
}

/// <summary>What surrounds the coordinator.</summary>
/// <param name="Network">The network's name.</param>
/// <param name="DefaultPort">Its port.</param>
/// <param name="Frontier">Takes <see cref="PartitionMessage"/>s to their partitions.</param>
/// <param name="Watcher">Gets <see cref="CrawlProgress"/> when the phase changes.</param>
/// <param name="Store">Where the snapshot is.</param>
/// <param name="Resolve">Finds the addresses of a name.</param>
/// <param name="Clock">The clock.</param>
/// <param name="TakeOver">How long it listens to workers before it begins, for another may have ended the crawl; zero where there is no other.</param>
internal sealed record CoordinatorEnvironment(
    string Network, int DefaultPort, IActorRef Frontier, IActorRef Watcher, ICrawlStore Store, Func<string, Task<System.Net.IPAddress[]>> Resolve,
    TimeProvider Clock, TimeSpan TakeOver);
