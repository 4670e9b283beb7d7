using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Peers.Crawler;
using Peers.Wire;

namespace Peers.Cli.Tests;

/// <summary>
/// The machine itself is against us: processes are killed as nothing can resist, disks are full, ports taken, files not allowed. Each time one
/// clear line, and the next start works. The tool runs as a process of its own, as a user runs it.
/// </summary>
public sealed class HostileHostTests
{
    private const string OwnNetwork = """
        peers.network = regtest
        peers.crawler {
          politeness {
            rate = 200
            subnet-interval = 0s
            netgroup-interval = 0s
            private-addresses = on
            bad-ports = on
          }
          timeouts.ip {
            connect = 3s
            message = 3s
            addresses = 3s
          }
          timeouts.settle = 100ms
        }
        """;

    [Fact(DisplayName = "kill -9 of the remote ends a visit in one line; the remote's next start listens at the same port, and the visit is made")]
    public async Task Remote_killed()
    {
        using var first = ToolProcess.Start("listen", "127.0.0.1:0", "--demo-blocks", "3");
        var endpoint = EndpointIn(await first.LineWithAsync("listening on"));
        using var visit = ToolProcess.Start("connect", endpoint, "--network", "regtest");
        await visit.LineWithAsync("ready: ");
        first.Kill();
        Assert.Equal(1, await visit.ExitAsync());
        Assert.Contains("the connection", OneLineOf(visit), StringComparison.Ordinal); // Closed or broken: as the system has it.

        using var second = ToolProcess.Start("listen", endpoint, "--demo-blocks", "3");
        await second.LineWithAsync("listening on");
        using var again = ToolProcess.Start("connect", endpoint, "--network", "regtest", "--blocks", "2", "--for", "1s");
        Assert.Equal(0, await again.ExitAsync());
        Assert.Empty(again.ErrorLines);
    }

    [Fact(DisplayName = "kill -9 of a visitor is one line of the listener, who serves the next")]
    public async Task Visitor_killed()
    {
        using var listen = ToolProcess.Start("listen", "127.0.0.1:0", "--demo-blocks", "3");
        var endpoint = EndpointIn(await listen.LineWithAsync("listening on"));
        using var visit = ToolProcess.Start("connect", endpoint, "--network", "regtest");
        await visit.LineWithAsync("ready: ");
        visit.Kill();
        await listen.LineWithAsync("1: stopped, the ");

        using var next = ToolProcess.Start("connect", endpoint, "--network", "regtest", "--blocks", "2", "--for", "1s");
        Assert.Equal(0, await next.ExitAsync());
        listen.Terminate();
        Assert.Equal(0, await listen.ExitAsync());
        Assert.Empty(listen.ErrorLines);
    }

    [Theory(DisplayName = "kill -9 in the middle of a simulation leaves the old file, and no half of a new one; the next start writes it")]
    [InlineData("--trace")]
    [InlineData("--csv")]
    [InlineData("--plot")]
    public async Task Simulation_killed(string option)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("out", "what was there before");
        using (var killed = ToolProcess.Start("simulate", "relay", "--nodes", "2000", "--blocks", "2", "--transactions", "200", option, file))
        {
            await killed.UntilAsync(() => File.Exists(file + ".unfinished"));
            killed.Kill();
        }

        Assert.Equal("what was there before", await File.ReadAllTextAsync(file));
        using var next = ToolProcess.Start("simulate", "relay", "--nodes", "20", "--blocks", "1", "--transactions", "5", option, file);
        Assert.Equal(0, await next.ExitAsync());
        Assert.DoesNotContain("what was there before", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        Assert.Equal([file], Directory.GetFiles(folder.Path));
    }

    [Fact(DisplayName = "kill -9 in the middle of an export leaves the old file, and no half of a new one; the next start writes it")]
    public async Task Export_killed()
    {
        using var folder = new TemporaryFolder();
        var store = await StoreAsync(folder, visits: 400);
        var file = folder.Write("out.csv", "what was there before");
        string[] arguments = ["crawl", "export", "--store", store, "--format", "csv", "--table", "gossip", "--output", file];

        // Whoever is faster than we are has written the whole file, and is not the one that this is about.
        var killedInTime = false;
        for (var trial = 0; trial < 5 && !killedInTime; trial++)
        {
            await File.WriteAllTextAsync(file, "what was there before");
            using var killed = ToolProcess.Start(arguments);
            try
            {
                await killed.UntilAsync(() => File.Exists(file + ".unfinished"));
            }
            catch (Xunit.Sdk.XunitException)
            {
                continue;
            }

            killed.Kill();
            killedInTime = File.Exists(file + ".unfinished");
        }

        Assert.True(killedInTime, "no export was killed in the middle");
        Assert.Equal("what was there before", await File.ReadAllTextAsync(file));
        using var next = ToolProcess.Start(arguments);
        Assert.Equal(0, await next.ExitAsync());
        Assert.Equal(1 + (400 * 500), File.ReadLines(file).Count());
        Assert.False(File.Exists(file + ".unfinished"));
    }

