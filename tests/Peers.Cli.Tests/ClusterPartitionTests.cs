using Peers.Crawler.Tests.PostgreSql;
using Xunit.Abstractions;

namespace Peers.Cli.Tests;

/// <summary>Three processes of the tool, each on a machine of its own as far as the kernel's network goes, and a cut between them.</summary>
public sealed class ClusterPartitionTests(ITestOutputHelper output)
{
    [SkippableFact(DisplayName = "The machine with the coordinator is cut off: it ends itself, the others go on without it, and it comes back when the network is whole")]
    public async Task Partition()
    {
        Skip.IfNot(PostgresServer.IsInstalled, PostgresServer.Missing);
        var (made, why) = await NetworkNamespaces.MakeAsync(3);
        Skip.If(made is null, why);
        await using var machines = made!;
        await using var server = await PostgresServer.StartAsync();
        await using var network = new CountingNetwork(machines.TargetsByte, live: 50, dead: 20, TimeSpan.FromMilliseconds(20), isGrowing: true);
        using var folder = new TemporaryFolder();
        var database = await server.CreateDatabaseAsync();
        string[] arguments =
        [
            "crawl", "--cluster", "--json", "--config", folder.Write("own.conf", CountedCrawl.Settings(machines: 3, rate: 20)),
            "--postgres", server.OverSocket(database), "--seed", $"{network.Live[0]}",
        ];
        using var founder = new Machine([.. arguments, "--listen", $"{machines.AddressOf(1)}:0"], machines.NameOf(1));
        var address = await founder.AddressAsync();
        using var second = Join(2, address);
        using var third = Join(3, address);
        await founder.ProgressAsync(workers: 3, visited: 60);

        // The founder holds the coordinator. It still reaches the nodes and the store, so that nothing but Akka can tell it to stop.
        var cut = DateTimeOffset.UtcNow;
        await machines.CutOffAsync(1);

        Assert.True(await founder.ExitAsync() == 0, founder.Account());
        var ended = DateTimeOffset.UtcNow;
        output.WriteLine($"{(ended - cut).TotalSeconds:0.0} s until it had ended");
        Assert.Equal("paused", (string?)founder.Last["phase"]);
        await machines.HealAsync(1);
        using var again = Join(1, await second.AddressAsync());
        await again.ProgressAsync(workers: 3, visited: 60);
        output.WriteLine($"{(DateTimeOffset.UtcNow - cut).TotalSeconds:0.0} s until it was back");
        network.Finish();
        foreach (var machine in new[] { second, third, again })
        {
            Assert.True(await machine.ExitAsync() == 0, machine.Account());
        }

        output.WriteLine($"{(DateTimeOffset.UtcNow - cut).TotalSeconds:0.0} s until the crawl had ended");
        var own = network.Visits.Count(visit => visit.From > cut && visit.From < ended && $"{visit.Visitor}" == machines.AddressOf(1));
        output.WriteLine($"{network.Visits.Count} visits, {own} of them by the machine that was cut off, {Twice(network)} were second ones");

        // The others took its part over when it had ended, though it could do all but talk to them.
        Assert.Empty(CountedCrawl.AtOnce(network));
        await CountedCrawl.CheckAsync(database, network, mostVisits: 3);

        Machine Join(int machine, Uri member) => new(
            [.. arguments, "--listen", $"{machines.AddressOf(machine)}:0", "--seed-node", $"{member.Host}:{member.Port}"], machines.NameOf(machine));
    }

    private static int Twice(CountingNetwork network) => network.Visits.Count - network.Visits.Select(visit => visit.Node).Distinct().Count();
}
