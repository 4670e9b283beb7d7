using Peers.Wire;

namespace Peers.Crawler;

/// <summary>One crawl of a network from its beginning to its end.</summary>
/// <param name="Id">Its number in its store, from 1.</param>
/// <param name="Network">The network's name.</param>
/// <param name="Started">When it began.</param>
/// <param name="Ended">When it ended; null while it goes on or was killed.</param>
public sealed record CrawlSnapshot(long Id, string Network, DateTimeOffset Started, DateTimeOffset? Ended);

/// <summary>A node as someone told of it.</summary>
/// <param name="Endpoint">The node.</param>
/// <param name="HeardSeen">Unix time in seconds at which others say that it was last seen; 0 for a seed.</param>
/// <param name="Services">What it is said to offer.</param>
public readonly record struct LearnedNode(NetworkEndpoint Endpoint, uint HeardSeen, ServiceFlags Services);

/// <summary>What the frontier must know of a node to go on.</summary>
/// <param name="Endpoint">The node.</param>
/// <param name="HeardSeen">Unix time in seconds at which others say that it was last seen; 0 when nobody said.</param>
/// <param name="LastVisit">When it was last visited, in any snapshot; null when never.</param>
/// <param name="LastAsked">When it last answered a <c>getaddr</c>; null when never.</param>
/// <param name="VisitedInSnapshot">Whether this snapshot has a visit of it.</param>
public readonly record struct KnownNode(
    NetworkEndpoint Endpoint, uint HeardSeen, DateTimeOffset? LastVisit, DateTimeOffset? LastAsked, bool VisitedInSnapshot);

/// <summary>A node and all that is known of it: a row of <c>node</c>.</summary>
/// <param name="Endpoint">The node.</param>
/// <param name="FirstHeard">When it was first heard of.</param>
/// <param name="HeardSeen">Unix time in seconds at which others say that it was last seen; 0 when nobody said.</param>
/// <param name="LastVisit">The latest visit; null when there was none.</param>
/// <param name="LastReachable">When it was last reached; null when never.</param>
/// <param name="LastVersion">What it last said of itself; null when never.</param>
/// <param name="Visits">How many visits there were.</param>
/// <param name="Uptime">How much of the time it was there.</param>
public sealed record NodeRecord(
    NetworkEndpoint Endpoint, DateTimeOffset FirstHeard, uint HeardSeen, NodeVisit? LastVisit, DateTimeOffset? LastReachable,
    NodeVersion? LastVersion, long Visits, UptimeWindows Uptime);

/// <summary>The latest visit of a node, in short.</summary>
/// <param name="At">When it began.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Detail">What the outcome alone does not say.</param>
/// <param name="Durations">How long its parts took.</param>
public sealed record NodeVisit(DateTimeOffset At, VisitOutcome Outcome, string Detail, VisitDurations Durations);

/// <summary>One node told of another.</summary>
/// <param name="Source">Who told.</param>
/// <param name="Entry">Of whom, seen when, offering what.</param>
/// <param name="Heard">When we were told.</param>
public readonly record struct GossipRecord(NetworkEndpoint Source, AddressEntry Entry, DateTimeOffset Heard);
