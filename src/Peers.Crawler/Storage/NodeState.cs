using Peers.Wire;

namespace Peers.Crawler;

/// <summary>What visits have shown of a node: the part of its row that a visit changes, by the same rules in every store.</summary>
/// <param name="LastVisit">The latest visit; null when there was none.</param>
/// <param name="LastReachable">When it was last reached; null when never.</param>
/// <param name="LastAsked">When it last answered a <c>getaddr</c>; null when never.</param>
/// <param name="LastVersion">What it last said of itself; null when never.</param>
/// <param name="Visits">How many visits there were.</param>
/// <param name="Uptime">How much of the time it was there.</param>
/// <param name="UptimeAt">The latest visit that <paramref name="Uptime"/> has counted; null when none.</param>
internal sealed record NodeState(
    NodeVisit? LastVisit, DateTimeOffset? LastReachable, DateTimeOffset? LastAsked, NodeVersion? LastVersion, long Visits, UptimeWindows Uptime,
    DateTimeOffset? UptimeAt)
{
    /// <summary>A node that was never visited.</summary>
    public static NodeState Unvisited { get; } = new(null, null, null, null, 0, default, null);

    /// <summary>
    /// Whether a visit is one of the node's: one for which we had no socket says nothing, and is made again, also after the crawl was killed.
    /// </summary>
    public static bool Counts(VisitOutcome outcome) => outcome != VisitOutcome.Overloaded;

    /// <summary>The node after one more visit, which may be older than the latest when it is told late.</summary>
    public NodeState After(Visit visit)
    {
        if (!Counts(visit.Outcome))
        {
            return this;
        }

        var at = visit.Started;
        var newest = LastVisit is null || at >= LastVisit.At;
        var reachable = visit.Outcome.IsReachable();

        // A proxy that fails says nothing of the node behind it.
        var measured = visit.Outcome != VisitOutcome.ProxyError;
        return new NodeState(
            newest ? new NodeVisit(at, visit.Outcome, visit.Detail, visit.Durations) : LastVisit,
            reachable ? Later(LastReachable, at) : LastReachable,
            visit.Addresses is not null ? Later(LastAsked, at) : LastAsked,
            newest ? visit.Version ?? LastVersion : LastVersion ?? visit.Version,
            Visits + 1,
            measured ? Uptime.After(reachable, at - UptimeAt) : Uptime,
            measured ? Later(UptimeAt, at) : UptimeAt);
    }

    private static DateTimeOffset Later(DateTimeOffset? known, DateTimeOffset at) => known > at ? known.Value : at;
}

/// <summary>The times at which others say that a node was seen: what a store believes of them.</summary>
internal static class HeardTime
{
    /// <summary>
    /// By how much a told time must be newer to be worth a write: one answer names up to a thousand nodes that are known, each a minute younger.
    /// </summary>
    public const uint Grain = 3600;

    private const uint Ahead = 600;
    private const uint Penalty = 5 * 24 * 3600;

    /// <summary>The newest of two times, where one that is newer by less than <see cref="Grain"/> is as good as the one that is kept.</summary>
    public static uint Newest(uint kept, uint told) => IsNews(kept, told) ? told : kept;

    /// <summary>Whether a told time is worth a write.</summary>
    public static bool IsNews(uint kept, uint told) => told > kept && (kept == 0 || told - kept >= Grain);

    /// <summary>The time after a visit: that we reached a node is as good as if somebody had said so.</summary>
    public static uint After(uint kept, Visit visit) => visit.Outcome.IsReachable() ? Math.Max(kept, Seconds(visit.Started)) : kept;

    /// <summary>The time of an entry; one that is more than ten minutes ahead of us counts as five days old (as Bitcoin Core).</summary>
    /// <param name="entry">What was told.</param>
    /// <param name="heard">When we were told.</param>
    public static uint Of(AddressEntry entry, DateTimeOffset heard)
    {
        var now = Seconds(heard);
        return entry.Time > (long)now + Ahead ? now - Math.Min(now, Penalty) : entry.Time;
    }

    private static uint Seconds(DateTimeOffset time) => (uint)Math.Clamp(time.ToUnixTimeSeconds(), 0, uint.MaxValue);
}
