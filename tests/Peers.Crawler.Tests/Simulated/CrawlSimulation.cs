using System.Globalization;
using Akka.Actor;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Crawler.Tests;

public sealed class CrawlSimulation(Xunit.Abstractions.ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromHours(3);

    /// <summary>How many nodes the big network has: 10000 and 100000 have their figures in docs/crawler.md.</summary>
    private static int BigNetwork =>
        int.TryParse(Environment.GetEnvironmentVariable("PEERS_CRAWLER_NODES"), CultureInfo.InvariantCulture, out var nodes) ? nodes : 3_000;

    [Fact(DisplayName = "Thousands of nodes, a third of them hostile: each is found, visited once, and has its own outcome")]
    public async Task Finds_everything()
    {
        using var simulation = new Simulation(seed: 6);
        simulation.Trace.IsOn = false;
        var network = new CrawledNetwork(simulation, BigNetwork, known: 100);
        var store = new MemoryCrawlStore(keepsGossip: false);
        var crawl = new SimulatedCrawl(simulation, network, store);

        simulation.Until(() => crawl.HasEnded, Patience);

        output.WriteLine($"{BigNetwork} nodes, {crawl.Last.Figures.Visits} visits, {simulation.Elapsed} of virtual time");
        Assert.Equal(CrawlPhase.Ended, crawl.Last.Phase);
        Check(network, await Visits(store));
        Assert.NotNull(Assert.Single(await store.ReadSnapshotsAsync()).Ended);
    }

    [Fact(DisplayName = "The same seed gives the same snapshot, visit by visit; another seed another one")]
    public async Task Same_seed_same_snapshot()
    {
        Assert.Equal(await Once(11), await Once(11));
        Assert.NotEqual(await Once(11), await Once(12));

        static async Task<string> Once(int seed)
        {
            using var simulation = new Simulation(seed);
            var network = new CrawledNetwork(simulation, 120, known: 20);
            var store = new MemoryCrawlStore();
            var crawl = new SimulatedCrawl(simulation, network, store);
            simulation.Until(() => crawl.HasEnded, Patience);
            return string.Join("\n", (await Visits(store)).Select(visit => $"{visit.Endpoint} {visit.Started:O} {visit.Outcome} {visit.Durations} {visit.Addresses?.Entries.Count}"));
        }
    }

    [Theory(DisplayName = "A crawl that is killed in its middle goes on where it stood, and visits nobody twice who was reported")]
    [InlineData(3)]
    [InlineData(20)]
    [InlineData(60)]
    public async Task Resumes(int seconds)
    {
        using var simulation = new Simulation(seed: 7);
        var network = new CrawledNetwork(simulation, 400, known: 30);
        var store = new MemoryCrawlStore();
        var first = new SimulatedCrawl(simulation, network, store);
        simulation.Advance(TimeSpan.FromSeconds(seconds));
        var reported = (await Visits(store)).Select(visit => visit.Endpoint).ToHashSet();
        Assert.False(first.HasEnded);
        Assert.NotEmpty(reported);
        simulation.System.Stop(first.Root);
        simulation.Advance(TimeSpan.FromSeconds(5));
        var asked = network.Nodes.ToDictionary(node => node, node => node.Dials);

        var second = new SimulatedCrawl(simulation, network, store);
        simulation.Until(() => second.HasEnded, Patience);

        Assert.Equal(CrawlPhase.Ended, second.Last.Phase);
        Assert.Single(await store.ReadSnapshotsAsync());
        Assert.All(network.Nodes, node => Assert.True(
            node.Dials - asked[node] <= (reported.Contains(NetworkEndpoint.From(node.Endpoint)) ? 0 : 1), $"{node.Endpoint} was visited again"));
        Check(network, await Visits(store), atMost: 2);
    }

    [Fact(DisplayName = "A part that crashes is made anew, and the crawl still finds everything")]
    public async Task Parts_crash()
    {
        using var simulation = new Simulation(seed: 8);
        simulation.Declare(_ => true);
        var network = new CrawledNetwork(simulation, 300, known: 30);
        var store = new MemoryCrawlStore();
        var crawl = new SimulatedCrawl(simulation, network, store);
        foreach (var part in new[] { "frontier/partition-7", "worker", "coordinator", "frontier", "engine" })
        {
            simulation.Advance(TimeSpan.FromSeconds(4));
            simulation.System.ActorSelection($"{crawl.Root.Path}/{part}").Tell(Kill.Instance);
        }

        simulation.Until(() => crawl.HasEnded, Patience);

        Check(network, await Visits(store), atMost: 3);
    }

    [Fact(DisplayName = "A limit is kept to the visit, and ends the snapshot")]
    public async Task Limit()
    {
        using var simulation = new Simulation(seed: 9);
        var network = new CrawledNetwork(simulation, 300, known: 30);
        var store = new MemoryCrawlStore();
        var crawl = new SimulatedCrawl(simulation, network, store, "peers.crawler.limit = 50");

        simulation.Until(() => crawl.HasEnded, Patience);

        Assert.Equal(50, (await Visits(store)).Count);
        Assert.Equal(50, crawl.Last.Figures.Begun);
        Assert.Equal(CrawlPhase.Ended, crawl.Last.Phase);
        Assert.NotNull(Assert.Single(await store.ReadSnapshotsAsync()).Ended);
    }

    [Fact(DisplayName = "A pause finishes what runs, keeps it, and leaves the snapshot open")]
    public async Task Pause()
    {
        using var simulation = new Simulation(seed: 10);
        var network = new CrawledNetwork(simulation, 300, known: 30);
        var store = new MemoryCrawlStore();
        var crawl = new SimulatedCrawl(simulation, network, store);
        simulation.Advance(TimeSpan.FromSeconds(10));
        crawl.Root.Tell(DrainCrawl.Instance);

        simulation.Until(() => crawl.HasEnded, Patience);

        Assert.Equal(CrawlPhase.Paused, crawl.Last.Phase);
        Assert.Equal(crawl.Last.Figures.Begun, (await Visits(store)).Count);
        Assert.Null(Assert.Single(await store.ReadSnapshotsAsync()).Ended);
    }

    [Fact(DisplayName = "A crawl for a time ends when it is over")]
    public async Task For_a_time()
    {
        using var simulation = new Simulation(seed: 10);
        var network = new CrawledNetwork(simulation, 100, known: 30, hostile: 0.1);
        var store = new MemoryCrawlStore();
        var crawl = new SimulatedCrawl(simulation, network, store, "peers.crawler { duration = 2h, revisit-after = 30m }");

        simulation.Until(() => crawl.HasEnded, Patience);

        Assert.InRange(simulation.Elapsed, TimeSpan.FromHours(2), TimeSpan.FromHours(2.1));
        var honest = network.Nodes.Where(node => node.Kind is NodeKind.Honest or NodeKind.SelfAnnouncing).ToList();
        var visits = (await Visits(store)).ToLookup(visit => visit.Endpoint);
        Assert.All(honest, node => Assert.InRange(visits[NetworkEndpoint.From(node.Endpoint)].Count(), 2, 4));
        Assert.All(honest, node => Assert.True(node.Asked <= 1, "asked for addresses more than once in a day"));
        foreach (var ofNode in visits)
        {
            var times = ofNode.Select(visit => visit.Started).Order().ToList();
            Assert.All(times.Zip(times.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromMinutes(30), $"{ofNode.Key} after {pair.Second - pair.First}"));
        }
    }

    [Fact(DisplayName = "Between two visits in a subnet and in a netgroup passes their interval, and the rate of all is kept")]
    public async Task Politeness()
    {
        using var simulation = new Simulation(seed: 13);
        var network = new CrawledNetwork(simulation, 600, known: 50, crowded: true);
        var store = new MemoryCrawlStore();
        var crawl = new SimulatedCrawl(
            simulation, network, store,
            "peers.crawler.politeness { rate = 20, subnet-interval = 5s, netgroup-interval = 1s, jitter = 0 }");

        simulation.Until(() => crawl.HasEnded, Patience);

        var visits = await Visits(store);
        Check(network, visits);
        Apart(visits, visit => Netgroup.SubnetOf(visit.Endpoint.Address), TimeSpan.FromSeconds(5));
        Apart(visits, visit => Netgroup.Of(visit.Endpoint.Address), TimeSpan.FromSeconds(1));
        var busiest = visits.GroupBy(visit => visit.Started.ToUnixTimeSeconds()).Max(second => second.Count());
        Assert.True(busiest <= 25, $"{busiest} visits began in one second");

        // Nodes are handed out that far apart; what a worker does with them may shift them by its tick.
        static void Apart(List<Visit> visits, Func<Visit, ulong> key, TimeSpan interval) => Assert.All(visits.GroupBy(key), group =>
        {
            var times = group.Select(visit => visit.Started).Order().ToList();
            Assert.All(times.Zip(times.Skip(1)), pair => Assert.True(pair.Second - pair.First >= interval - TimeSpan.FromSeconds(2.1), $"{pair.Second - pair.First}"));
        });
    }

    [Fact(DisplayName = "A store that fails for a while stops new visits, says why, and loses nothing")]
    public async Task Store_fails()
    {
        using var simulation = new Simulation(seed: 14);
        var network = new CrawledNetwork(simulation, 300, known: 30);
        var store = new FailingStore(new MemoryCrawlStore());
        var crawl = new SimulatedCrawl(simulation, network, store);
        simulation.Advance(TimeSpan.FromSeconds(5));
        store.Fault = "disk full";
        simulation.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal("disk full", crawl.Last.Fault);
        Assert.Equal(0, crawl.Last.Figures.Connections);
        store.Fault = null;

        simulation.Until(() => crawl.HasEnded, Patience);

        Assert.Equal("", crawl.Last.Fault);
        Check(network, await Visits(store.Inner));
    }

    [Fact(DisplayName = "Those who opted out, private addresses and bad ports are known, and never dialled")]
    public async Task Never_dialled()
    {
        var file = Path.GetTempFileName();
        try
        {
            using var simulation = new Simulation(seed: 15);
            var network = new CrawledNetwork(simulation, 100, known: 40, hostile: 0);
            var optedOut = network.Nodes[4];
            var prefix = network.Nodes[9].Endpoint.Address.GetAddressBytes();
            await File.WriteAllTextAsync(file, $"# said no\n{optedOut.Endpoint.Address}\n{prefix[0]}.{prefix[1]}.0.0/16 # all of it\n");
            var store = new MemoryCrawlStore();
            var crawl = new SimulatedCrawl(simulation, network, store, $"peers.crawler.politeness.opt-out-file = \"{file}\"");

            simulation.Until(() => crawl.HasEnded, Patience);

            var visited = (await Visits(store)).Select(visit => visit.Endpoint).ToHashSet();
            Assert.Equal(0, optedOut.Dials);
            Assert.DoesNotContain(NetworkEndpoint.From(optedOut.Endpoint), visited);
            Assert.DoesNotContain(visited, endpoint => endpoint.Address.Kind == NetworkKind.IPv4 && endpoint.Address.ToArray() is var bytes && bytes[0] == prefix[0] && bytes[1] == prefix[1]);
            Assert.True(crawl.Last.Excluded >= 2);
            Assert.Equal(crawl.Last.Known, crawl.Last.Excluded + crawl.Last.Visited);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<List<Visit>> Visits(MemoryCrawlStore store)
    {
        var visits = new List<Visit>();
        foreach (var snapshot in await store.ReadSnapshotsAsync())
        {
            await foreach (var visit in store.ReadVisitsAsync(snapshot.Id))
            {
                visits.Add(visit);
            }
        }

        return visits;
    }

    /// <summary>Recall is whole, each outcome is what the node does, and nobody was bothered more than he had to be.</summary>
    private static void Check(CrawledNetwork network, List<Visit> visits, int atMost = 1)
    {
        var byNode = visits.ToLookup(visit => visit.Endpoint);
        var wrong = network.Nodes.Select(node => (node, visits: byNode[NetworkEndpoint.From(node.Endpoint)].ToList()))
            .Where(pair => pair.visits.Count == 0 || pair.visits.Count > atMost || pair.visits.Exists(visit => visit.Outcome != pair.node.Expected))
            .Select(pair => $"{pair.node.Endpoint} {pair.node.Kind}: expected {pair.node.Expected}, got {string.Join(", ", pair.visits.Select(visit => $"{visit.Outcome} {visit.Detail}"))}")
            .ToList();
        Assert.True(wrong.Count == 0, $"{wrong.Count} wrong:\n{string.Join("\n", wrong.Take(20))}");
        Assert.All(network.Nodes, node => Assert.True(node.Dials <= atMost && node.Asked <= atMost, $"{node.Endpoint} was visited {node.Dials} times"));
    }

    private sealed class FailingStore(MemoryCrawlStore inner) : ICrawlStore
    {
        public MemoryCrawlStore Inner { get; } = inner;

        public string? Fault { get; set; }

        public Task<CrawlSnapshot> OpenSnapshotAsync(string network, DateTimeOffset now, CancellationToken cancellation = default) =>
            Inner.OpenSnapshotAsync(network, now, cancellation);

        public Task CloseSnapshotAsync(long snapshot, DateTimeOffset ended, CancellationToken cancellation = default) =>
            Inner.CloseSnapshotAsync(snapshot, ended, cancellation);

        public Task AppendAsync(long snapshot, IReadOnlyList<Visit> visits, IReadOnlyList<LearnedNode> learned, CancellationToken cancellation = default) =>
            Fault is { } fault ? Task.FromException(new CrawlStoreException(fault)) : Inner.AppendAsync(snapshot, visits, learned, cancellation);

        public IAsyncEnumerable<KnownNode> LoadAsync(long snapshot, int partition, CancellationToken cancellation = default) =>
            Inner.LoadAsync(snapshot, partition, cancellation);

        public ValueTask DisposeAsync() => Inner.DisposeAsync();
    }
}
