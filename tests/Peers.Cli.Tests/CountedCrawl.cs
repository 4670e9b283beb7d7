using System.Globalization;
using Peers.Crawler;

namespace Peers.Cli.Tests;

/// <summary>A crawl of a <see cref="CountingNetwork"/> by processes of the tool: their settings, and what must be true at its end.</summary>
internal static class CountedCrawl
{
    /// <summary>Settings under which a network of nodes that differ by nothing but their addresses is crawled at a steady rate.</summary>
    /// <param name="machines">How many there are before anything begins.</param>
    /// <param name="rate">Visits a second, of all machines.</param>
    public static string Settings(int machines, int rate)
    {
        const string times = "{ connect = 2s, message = 3s, addresses = 3s }";
        return string.Create(CultureInfo.InvariantCulture, $$"""
            peers.network = regtest
            peers.crawler {
              politeness { rate = {{rate}}, subnet-interval = 0s, netgroup-interval = 0s, private-addresses = on, bad-ports = on }
              timeouts { ip = {{times}}, tor = {{times}}, i2p = {{times}}, cjdns = {{times}}, settle = 100ms }
              worker.lease-slack = 2s
              cluster.minimum-members = {{machines}}
            }

            """);
    }

    /// <summary>Starts machines on loopback that share a crawl.</summary>
    public static async Task<List<Machine>> StartAsync(int count, string config, string database, CountingNetwork network)
    {
        string[] arguments =
        [
            "crawl", "--cluster", "--json", "--config", config, "--postgres", database, "--seed", $"{network.Live[0]}", "--listen", "127.0.0.1:0",
        ];
        var machines = new List<Machine> { new(arguments) };
        var address = await machines[0].AddressAsync();
        machines.AddRange(Enumerable.Range(1, count - 1).Select(_ => new Machine([.. arguments, "--seed-node", $"{address.Host}:{address.Port}"])));
        return machines;
    }

    /// <summary>Nothing was lost, nothing made up, and nobody was visited more often than is said.</summary>
    public static async Task CheckAsync(string database, CountingNetwork network, int mostVisits)
    {
        await using var reader = await PostgresCrawlStore.OpenReaderAsync(database, TimeProvider.System);
        var snapshot = Assert.Single(await reader.ReadSnapshotsAsync());
        Assert.NotNull(snapshot.Ended);
        var visits = new List<Visit>();
        await foreach (var visit in reader.ReadVisitsAsync(snapshot.Id))
        {
            visits.Add(visit);
        }

        var completed = visits.Where(visit => visit.Outcome == VisitOutcome.Complete).Select(visit => visit.Endpoint).ToHashSet();
        Assert.True(completed.SetEquals(network.Live), $"{completed.Count} of {network.Live.Count} live nodes are found");
        var refused = visits.Where(visit => visit.Outcome == VisitOutcome.Refused).Select(visit => visit.Endpoint).ToHashSet();
        Assert.True(refused.SetEquals(network.Dead), $"{refused.Count} of {network.Dead.Count} dead nodes are found");
        Assert.All(visits.GroupBy(visit => visit.Endpoint), node => Assert.True(node.Count() <= mostVisits, $"{node.Key} was visited {node.Count()} times"));
        Assert.All(network.Visits.GroupBy(visit => visit.Node), node => Assert.True(node.Count() <= mostVisits, $"{node.Key} was dialled {node.Count()} times"));
    }

    /// <summary>Pairs of visits during which a node had two visitors.</summary>
    public static IReadOnlyList<(CountedVisit First, CountedVisit Second)> AtOnce(CountingNetwork network) =>
    [
        .. network.Visits.GroupBy(visit => visit.Node).Select(node => node.OrderBy(visit => visit.From).ToList())
            .SelectMany(node => node.Zip(node.Skip(1))).Where(pair => pair.Second.From < pair.First.To),
    ];
}
