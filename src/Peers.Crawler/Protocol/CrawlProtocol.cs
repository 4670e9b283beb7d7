using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>What crosses machines, and nothing else does. Each type has its own versioned binary form.</summary>
internal abstract record CrawlMessage : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>To the one partition that keeps what it is about.</summary>
/// <param name="Partition">The partition, from 0 to 255.</param>
/// <param name="Snapshot">The snapshot: a partition that was just born knows by it what to recover.</param>
internal abstract record PartitionMessage(int Partition, long Snapshot) : CrawlMessage;

/// <summary>A worker asks for nodes to visit. Answered by <see cref="Leased"/>.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="Worker">Who asks.</param>
/// <param name="Capacity">How many at most.</param>
internal sealed record Lease(int Partition, long Snapshot, IActorRef Worker, int Capacity) : PartitionMessage(Partition, Snapshot);

/// <summary>A worker tells what became of leased nodes; what they told is in the store by now. Answered by <see cref="Reported"/>, or told again.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="Worker">Who tells.</param>
/// <param name="Number">The worker's number of this report.</param>
/// <param name="Visits">What became of them.</param>
internal sealed record Report(int Partition, long Snapshot, IActorRef Worker, long Number, ImmutableArray<VisitReport> Visits)
    : PartitionMessage(Partition, Snapshot);

/// <summary>A worker tells of nodes; they are in the store by now. Answered by <see cref="LearnedKept"/>, or told again.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="Worker">Who tells.</param>
/// <param name="Number">The worker's number of this batch.</param>
/// <param name="Nodes">The nodes.</param>
internal sealed record Learned(int Partition, long Snapshot, IActorRef Worker, long Number, ImmutableArray<LearnedNode> Nodes)
    : PartitionMessage(Partition, Snapshot);

/// <summary>The coordinator asks how far a partition is. Answered by <see cref="PartitionStatus"/>.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="Coordinator">Who asks.</param>
/// <param name="Reload">
/// Whether the partition reads its nodes from the store again before it answers: a worker that died may have written what it could tell nobody.
/// </param>
internal sealed record GetPartitionStatus(int Partition, long Snapshot, IActorRef Coordinator, bool Reload) : PartitionMessage(Partition, Snapshot);

/// <summary>Nodes to visit, each by this worker alone until the lease is over.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Nodes">The nodes; none when none may be visited now.</param>
/// <param name="Length">How long the lease is; what was not reported by then is given to another.</param>
/// <param name="AskAgain">How long to wait before asking this partition again.</param>
internal sealed record Leased(int Partition, ImmutableArray<LeasedNode> Nodes, TimeSpan Length, TimeSpan AskAgain) : CrawlMessage;

/// <summary>A report was taken.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Number">The worker's number of it.</param>
internal sealed record Reported(int Partition, long Number) : CrawlMessage;

/// <summary>Learned nodes were taken.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Number">The worker's number of the batch.</param>
internal sealed record LearnedKept(int Partition, long Number) : CrawlMessage;

/// <summary>How far a partition is.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Known">Nodes that it knows.</param>
/// <param name="Waiting">Nodes that are still to be visited in this snapshot.</param>
/// <param name="Leased">Nodes that workers have.</param>
/// <param name="Visited">Nodes that were visited in this snapshot.</param>
/// <param name="Excluded">Nodes that are not dialled: private, reserved, opted out, of a bad port, too old, not in the sample.</param>
/// <param name="Dropped">Nodes that were not taken because the frontier is full.</param>
/// <param name="OldestDue">How long the oldest of the waiting ones has been due; zero when none is.</param>
/// <param name="Reloaded">Whether this answers a question that asked for it.</param>
internal sealed record PartitionStatus(
    int Partition, int Known, int Waiting, int Leased, int Visited, int Excluded, long Dropped, TimeSpan OldestDue, bool Reloaded) : CrawlMessage;

/// <summary>A worker says that it is there and how it does; every second. Answered by <see cref="WorkerOrders"/>.</summary>
/// <param name="Worker">Who it is.</param>
/// <param name="Figures">How it does.</param>
/// <param name="Snapshot">The snapshot of its last orders; 0 when it never had any.</param>
/// <param name="Phase">The phase of its last orders: a coordinator that takes over does not begin again what has ended.</param>
internal sealed record WorkerStatus(IActorRef Worker, WorkerFigures Figures, long Snapshot, CrawlPhase Phase) : CrawlMessage;

/// <summary>What a worker may do, until the next orders; those that are not renewed run out.</summary>
/// <param name="Coordinator">Who says so.</param>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="Network">The network's name.</param>
/// <param name="VisitsPerSecond">Its share of the visits begun in a second.</param>
/// <param name="Connections">Its share of the connections.</param>
/// <param name="Allowance">Visits that it may have begun in all since it started: what is left of a limit is shared out piece by piece.</param>
/// <param name="ValidFor">When they run out.</param>
/// <param name="Phase">Whether to begin visits at all.</param>
/// <param name="Progress">How the whole crawl does, for whoever watches it from the worker's machine.</param>
internal sealed record WorkerOrders(
    IActorRef Coordinator, long Snapshot, string Network, double VisitsPerSecond, int Connections, long Allowance, TimeSpan ValidFor, CrawlPhase Phase,
    CrawlProgress Progress)
    : CrawlMessage;

/// <summary>Somebody wants the crawl to begin no more visits; what runs is finished and kept.</summary>
internal sealed record DrainCrawl : CrawlMessage
{
    private DrainCrawl()
    {
    }

    /// <summary>The only one.</summary>
    public static DrainCrawl Instance { get; } = new();
}

/// <summary>One node of a lease.</summary>
/// <param name="Endpoint">The node.</param>
/// <param name="AskAddresses">Whether to ask it for addresses: at most once a day.</param>
internal readonly record struct LeasedNode(NetworkEndpoint Endpoint, bool AskAddresses);

/// <summary>What became of a leased node.</summary>
/// <param name="Endpoint">The node.</param>
/// <param name="Outcome">How the visit ended.</param>
/// <param name="At">When it began.</param>
/// <param name="Answered">Whether it answered <c>getaddr</c>.</param>
internal readonly record struct VisitReport(NetworkEndpoint Endpoint, VisitOutcome Outcome, DateTimeOffset At, bool Answered);
