using Peers.Crawler.Tests.PostgreSql;

namespace Peers.Cli.Tests;

/// <summary>Processes of the tool that crawl together are told nonsense.</summary>
public sealed class ClusterPoisonTests
{
    [SkippableFact(DisplayName = "Messages and bytes that no machine of the crawl would send are refused in a line each, and the crawl goes on to its end")]
    public async Task Poisoned()
    {
        Skip.IfNot(PostgresServer.IsInstalled, PostgresServer.Missing);
        await using var server = await PostgresServer.StartAsync();
        await using var network = new CountingNetwork(127, live: 60, dead: 20, TimeSpan.FromMilliseconds(20), isGrowing: true);
        using var folder = new TemporaryFolder();
        var database = await server.CreateDatabaseAsync();
        var machines = await CountedCrawl.StartAsync(2, folder.Write("own.conf", CountedCrawl.Settings(machines: 2, rate: 25)), database, network);
        try
        {
            await machines[0].ProgressAsync(workers: 2, visited: 25);

            var addresses = await Task.WhenAll(machines.Select(machine => machine.AddressAsync()));
            await PoisonedBatch.SendBytesAsync(addresses);
            await PoisonedBatch.SendAsync(addresses);
            network.Finish();

            foreach (var machine in machines)
            {
                Assert.True(await machine.ExitAsync() == 0, machine.Account());
                Assert.Equal("ended", (string?)machine.Last["phase"]);
                Assert.Collection(
                    machine.Errors,
                    line => Assert.EndsWith("A connection to the cluster's port of this machine was closed: what came over it was none of Akka's messages", line, StringComparison.Ordinal),
                    line => Assert.Contains("refused and dropped: 1, the last of them a malformed message of kind", line, StringComparison.Ordinal));
            }
        }
        finally
        {
            machines.ForEach(machine => machine.Dispose());
        }

        await CountedCrawl.CheckAsync(database, network, mostVisits: 1);
    }
}