    [SkippableTheory(DisplayName = "A full disk is told in one line, leaves nothing half, and with space the same command works")]
    [InlineData("simulate relay --nodes 20 --blocks 1 --transactions 5 --csv OUT", "peers simulate relay: cannot write 'OUT': ")]
    [InlineData("simulate relay --nodes 20 --blocks 1 --transactions 5 --plot OUT", "peers simulate relay: cannot write 'OUT': ")]
    [InlineData("simulate relay --nodes 20 --blocks 1 --transactions 5 --trace OUT", "peers simulate relay: cannot write 'OUT': ")]
    [InlineData("crawl export --store STORE --format csv --table gossip --output OUT", "peers crawl export: cannot write 'OUT': ")]
    [InlineData("crawl export --store STORE --format parquet --table gossip --output OUT", "peers crawl export: cannot write 'OUT': ")]
    [InlineData("crawl report --store STORE --output OUT", "peers crawl report: cannot write 'OUT': ")]
    public async Task Disk_full(string command, string says)
    {
        using var disk = SmallDisk.Mount(8 * 1024);
        Skip.If(disk is null, SmallDisk.Missing);
        using var folder = new TemporaryFolder();
        var store = command.Contains("STORE", StringComparison.Ordinal) ? await StoreAsync(folder, visits: 10) : "";
        var file = disk.File("out");
        var arguments = command.Split(' ').Select(word => word.Replace("OUT", file, StringComparison.Ordinal).Replace("STORE", store, StringComparison.Ordinal)).ToArray();

        disk.Fill(leave: 0);
        using var full = CommandRun.Start(TimeProvider.System, arguments);
        Assert.Equal(1, await full.Exit);
        Assert.StartsWith(says.Replace("OUT", file, StringComparison.Ordinal), Assert.Single(full.ErrorLines), StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(disk.Path)); // What fills it.

        disk.Free();
        using var next = CommandRun.Start(TimeProvider.System, arguments);
        Assert.True(await next.Exit == 0, string.Join('\n', next.ErrorLines));
        Assert.Equal([file], Directory.GetFiles(disk.Path));
    }

    [SkippableFact(DisplayName = "A crawl whose disk is full before it begins says so in one line, and with space the same command works")]
    public async Task Store_full()
    {
        using var disk = SmallDisk.Mount(32 * 1024);
        Skip.If(disk is null, SmallDisk.Missing);
        using var folder = new TemporaryFolder();
        string[] arguments = ["crawl", "--seed", "127.0.0.1:1", "--config", folder.Write("own.conf", OwnNetwork), "--store", disk.File("crawl.db")];

        disk.Fill(leave: 0);
        using (var full = ToolProcess.Start(arguments))
        {
            Assert.Equal(1, await full.ExitAsync());
            Assert.Contains("space", OneLineOf(full), StringComparison.OrdinalIgnoreCase);
        }

        disk.Free();
        using var next = ToolProcess.Start(arguments);
        Assert.True(await next.ExitAsync() == 0, next.Account());
    }

    [SkippableFact(DisplayName = "A crawl whose disk becomes full says so in one line and waits; with space it goes on and comes to its end")]
    public async Task Store_becomes_full()
    {
        using var disk = SmallDisk.Mount(32 * 1024);
        Skip.If(disk is null, SmallDisk.Missing);
        using var folder = new TemporaryFolder();
        using var network = CommandRun.Start(TimeProvider.System, "crawl", "--demo-serve", "60", "--json");
        var serving = JsonNode.Parse(await network.LineWithAsync("\"serving\""))!;
        disk.Fill(leave: 150 * 1024);
        using var crawl = ToolProcess.Start(
            "crawl", "--seed", (string)serving["seeds"]![0]!, "--config", folder.Write("own.conf", OwnNetwork), "--store", disk.File("crawl.db"), "--json");
        await crawl.LineWithAsync("database or disk is full");

        disk.Free();
        Assert.True(await crawl.ExitAsync() == 0, crawl.Account());
        Assert.Contains("no visit begins until it does", OneLineOf(crawl), StringComparison.Ordinal);
        await using var reader = SqliteCrawlStore.OpenReader(disk.File("crawl.db"));
        Assert.NotNull((await reader.ReadSnapshotsAsync())[^1].Ended);
    }

