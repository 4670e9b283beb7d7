using Peers.TestKit;
using Peers.Wire;

namespace Peers.Crawler.Tests;

public sealed class CrawlSimulation
{
    [Fact(DisplayName = "A crawl finds every node, each visited once, each with its own outcome")]
    public async Task Finds_everything()
    {
        using var simulation = new Simulation(seed: 5);
        var network = new CrawledNetwork(simulation, nodes: 300, known: 60);
        var store = new MemoryCrawlStore();
        var crawl = new SimulatedCrawl(simulation, network, store);

        simulation.Until(() => crawl.HasEnded, TimeSpan.FromMinutes(30));

        Assert.Equal(CrawlPhase.Ended, crawl.Last.Phase);
        await Check(network, store);
    }

    private static async Task Check(CrawledNetwork network, MemoryCrawlStore store)
    {
        var snapshot = Assert.Single(await store.ReadSnapshotsAsync());
        Assert.NotNull(snapshot.Ended);
        var visits = new List<Visit>();
        await foreach (var visit in store.ReadVisitsAsync(snapshot.Id))
        {
            visits.Add(visit);
        }

        Assert.Empty(visits.GroupBy(visit => visit.Endpoint).Where(group => group.Count() > 1).Select(group => group.Key));
        var outcomes = visits.ToDictionary(visit => visit.Endpoint, visit => visit);
        var wrong = network.Nodes
            .Select(node => (node, visit: outcomes.GetValueOrDefault(NetworkEndpoint.From(node.Endpoint))))
            .Where(pair => pair.visit?.Outcome != pair.node.Expected)
            .Select(pair => $"{pair.node.Endpoint} {pair.node.Kind}: expected {pair.node.Expected}, got {pair.visit?.Outcome} {pair.visit?.Detail}")
            .ToList();
        Assert.True(wrong.Count == 0, $"{wrong.Count} wrong:\n{string.Join("\n", wrong.Take(20))}");
        Assert.All(network.Nodes, node => Assert.True(node.Dials <= 1 && node.Asked <= 1, $"{node.Endpoint} was visited {node.Dials} times"));
    }
}
