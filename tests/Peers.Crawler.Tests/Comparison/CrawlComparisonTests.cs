using System.Net;
using Peers.Wire;

namespace Peers.Crawler.Tests;

public class CrawlComparisonTests
{
    private static readonly NodeVersion Version = new(70016, ServiceFlags.Network, "/a:1/", 100, TimeSpan.Zero);

    [Fact(DisplayName = "Who entered, left, was not visited again, moved and changed is told, each once")]
    public async Task Changes_are_told()
    {
        await using var store = new MemoryCrawlStore();
        await SnapshotAsync(store, 0, Reached(1), Reached(2), Reached(3), Reached(4), Reached(5, version: Version with { UserAgent = "=<old>" }), Reached(6), Reached(7), Reached(8), Failed(10), Reached(11));
        await SnapshotAsync(
            store, 1, Reached(1), Failed(2), Reached(4, port: 8444), Reached(5, version: Version with { UserAgent = "new\n" }),
            Reached(6, version: Version with { Services = (ServiceFlags)(1UL << 63) }), Reached(7, version: Version with { ProtocolVersion = 70017 }),
            Reached(8, version: Version with { StartHeight = -1 }), Reached(9), Reached(10), Reached(11, version: Version with { StartHeight = 101, UserAgent = "b" }));
        var snapshots = await store.ReadSnapshotsAsync();
        var comparison = await CrawlComparison.CompareAsync(store, snapshots[0], store, snapshots[1]);

        Assert.Equal(
        [
            "entered 52.0.0.10:8333: refused > reachable",
            "entered 52.0.0.9:8333: not visited > reachable",
            "left 52.0.0.2:8333: reachable > refused",
            "not-visited 52.0.0.3:8333: reachable > not visited",
            "moved 52.0.0.4:8444: 52.0.0.4:8333 > 52.0.0.4:8444",
            "user-agent 52.0.0.11:8333: /a:1/ > b",
            @"user-agent 52.0.0.5:8333: =<old> > new\x0a",
            "services 52.0.0.6:8333: NETWORK > BIT_63",
            "protocol-version 52.0.0.7:8333: 70016 > 70017",
            "height 52.0.0.11:8333: 100 > 101",
            "height 52.0.0.8:8333: 100 > -1",
        ],
            comparison.Changes.Select(change => $"{change.Kind.Name()} {change.Endpoint}: {change.Before} > {change.After}"));
        Assert.Equal((9, 9, 6), (comparison.ReachableBefore, comparison.ReachableAfter, comparison.Stayed));
    }

    [Fact(DisplayName = "A snapshot does not differ from itself")]
    public async Task Nothing_differs_from_itself()
    {
        await using var store = await HostileCrawl.CrawlAsync();
        var snapshot = (await store.ReadSnapshotsAsync())[0];
        var comparison = await CrawlComparison.CompareAsync(store, snapshot, store, snapshot);

        Assert.Empty(comparison.Changes);
        Assert.Equal(HostileCrawl.UserAgents.Count, comparison.Stayed);
    }

    [Fact(DisplayName = "A host with several nodes that came or went has none that moved")]
    public async Task Moves_are_of_one_node()
    {
        await using var store = new MemoryCrawlStore();
        await SnapshotAsync(store, 0, Reached(1), Reached(1, port: 2));
        await SnapshotAsync(store, 1, Reached(1, port: 3), Failed(1), Failed(1, port: 2));
        var snapshots = await store.ReadSnapshotsAsync();
        var comparison = await CrawlComparison.CompareAsync(store, snapshots[0], store, snapshots[1]);

        Assert.Equal((0, 1, 2), (comparison.Count(NodeChangeKind.Moved), comparison.Count(NodeChangeKind.Entered), comparison.Count(NodeChangeKind.Left)));
    }

    private static async Task SnapshotAsync(MemoryCrawlStore store, int number, params Visit[] visits)
    {
        var start = HostileCrawl.Start.AddDays(number);
        var snapshot = await store.OpenSnapshotAsync("mainnet", start);
        await store.AppendAsync(snapshot.Id, [.. visits.Select(visit => visit with { Started = start })], []);
        await store.CloseSnapshotAsync(snapshot.Id, start.AddHours(1));
    }

    private static Visit Reached(byte host, ushort port = 8333, NodeVersion? version = null) =>
        new(At(host, port), default, VisitOutcome.Complete, "", default, version ?? Version, null);

    private static Visit Failed(byte host, ushort port = 8333) => new(At(host, port), default, VisitOutcome.Refused, "", default, null, null);

    private static NetworkEndpoint At(byte host, ushort port) => NetworkEndpoint.From(new IPEndPoint(new IPAddress([52, 0, 0, host]), port));
}
