using System.Globalization;
using Peers.Crawler;

namespace Peers.Cli;

/// <summary>A crawl's progress, for programs and for people.</summary>
internal static class CrawlFigures
{
    /// <summary>Names of networks in the order of their numbers (BIP 155).</summary>
    private static readonly string[] Networks = ["other", "ipv4", "ipv6", "onion-v2", "onion", "i2p", "cjdns"];

    public static IEnumerable<(string Network, long Nodes)> Reached(CrawlProgress progress) =>
        progress.Figures.Reached.Select((nodes, kind) => (Networks[kind], nodes)).Where(network => network.nodes > 0);

    public static IEnumerable<(VisitOutcome Outcome, long Visits)> Outcomes(CrawlProgress progress) =>
        VisitOutcomes.All.Select(outcome => (outcome, progress.Figures.Of(outcome))).Where(count => count.Item2 > 0);

    /// <summary>As JSON.</summary>
    public static object Of(CrawlProgress progress) => new
    {
        phase = progress.Phase.ToString().ToLowerInvariant(),
        snapshot = progress.Snapshot,
        elapsed = progress.Elapsed,
        known = progress.Known,
        waiting = progress.Waiting,
        leased = progress.Leased,
        visited = progress.Visited,
        excluded = progress.Excluded,
        dropped = progress.Dropped,
        workers = progress.Workers,
        connections = progress.Figures.Connections,
        allowed = progress.Figures.Allowed,
        visitsPerSecond = Math.Round(progress.Figures.VisitsPerSecond, 1),
        addressesHeard = progress.Figures.AddressesHeard,
        bytesReceived = progress.Figures.BytesReceived,
        bytesSent = progress.Figures.BytesSent,
        reached = Reached(progress).ToDictionary(network => network.Network, network => network.Nodes),
        outcomes = Outcomes(progress).ToDictionary(count => count.Outcome.Text(), count => count.Visits),
        unacknowledged = progress.Figures.Unacknowledged,
        oldestDue = progress.OldestDue,
        timeLeft = Eta(progress),
        fault = progress.Fault,
    };

    /// <summary>As a line.</summary>
    public static string Line(CrawlProgress progress)
    {
        var eta = Eta(progress);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{progress.Elapsed:hh\\:mm\\:ss}  {progress.Visited:N0} visited, {Reachable(progress)} reachable, {progress.Waiting + progress.Leased:N0} to go, "
            + $"{progress.Known:N0} known, {progress.Figures.VisitsPerSecond:0} visits/s, {progress.Figures.Connections} of {progress.Figures.Allowed} at a time"
            + $"{(eta is { } left ? $", about {CrawlManners.Time(left)} left" : "")}{(Rests(progress) ? ", nobody is due yet" : "")}{(progress.Fault.Length > 0 ? $"; {OneLine.Of(progress.Fault)}" : "")}");
    }

    /// <summary>How many were reachable, and in which networks when there are several.</summary>
    public static string Reachable(CrawlProgress progress)
    {
        var networks = Reached(progress).Select(network => string.Create(CultureInfo.InvariantCulture, $"{network.Nodes:N0} {network.Network}")).ToArray();
        return string.Create(CultureInfo.InvariantCulture, $"{progress.Figures.Reached.Sum():N0}{(networks.Length > 1 ? $" ({string.Join(", ", networks)})" : "")}");
    }

    /// <summary>Whether there is nothing to do but to wait: all that are to be visited were visited a short while ago.</summary>
    public static bool Rests(CrawlProgress progress) =>
        progress is { Phase: CrawlPhase.Running, Waiting: > 0, Leased: 0, Figures: { Connections: 0, VisitsPerSecond: < 0.1 } } && progress.Elapsed > TimeSpan.FromSeconds(3);

    /// <summary>When all that is known now will have been visited; null when that cannot be said.</summary>
    public static TimeSpan? Eta(CrawlProgress progress) =>
        progress is { Phase: CrawlPhase.Running, Waiting: > 0 } && progress.Figures.VisitsPerSecond >= 0.1
            ? TimeSpan.FromSeconds(Math.Min(1e7, (progress.Waiting + progress.Leased) / progress.Figures.VisitsPerSecond))
            : null;
}