    [Theory(DisplayName = "A port in use is told in one line that names address and port, and when it is free the same command works")]
    [InlineData("listen ADDRESS --for 1s", 1)]
    [InlineData("crawl --demo 20 --metrics ADDRESS --report OUT", 1)]
    public async Task Port_in_use(string command, int code)
    {
        using var folder = new TemporaryFolder();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = taken.LocalEndpoint.ToString()!;
        var arguments = command.Split(' ').Select(word => word.Replace("ADDRESS", address, StringComparison.Ordinal).Replace("OUT", Path.Combine(folder.Path, "page.html"), StringComparison.Ordinal)).ToArray();

        using var refused = ToolProcess.Start(arguments);
        Assert.Equal(code, await refused.ExitAsync());
        Assert.Contains(address, OneLineOf(refused), StringComparison.Ordinal);
        Assert.Contains("in use", OneLineOf(refused), StringComparison.Ordinal);

        taken.Stop();
        using var next = ToolProcess.Start(arguments);
        Assert.True(await next.ExitAsync() == 0, next.Account());
    }

    [SkippableTheory(DisplayName = "With 64 open files every command says in one line that they are too few, and how to allow more")]
    [InlineData("listen 127.0.0.1:0 --for 1s")]
    [InlineData("connect 127.0.0.1:1")]
    [InlineData("crawl --demo 20 --report OUT")]
    [InlineData("simulate relay --nodes 20")]
    public async Task Few_files(string command)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "only Linux says how many there may be");
        using var folder = new TemporaryFolder();
        var arguments = command.Replace("OUT", Path.Combine(folder.Path, "page.html"), StringComparison.Ordinal).Split(' ');
        using var few = ToolProcess.StartWithFiles(64, arguments);

        Assert.Equal(1, await few.ExitAsync());
        Assert.Equal("peers: only 64 open files are allowed, at least 256 are needed: allow more with 'ulimit -n 1024' first", OneLineOf(few));
        Assert.Empty(few.OutputLines);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [SkippableFact(DisplayName = "Fewer files than connections are told in one line before any is made; with enough of them it works")]
    public async Task Fewer_files_than_connections()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "only Linux says how many there may be");
        using var few = ToolProcess.StartWithFiles(256, "listen", "127.0.0.1:0", "--for", "1s");
        Assert.Equal(1, await few.ExitAsync());
        Assert.Equal("peers listen: only 256 open files are allowed, and peers.listen.max-inbound = 117 needs 373: allow more with 'ulimit -n', or set fewer", OneLineOf(few));

        using var enough = ToolProcess.StartWithFiles(373, "listen", "127.0.0.1:0", "--for", "8s");
        var endpoint = IPEndPoint.Parse(EndpointIn(await enough.LineWithAsync("listening on")));
        var remotes = new List<TcpClient>();
        for (var i = 0; i < 150; i++)
        {
            var remote = new TcpClient();
            await remote.ConnectAsync(endpoint);
            remotes.Add(remote);
        }

        Assert.Equal(0, await enough.ExitAsync());
        Assert.Empty(enough.ErrorLines);
        remotes.ForEach(remote => remote.Dispose());
    }

    /// <summary>The one line that it said on standard error.</summary>
    private static string OneLineOf(ToolProcess process) => process.ErrorLines is [var line] ? line : throw new InvalidOperationException(process.Account());

    private static string EndpointIn(string line) => line.Split(' ')[2];

    /// <summary>A crawl with so many visits, of which each told of 500 nodes.</summary>
    private static async Task<string> StoreAsync(TemporaryFolder folder, int visits)
    {
        var path = Path.Combine(folder.Path, "crawl.db");
        var start = new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
        await using var store = SqliteCrawlStore.Open(path, TimeProvider.System);
        var snapshot = await store.OpenSnapshotAsync("mainnet", start);
        foreach (var batch in Enumerable.Range(0, visits).Chunk(50))
        {
            await store.AppendAsync(snapshot.Id, [.. batch.Select(number => Visit(number, start))], []);
        }

        await store.CloseSnapshotAsync(snapshot.Id, start.AddHours(1));
        return path;
    }

    private static Visit Visit(int number, DateTimeOffset start) => new(
        Endpoint(number), start.AddSeconds(number), VisitOutcome.Complete, "", default, new NodeVersion(70016, ServiceFlags.Network, "/a:1/", 100, default),
        new AddressAnswer([.. Enumerable.Range(0, 500).Select(told => new AddressEntry(1_767_225_600, ServiceFlags.Network, Endpoint((number * 7) + told)))], SelfAnnounced: false));

    private static NetworkEndpoint Endpoint(int number) =>
        NetworkEndpoint.From(new IPEndPoint(new IPAddress([52, (byte)(number >> 16), (byte)(number >> 8), (byte)number]), 8333));
}
