using System.Collections.Immutable;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>Where in its life a crawl is.</summary>
public enum CrawlPhase : byte
{
    /// <summary>The store is being read.</summary>
    Starting = 0,

    /// <summary>Nodes are visited.</summary>
    Running = 1,

    /// <summary>No visit begins any more; those that run are finished and kept.</summary>
    Draining = 2,

    /// <summary>The snapshot has ended.</summary>
    Ended = 3,

    /// <summary>The crawl was stopped before its end; its snapshot goes on with the next start.</summary>
    Paused = 4,
}

/// <summary>How a crawl does; of the whole cluster where there is one.</summary>
/// <param name="Phase">Where in its life it is.</param>
/// <param name="Snapshot">The snapshot's number in the store.</param>
/// <param name="Elapsed">How long it has been running, this time.</param>
/// <param name="Known">Nodes that were heard of.</param>
/// <param name="Waiting">Nodes that are still to be visited.</param>
/// <param name="Leased">Nodes that are being visited, or are about to be.</param>
/// <param name="Visited">Nodes that were visited in this snapshot.</param>
/// <param name="Excluded">Nodes that are never dialled.</param>
/// <param name="Dropped">Nodes that found no room in the frontier.</param>
/// <param name="Workers">How many workers there are.</param>
/// <param name="OldestDue">How long the oldest of the waiting nodes has been due.</param>
/// <param name="Figures">What all workers did, in sum.</param>
/// <param name="Fault">Why the crawl cannot go on for now, such as a store that fails; empty when it can.</param>
public sealed record CrawlProgress(
    CrawlPhase Phase, long Snapshot, TimeSpan Elapsed, long Known, long Waiting, long Leased, long Visited, long Excluded, long Dropped, int Workers,
    TimeSpan OldestDue, WorkerFigures Figures, string Fault)
{
    /// <summary>Before anything is known.</summary>
    public static CrawlProgress None { get; } = new(CrawlPhase.Starting, 0, TimeSpan.Zero, 0, 0, 0, 0, 0, 0, 0, TimeSpan.Zero, WorkerFigures.None, "");
}

/// <summary>What a worker did since it started, and has now.</summary>
/// <param name="Begun">Visits that began.</param>
/// <param name="Outcomes">Visits by outcome: the element at the number of the outcome.</param>
/// <param name="Reached">Nodes that were reachable, by the number of their network (BIP 155), 0 for others.</param>
/// <param name="Connections">Visits that are running.</param>
/// <param name="Allowed">Visits that may run at a time, as it adapts.</param>
/// <param name="VisitsPerSecond">Visits that ended in the last seconds, for a second.</param>
/// <param name="AddressesHeard">Addresses in all answers.</param>
/// <param name="BytesReceived">Bytes read from sockets.</param>
/// <param name="BytesSent">Bytes written to sockets.</param>
/// <param name="Unacknowledged">Results that are not in the store, or that no partition has acknowledged: none are lost while they count here.</param>
public sealed record WorkerFigures(
    long Begun, ImmutableArray<long> Outcomes, ImmutableArray<long> Reached, int Connections, int Allowed, double VisitsPerSecond, long AddressesHeard,
    long BytesReceived, long BytesSent, long Unacknowledged)
{
    /// <summary>Nothing done.</summary>
    public static WorkerFigures None { get; } = new(
        0, [.. new long[VisitOutcomes.All.Count + 1]], [.. new long[(int)NetworkKind.Cjdns + 1]], 0, 0, 0, 0, 0, 0, 0);

    /// <summary>Whether nothing runs and nothing waits to be kept.</summary>
    public bool IsAtRest => Connections == 0 && Unacknowledged == 0;

    /// <summary>Visits that ended.</summary>
    public long Visits => Outcomes.Aggregate(0L, static (sum, visits) => unchecked(sum + visits));

    /// <summary>Visits that ended in that way.</summary>
    public long Of(VisitOutcome outcome) => Outcomes[(int)outcome];

    /// <summary>The figures of both.</summary>
    public static WorkerFigures operator +(WorkerFigures one, WorkerFigures other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return new WorkerFigures(
            one.Begun + other.Begun, Sum(one.Outcomes, other.Outcomes), Sum(one.Reached, other.Reached), one.Connections + other.Connections, one.Allowed + other.Allowed,
            one.VisitsPerSecond + other.VisitsPerSecond, one.AddressesHeard + other.AddressesHeard, one.BytesReceived + other.BytesReceived,
            one.BytesSent + other.BytesSent, one.Unacknowledged + other.Unacknowledged);
    }

    /// <summary>The figures of both.</summary>
    public static WorkerFigures Add(WorkerFigures left, WorkerFigures right) => left + right;

    private static ImmutableArray<long> Sum(ImmutableArray<long> one, ImmutableArray<long> other) => [.. one.Zip(other, (left, right) => left + right)];
}
