using Akka.Actor;
using Akka.Event;

namespace Peers.Crawler;

/// <summary>
/// One of the 256 parts of the frontier: who is known there, who is next, who has whom. One per partition in the whole crawl, on this machine or any
/// other; it begins with what the store has, so nothing is lost with it but its leases, which are given anew.
/// </summary>
/// <remarks>Unborn → Reading → Keeping. While it reads, it answers nothing: whoever told it something tells it again.</remarks>
internal sealed class FrontierPartitionActor : UntypedActor, IWithTimers
{
    /// <summary>Nodes that are read before other messages have their turn.</summary>
    private const int ReadAtOnce = 2_000;

    /// <summary>Whoever got too little is told when there is more; this is for the case that the word is lost.</summary>
    private static readonly TimeSpan WhenEmpty = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WhenReading = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RetryReading = TimeSpan.FromSeconds(1);

    private readonly int _partition;
    private readonly ICrawlStore _store;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _leaseLength;
    private readonly Func<Frontier<IActorRef>> _newFrontier;
    private readonly HashSet<IActorRef> _workers = [];
    private readonly SortedSet<IActorRef> _hungry = [];
    private readonly List<IActorRef> _awaitReload = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();

    private Frontier<IActorRef>? _frontier;
    private long _snapshot;
    private bool _reading;

    public FrontierPartitionActor(int partition, CrawlSettings settings, DialRules rules, ICrawlStore store, TimeProvider clock, Random random)
    {
        _partition = partition;
        _store = store;
        _clock = clock;
        _leaseLength = settings.Timeouts.Longest + settings.Worker.LeaseSlack;
        _newFrontier = () => new Frontier<IActorRef>(settings, rules, random);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    public static Props Props(int partition, CrawlSettings settings, DialRules rules, ICrawlStore store, TimeProvider clock, Random random) =>
        ActorFactory.Props(() => new FrontierPartitionActor(partition, settings, rules, store, clock, random));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case PartitionMessage asked:
                if (asked.Snapshot != _snapshot)
                {
                    Begin(asked.Snapshot);
                }

                if (_frontier is { } frontier)
                {
                    Keep(asked, frontier);
                }
                else if (asked is Lease lease)
                {
                    lease.Worker.Tell(new Leased(_partition, [], _leaseLength, WhenReading));
                }

                break;
            case NodesRead read:
                Take(read);
                break;
            case ReadingFailed failed:
                _reading = false;
                _log.Warning("Partition {Partition} cannot read the store, and tries again: {Fault}", _partition, failed.Fault.Message);
                Timers.StartSingleTimer("read", ReadAgain.Instance, RetryReading);
                break;
            case ReadAgain:
                Read();
                break;
            case Terminated gone:
                _workers.Remove(gone.ActorRef);
                _hungry.Remove(gone.ActorRef);
                _frontier?.Forget(gone.ActorRef, Now);
                CallTheHungry(_frontier);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Keep(PartitionMessage message, Frontier<IActorRef> frontier)
    {
        switch (message)
        {
            case Lease lease:
                Know(lease.Worker);
                var nodes = frontier.Take(lease.Worker, lease.Capacity, Now, _leaseLength);
                var next = nodes.Count == lease.Capacity ? TimeSpan.Zero : frontier.NextIn(Now) ?? WhenEmpty;
                if (next > TimeSpan.Zero)
                {
                    _hungry.Add(lease.Worker);
                }

                lease.Worker.Tell(new Leased(_partition, [.. nodes], _leaseLength, next < WhenEmpty ? next : WhenEmpty));
                break;
            case Report report:
                foreach (var visit in report.Visits)
                {
                    frontier.Done(report.Worker, visit, Now);
                }

                report.Worker.Tell(new Reported(_partition, report.Number));
                CallTheHungry(frontier);
                break;
            case Learned learned:
                foreach (var node in learned.Nodes)
                {
                    frontier.Learn(node, Now);
                }

                learned.Worker.Tell(new LearnedKept(_partition, learned.Number));
                CallTheHungry(frontier);
                break;
            case GetPartitionStatus { Reload: true } get:
                _awaitReload.Add(get.Coordinator);
                Read();
                break;
            case GetPartitionStatus get:
                get.Coordinator.Tell(Status(frontier, reloaded: false));
                break;
        }
    }

    /// <summary>Asking 256 partitions every second for nothing would cost more than the visits of a small crawl: so who found nothing is called.</summary>
    private void CallTheHungry(Frontier<IActorRef>? frontier)
    {
        if (_hungry.Count > 0 && frontier?.NextIn(Now) is { } next && next < WhenEmpty)
        {
            foreach (var worker in _hungry)
            {
                worker.Tell(new Leased(_partition, [], _leaseLength, next));
            }

            _hungry.Clear();
        }
    }

    /// <summary>A worker that is gone, with its machine or without, gives its leases back at once.</summary>
    private void Know(IActorRef worker)
    {
        if (_workers.Add(worker))
        {
            Context.Watch(worker);
        }
    }

    private void Begin(long snapshot)
    {
        _snapshot = snapshot;
        _frontier = null;
        _reading = false;
        Read();
    }

    private void Read()
    {
        if (_reading)
        {
            return;
        }

        _reading = true;
        var snapshot = _snapshot;
        var (store, partition) = (_store, _partition);
        ReadAllAsync(store, snapshot, partition).PipeTo(
            Self, Self, nodes => new NodesRead(snapshot, nodes, 0), fault => new ReadingFailed(fault.GetBaseException()));
    }

    private static async Task<List<KnownNode>> ReadAllAsync(ICrawlStore store, long snapshot, int partition)
    {
        var nodes = new List<KnownNode>();
        await foreach (var node in store.LoadAsync(snapshot, partition).ConfigureAwait(false))
        {
            nodes.Add(node);
        }

        return nodes;
    }

    /// <summary>A piece at a time: a partition of a big crawl must not keep its dispatcher for seconds.</summary>
    private void Take(NodesRead read)
    {
        if (read.Snapshot != _snapshot)
        {
            return;
        }

        var frontier = _frontier ?? read.Frontier ?? _newFrontier();
        var end = Math.Min(read.Nodes.Count, read.From + ReadAtOnce);
        for (var index = read.From; index < end; index++)
        {
            frontier.Restore(read.Nodes[index], Now);
        }

        if (end < read.Nodes.Count)
        {
            Self.Tell(read with { From = end, Frontier = frontier });
            return;
        }

        _reading = false;
        _frontier = frontier;
        _awaitReload.ForEach(coordinator => coordinator.Tell(Status(frontier, reloaded: true)));
        _awaitReload.Clear();
        CallTheHungry(frontier);
    }

    private PartitionStatus Status(Frontier<IActorRef> frontier, bool reloaded)
    {
        frontier.NextIn(Now); // Leases that ran out count as waiting.
        return new PartitionStatus(
            _partition, frontier.Known, frontier.Waiting, frontier.Leased, frontier.Visited, frontier.Excluded, frontier.Dropped,
            frontier.OldestDue(Now), reloaded);
    }

    private sealed record NodesRead(long Snapshot, List<KnownNode> Nodes, int From, Frontier<IActorRef>? Frontier = null)
        : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed record ReadingFailed(Exception Fault) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed record ReadAgain
    {
        public static ReadAgain Instance { get; } = new();
    }
}
