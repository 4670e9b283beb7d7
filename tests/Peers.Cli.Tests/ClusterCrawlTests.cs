using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Peers.Crawler;
using Peers.Crawler.Tests.PostgreSql;
using Xunit.Abstractions;

namespace Peers.Cli.Tests;

/// <summary>Three processes of the tool crawl one network together, and one of them goes in the middle.</summary>
public sealed class ClusterCrawlTests(ITestOutputHelper output)
{
    private const string Settings = """
        peers.network = regtest
        peers.crawler {
          politeness {
            rate = 80
            subnet-interval = 0s
            netgroup-interval = 0s
            private-addresses = on
            bad-ports = on
          }
          timeouts.ip {
            connect = 2s
            message = 3s
            addresses = 3s
          }
          timeouts.tor {
            connect = 2s
            message = 3s
            addresses = 3s
          }
          timeouts.i2p {
            connect = 2s
            message = 3s
            addresses = 3s
          }
          timeouts.cjdns {
            connect = 2s
            message = 3s
            addresses = 3s
          }
          timeouts.settle = 100ms
          worker.lease-slack = 2s
          cluster.minimum-members = 3
        }
        """;

    /// <summary>How often everything is done; more than once is for the record in docs/crawler.md.</summary>
    private static int Rounds => int.TryParse(Environment.GetEnvironmentVariable("PEERS_CLUSTER_ROUNDS"), CultureInfo.InvariantCulture, out var rounds) ? rounds : 1;

    [SkippableFact(DisplayName = "Three machines crawl together; a worker is killed, or the one with the coordinator, or one leaves: nothing is lost")]
    public async Task One_goes()
    {
        Skip.IfNot(PostgresServer.IsInstalled, PostgresServer.Missing);
        await using var server = await PostgresServer.StartAsync();
        using var folder = new TemporaryFolder();
        var config = folder.Write("own.conf", Settings);
        using var network = CommandRun.Start(TimeProvider.System, "crawl", "--demo-serve", "100", "--json");
        var serving = JsonNode.Parse(await network.LineWithAsync("\"serving\""))!;
        for (var round = 0; round < Rounds; round++)
        {
            // At the same time, for most of it is waiting for Akka to be sure that a machine is gone.
            // A machine that is asked to leave is the gentlest of the three, and only for the record.
            var fates = Rounds == 1 ? [Fate.WorkerKilled, Fate.CoordinatorKilled] : Enum.GetValues<Fate>();
            await Task.WhenAll(fates.Select(fate => CrawlAsync(fate, server, config, serving)));
        }
    }

    private async Task CrawlAsync(Fate fate, PostgresServer server, string config, JsonNode serving)
    {
        var database = await server.CreateDatabaseAsync();
        string[] arguments = ["crawl", "--cluster", "--json", "--config", config, "--postgres", database, "--seed", (string)serving["seeds"]![0]!];
        using var founder = new Machine([.. arguments, "--listen", "127.0.0.1:0"]);
        var address = await founder.AddressAsync();
        string[] joining = [.. arguments, "--listen", "127.0.0.1:0", "--seed-node", $"{address.Host}:{address.Port}"];
        using var second = new Machine(joining);
        using var third = new Machine(joining);
        await Task.WhenAll(new[] { founder, second, third }.Select(machine => machine.ProgressAsync(workers: 3, visited: 150)));

        // The oldest machine holds the coordinator.
        var gone = fate == Fate.CoordinatorKilled ? founder : second;
        var watch = Stopwatch.StartNew();
        gone.End(fate == Fate.Leaves);
        var others = new[] { founder, second, third }.Where(machine => machine != gone).ToList();
        foreach (var machine in others)
        {
            var code = await machine.ExitAsync();
            Assert.True(code == 0, $"{fate}: exit code {code}\n{string.Join("\n---\n", others.Select(other => other.Account()))}");
        }

        output.WriteLine($"{fate}: over {watch.Elapsed.TotalSeconds:0.0} s after that");
        await CheckAsync(fate, database, serving);
    }

    private static async Task CheckAsync(Fate fate, string database, JsonNode serving)
    {
        await using var reader = await PostgresCrawlStore.OpenReaderAsync(database, TimeProvider.System);
        var snapshot = Assert.Single(await reader.ReadSnapshotsAsync());
        Assert.NotNull(snapshot.Ended);
        var visits = new List<Visit>();
        await foreach (var visit in reader.ReadVisitsAsync(snapshot.Id))
        {
            visits.Add(visit);
        }

        var known = 0;
        await foreach (var node in reader.ReadNodesAsync())
        {
            known++;
        }

        var byNode = visits.ToLookup(visit => visit.Endpoint);
        Assert.Equal(known, byNode.Count);
        Assert.All(byNode, node => Assert.True(node.Count() <= 2, $"{fate}: {node.Key} was visited {node.Count()} times"));
        Assert.Equal((int)serving["reachable"]!, byNode.Count(node => node.Any(visit => visit.Outcome.IsReachable())));
    }

    private enum Fate
    {
        WorkerKilled,
        CoordinatorKilled,
        Leaves,
    }
}
