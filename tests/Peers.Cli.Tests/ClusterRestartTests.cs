using Peers.Crawler.Tests.PostgreSql;
using Xunit.Abstractions;

namespace Peers.Cli.Tests;

/// <summary>Processes of the tool that crawl together are restarted one after another.</summary>
public sealed class ClusterRestartTests(ITestOutputHelper output)
{
    /// <summary>How long partitions move when a machine has come or gone.</summary>
    private static readonly TimeSpan Moving = TimeSpan.FromSeconds(10);

    [SkippableFact(DisplayName = "Each machine in turn is stopped by SIGTERM and started again: the crawl goes on to its end, and nothing is lost")]
    public async Task Rolling()
    {
        Skip.IfNot(PostgresServer.IsInstalled, PostgresServer.Missing);
        await using var server = await PostgresServer.StartAsync();
        await using var network = new CountingNetwork(127, live: 50, dead: 20, TimeSpan.FromMilliseconds(20), isGrowing: true);
        using var folder = new TemporaryFolder();
        var config = folder.Write("own.conf", CountedCrawl.Settings(machines: 3, rate: 20));
        var database = await server.CreateDatabaseAsync();
        var moves = new List<DateTimeOffset>();
        var machines = await CountedCrawl.StartAsync(3, config, database, network);
        try
        {
            await machines[0].ProgressAsync(workers: 3, visited: 60);
            for (var turn = 0; turn < 3; turn++)
            {
                var start = DateTimeOffset.UtcNow;
                var address = await machines[turn].AddressAsync();
                var others = await Task.WhenAll(machines.Where((_, machine) => machine != turn).Select(machine => machine.AddressAsync()));
                machines[turn].End(isAsked: true);
                Assert.True(await machines[turn].ExitAsync() == 0, machines[turn].Account());
                Assert.Equal("paused", (string?)machines[turn].Last["phase"]);
                var ended = DateTimeOffset.UtcNow;
                machines[turn].Dispose();

                // As a service manager starts it: by the same command, at the same address.
                machines[turn] = new Machine(
                [
                    "crawl", "--cluster", "--json", "--config", config, "--postgres", database, "--seed", $"{network.Live[0]}",
                    "--listen", $"{address.Host}:{address.Port}", .. others.SelectMany(other => new[] { "--seed-node", $"{other.Host}:{other.Port}" }),
                ]);
                await machines[turn].ProgressAsync(workers: 3, visited: 60);
                moves.Add(ended);
                moves.Add(DateTimeOffset.UtcNow);
                output.WriteLine($"machine {turn}: ended in {(ended - start).TotalSeconds:0.0} s, back after {(DateTimeOffset.UtcNow - start).TotalSeconds:0.0} s");
            }

            network.Finish();
            foreach (var machine in machines)
            {
                Assert.True(await machine.ExitAsync() == 0, machine.Account());
                Assert.Equal("ended", (string?)machine.Last["phase"]);
            }
        }
        finally
        {
            machines.ForEach(machine => machine.Dispose());
        }

        // A machine that leaves finishes its visits before it hands its partitions over; one that comes takes partitions whose nodes another one visits.
        var atOnce = CountedCrawl.AtOnce(network);
        output.WriteLine($"{network.Visits.Count} visits, {atOnce.Count} at once");
        Assert.All(atOnce, pair => Assert.Contains(moves, move => pair.Second.From > move && pair.Second.From < move + Moving));
        await CountedCrawl.CheckAsync(database, network, mostVisits: 3);
    }
}
