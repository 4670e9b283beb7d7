using System.Collections.Immutable;
using System.Globalization;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>What differs between two snapshots, of one store or of two. A node is what listens at an address and a port.</summary>
/// <param name="Before">The first snapshot.</param>
/// <param name="After">The second.</param>
/// <param name="ReachableBefore">Nodes that were reachable in the first.</param>
/// <param name="ReachableAfter">Nodes that were reachable in the second.</param>
/// <param name="Stayed">Nodes that were reachable in both.</param>
/// <param name="Changes">All differences: by kind, then by node.</param>
public sealed record CrawlComparison(
    CrawlSnapshot Before, CrawlSnapshot After, int ReachableBefore, int ReachableAfter, int Stayed, ImmutableArray<NodeChange> Changes)
{
    private const string NotVisitedText = "not visited";
    private const string ReachableText = "reachable";

    /// <summary>How many differences of a kind there are.</summary>
    public int Count(NodeChangeKind kind) => Changes.Count(change => change.Kind == kind);

    /// <summary>Compares two snapshots; holds the reachable nodes of both.</summary>
    /// <param name="readerBefore">The store of the first.</param>
    /// <param name="before">The first.</param>
    /// <param name="readerAfter">The store of the second; it may be the same.</param>
    /// <param name="after">The second.</param>
    /// <param name="cancellation">Ends it in the middle.</param>
    public static async Task<CrawlComparison> CompareAsync(
        ICrawlReader readerBefore, CrawlSnapshot before, ICrawlReader readerAfter, CrawlSnapshot after, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(readerBefore);
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(readerAfter);
        ArgumentNullException.ThrowIfNull(after);
        var was = await ReachedNodes.ReadAsync(readerBefore, before.Id, cancellation);
        var now = await ReachedNodes.ReadAsync(readerAfter, after.Id, cancellation);
        var gone = await ReachedNodes.ReadOutcomesAsync(readerAfter, after.Id, node => was.ContainsKey(node) && !now.ContainsKey(node), cancellation);
        var unreached = await ReachedNodes.ReadOutcomesAsync(readerBefore, before.Id, node => now.ContainsKey(node) && !was.ContainsKey(node), cancellation);

        var entered = now.Keys.Where(node => !was.ContainsKey(node)).ToHashSet();
        var left = was.Keys.Where(node => !now.ContainsKey(node)).ToHashSet();
        var stayed = now.Count - entered.Count;
        var changes = new List<NodeChange>();
        foreach (var (from, to) in Moves(entered, left).ToList())
        {
            changes.Add(new NodeChange(NodeChangeKind.Moved, to, from.ToString(), to.ToString()));
            left.Remove(from);
            entered.Remove(to);
        }

        changes.AddRange(entered.Select(node => new NodeChange(
            NodeChangeKind.Entered, node, unreached.TryGetValue(node, out var outcome) ? outcome.Text() : NotVisitedText, ReachableText)));
        changes.AddRange(left.Select(node => gone.TryGetValue(node, out var outcome)
            ? new NodeChange(NodeChangeKind.Left, node, ReachableText, outcome.Text())
            : new NodeChange(NodeChangeKind.NotVisited, node, ReachableText, NotVisitedText)));
        foreach (var (node, said) in now)
        {
            if (said is not null && was.TryGetValue(node, out var saidBefore) && saidBefore is not null)
            {
                changes.AddRange(Differences(node, saidBefore, said));
            }
        }

        return new CrawlComparison(before, after, was.Count, now.Count, stayed,
        [
            .. changes.OrderBy(change => change.Kind).ThenBy(change => change.Endpoint.ToString(), StringComparer.Ordinal),
        ]);
    }

    /// <summary>Of hosts where exactly one node went and one came.</summary>
    private static IEnumerable<(NetworkEndpoint From, NetworkEndpoint To)> Moves(HashSet<NetworkEndpoint> entered, HashSet<NetworkEndpoint> left)
    {
        var went = left.GroupBy(node => node.Address).Where(host => host.Count() == 1).ToDictionary(host => host.Key, host => host.Single());
        foreach (var host in entered.GroupBy(node => node.Address))
        {
            if (host.Count() == 1 && went.TryGetValue(host.Key, out var old))
            {
                yield return (old, host.Single());
            }
        }
    }

    private static IEnumerable<NodeChange> Differences(NetworkEndpoint node, NodeVersion was, NodeVersion now)
    {
        if (was.UserAgent != now.UserAgent)
        {
            yield return new NodeChange(NodeChangeKind.UserAgent, node, was.UserAgent.ToString(), now.UserAgent.ToString());
        }

        if (was.Services != now.Services)
        {
            yield return new NodeChange(NodeChangeKind.Services, node, ServiceNames.Of(was.Services), ServiceNames.Of(now.Services));
        }

        if (was.ProtocolVersion != now.ProtocolVersion)
        {
            yield return new NodeChange(NodeChangeKind.ProtocolVersion, node, Number(was.ProtocolVersion), Number(now.ProtocolVersion));
        }

        if (was.StartHeight != now.StartHeight)
        {
            yield return new NodeChange(NodeChangeKind.Height, node, Number(was.StartHeight), Number(now.StartHeight));
        }
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
