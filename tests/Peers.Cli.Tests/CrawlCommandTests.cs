using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Peers.Crawler;

namespace Peers.Cli.Tests;

public class CrawlCommandTests
{
    /// <summary>For nodes of the demo, as somebody would write it who crawls a network of his own.</summary>
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

    public static TheoryData<string, string, int> WrongUses => new()
    {
        { "crawl extra", "there is no verb of it 'extra'; the verbs of it are report, diff, export", 2 },
        { "crawl --demos 5", "there is no option '--demos'", 2 },
        { "crawl --demo 5", "--demo 5: expected a whole number from 20 to 20000", 2 },
        { "crawl --demo many", "--demo many: expected a whole number", 2 },
        { "crawl --demo 30 --seed 1.2.3.4", "leave out --seed and --dns", 2 },
        { "crawl --demo 30 --dns", "leave out --seed and --dns", 2 },
        { "crawl --demo 30 --proxy 127.0.0.1:9050", "--demo is on loopback: leave out --proxy", 2 },
        { "crawl --demo 30 --network mainnet", "the demo is a regtest network: leave out network mainnet", 2 },
        { "crawl --network mainnet", "where shall it begin? say --seed HOST:PORT", 2 },
        { "crawl --network mainet --dns", "--network mainet: expected one of", 2 },
        { "crawl --network simnet --dns", "--dns: simnet has no DNS seeds", 2 },
        { "crawl --seed node:0", "the port '0' is no number from 1 to 65535", 2 },
        { "crawl --seed :8333", "expected a host name or an address", 2 },
        { "crawl --seed ::1", "put an IPv6 address in brackets", 2 },
        { "crawl --seed 1.2.3.4 --proxy 127.0.0.1", "say its port, too", 2 },
        { "crawl --seed 1.2.3.4 --limit 0", "--limit 0: expected a whole number from 1", 2 },
        { "crawl --seed 1.2.3.4 --share 0", "--share 0: expected a number above 0", 2 },
        { "crawl --seed 1.2.3.4 --share 5%", "--share 5%: expected a number above 0", 2 },
        { "crawl --seed 1.2.3.4 --for 60", "--for 60: expected a duration", 2 },
        { "crawl --seed 1.2.3.4 --revisit 5m", "revisit-after = 00:05:00: expected 0s or at least 10m", 2 },
        { "crawl --seed 1.2.3.4 --concurrency 0", "--concurrency 0: expected a whole number", 2 },
        { "crawl --seed 1.2.3.4 --user-agent /Satoshi:29.0.0(+https://a.example)/", "does not pass for Bitcoin Core", 2 },
        { "crawl --seed 1.2.3.4 --user-agent /mine:1/", "a URL by which those whom we visit can reach us", 2 },
        { "crawl --seed 1.2.3.4 --opt-out no-such-file", "opt-out-file = no-such-file: the file cannot be read", 2 },
        { "crawl --seed 1.2.3.4 --seed-node 10.0.0.1:4053", "say --cluster, too", 2 },
        { "crawl --seed 1.2.3.4 --listen 10.0.0.1:4053", "say --cluster, too", 2 },
        { "crawl --cluster --seed 1.2.3.4", "say which by --postgres", 2 },
        { "crawl --cluster --demo 30 --postgres Host=x", "leave out --demo", 2 },
        { "crawl --seed 1.2.3.4 --store a.db --postgres Host=x", "choose one of them", 2 },
        { "crawl --demo 30 --metrics nonsense", "--metrics 'nonsense': expected an IP address", 2 },
        { "crawl --demo 30 --metrics 127.0.0.1", "--metrics '127.0.0.1': say a port", 2 },
        { "crawl --demo 30 --metrics 127.0.0.1:0 --dry-run", "--metrics '127.0.0.1:0': say a port", 2 },
        { "crawl --demo 30 --for 0s", "--for 0s: say how long", 2 },
        { "crawl --demo-serve 30 --seed 1.2.3.4 --for 1m", "leave out --seed, --for", 2 },
        { "crawl --demo-serve 30 --dry-run", "leave out --dry-run", 2 },
        { "crawl --seed 1.2.3.4 --contact me@a.example", "--contact me@a.example: expected a URL", 2 },
        { "crawl --seed 1.2.3.4 --contact https://a.example/(b)", "expected a URL", 2 },
        { "crawl --seed 1.2.3.4 --contact https://satoshi.example/", "does not pass for Bitcoin Core", 2 },
        { "crawl --seed 1.2.3.4 --contact https://a.example/ --user-agent /b:1(+https://a.example/)/", "choose one of them", 2 },
        { "crawl --seed 1.2.3.4 --postgres nonsense", "onnection", 1 },
        { "crawl --seed 1.2.3.4 --store no/such/folder/a.db", "no/such/folder", 1 },
        { "crawl --demo 30 --report no/such/folder/a.html", "no/such/folder", 1 },
    };

    [Theory(DisplayName = "A wrong use of crawl is told in one line that names what to change")]
    [MemberData(nameof(WrongUses))]
    public async Task A_wrong_use_is_one_line(string arguments, string says, int exit)
    {
        using var run = CommandRun.Start(TimeProvider.System, arguments.Split(' '));

        Assert.Equal(exit, await run.Exit);
        Assert.Contains(says, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(run.OutputLines);
    }

    [Fact(DisplayName = "The demo finds what is there, says so, and leaves a page")]
    public async Task Demo()
    {
        using var folder = new TemporaryFolder();
        var page = Path.Combine(folder.Path, "page.html");
        using var run = CommandRun.Start(TimeProvider.System, "crawl", "--demo", "60", "--json", "--report", page);

        Assert.True(await run.Exit == 0, string.Join('\n', [.. run.ErrorLines, .. run.OutputLines]));

        var check = run.Event("check");
        Assert.Equal(0, (int)check["missed"]!);
        Assert.Equal(0, (int)check["false"]!);
        Assert.Equal((int)check["reachable"]!, (int)check["found"]!);
        Assert.Empty(check["wrong"]!.AsArray());
        var ended = run.Event("ended");
        Assert.Equal("ended", (string?)ended["phase"]);
        Assert.True((int)ended["outcomes"]!["wrong-network"]! >= 1);
        Assert.NotEmpty(run.Event("politeness")["manners"]!.AsArray());
        Assert.Contains("<html", await File.ReadAllTextAsync(page), StringComparison.Ordinal);
        Assert.Empty(run.ErrorLines);
    }

    [Fact(DisplayName = "A dry run says what would be done, and does nothing")]
    public async Task Dry_run()
    {
        using var folder = new TemporaryFolder();
        var optOut = folder.Write("opt-out.txt", "9.9.9.0/24\n");
        var store = Path.Combine(folder.Path, "crawl.db");
        using var run = CommandRun.Start(
            "crawl", "--network", "mainnet", "--seed", "192.168.1.1", "--seed", "8.8.8.8:25", "--seed", "9.9.9.9", "--seed", "8.8.4.4",
            "--opt-out", optOut, "--store", store, "--dry-run");

        Assert.Equal(0, await run.Exit);

        Assert.Contains(run.OutputLines, line => line.StartsWith("would crawl mainnet", StringComparison.Ordinal));
        Assert.Contains(run.OutputLines, line => line.StartsWith("seed 192.168.1.1:8333: not dialled: a private", StringComparison.Ordinal));
        Assert.Contains(run.OutputLines, line => line.StartsWith("seed 8.8.8.8:25: not dialled: the port of another service", StringComparison.Ordinal));
        Assert.Contains(run.OutputLines, line => line.StartsWith("seed 9.9.9.9:8333: not dialled: it opted out", StringComparison.Ordinal));
        Assert.Contains("seed 8.8.4.4:8333: would be visited", run.OutputLines);
        Assert.False(File.Exists(store));
    }

    [Fact(DisplayName = "A contact takes the place of the authors' in the user agent")]
    public async Task Contact()
    {
        using var run = CommandRun.Start("crawl", "--seed", "8.8.4.4", "--contact", "https://a.example/why?b=1&c=2", "--dry-run", "--json");

        Assert.Equal(0, await run.Exit);
        Assert.Equal("/peers-crawler:0.1.0(+https://a.example/why?b=1&c=2)/", (string?)run.Event("plan")["userAgent"]);
    }

    [Theory(DisplayName = "A crawl that has nobody to begin with fails in one line")]
    [InlineData("no-such-name.invalid", "nobody to begin with: no seed was found")]
    [InlineData("127.0.0.1:8333", "nobody to visit: of 1 known nodes none is dialled")]
    public async Task Nobody(string seed, string says)
    {
        using var folder = new TemporaryFolder();
        using var run = CommandRun.Start(
            TimeProvider.System, "crawl", "--seed", seed, "--store", Path.Combine(folder.Path, "crawl.db"), "--log", "error");

        Assert.Equal(1, await run.Exit);
        Assert.Contains(says, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A crawl right after another of the same store says that nobody is due, and a demo does not go into a store that holds a crawl")]
    public async Task Again()
    {
        using var folder = new TemporaryFolder();
        var store = Path.Combine(folder.Path, "crawl.db");
        string[] arguments = ["crawl", "--seed", "127.0.0.1:1", "--config", folder.Write("own.conf", OwnNetwork), "--store", store];
        using var first = CommandRun.Start(TimeProvider.System, arguments);
        Assert.Equal(0, await first.Exit);

        using var second = CommandRun.Start(TimeProvider.System, arguments);
        Assert.Matches("snapshot 1 ended .* ago: whom it visited is visited again when 10 min have passed", await second.LineWithAsync("snapshot 1 ended"));
        Assert.Contains("to go", await second.LineWithAsync("nobody is due yet"), StringComparison.Ordinal);
        Assert.Equal(0, await second.StopAsync());

        using var demo = CommandRun.Start(TimeProvider.System, "crawl", "--demo", "20", "--store", store);
        Assert.Equal(1, await demo.Exit);
        Assert.Contains("it holds a crawl already, and a demo makes its network anew", Assert.Single(demo.ErrorLines), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A crawl that is killed goes on with what it had reported, and visits none of that again")]
    public async Task Killed()
    {
        using var folder = new TemporaryFolder();
        var config = folder.Write("own.conf", OwnNetwork);
        var store = Path.Combine(folder.Path, "crawl.db");
        using var network = CommandRun.Start(TimeProvider.System, "crawl", "--demo-serve", "60", "--json");
        var serving = JsonNode.Parse(await network.LineWithAsync("\"serving\""))!;
        string[] arguments = ["crawl", "--seed", (string)serving["seeds"]![0]!, "--config", config, "--store", store, "--json"];

        var reported = await KillInTheMiddleAsync(arguments, store);
        using var second = CommandRun.Start(TimeProvider.System, arguments);
        Assert.Equal(0, await second.Exit);

        await using var reader = SqliteCrawlStore.OpenReader(store);
        var visits = await VisitsAsync(reader);
        Assert.NotEmpty(reported);
        Assert.All(reported, before => Assert.Equal(before.Started, Assert.Single(visits, visit => visit.Endpoint == before.Endpoint).Started));
        Assert.Single(await reader.ReadSnapshotsAsync());
        Assert.Equal((int)serving["reachable"]!, visits.Where(visit => visit.Outcome.IsReachable()).Select(visit => visit.Endpoint).Distinct().Count());
    }

    [Fact(DisplayName = "Metrics, health and readiness are served while it crawls; a port in use is told in one line")]
    public async Task Metrics()
    {
        using var folder = new TemporaryFolder();
        var config = folder.Write("own.conf", OwnNetwork);
        var at = $"127.0.0.1:{FreePort()}";
        using var network = CommandRun.Start(TimeProvider.System, "crawl", "--demo-serve", "30", "--json");
        var serving = JsonNode.Parse(await network.LineWithAsync("\"serving\""))!;
        string[] arguments = ["crawl", "--seed", (string)serving["seeds"]![0]!, "--config", config, "--store", Path.Combine(folder.Path, "a.db"), "--metrics", at, "--json", "--revisit", "10m"];
        using var run = CommandRun.Start(TimeProvider.System, arguments);
        await run.LineWithAsync("\"metrics\"");
        await run.LineWithAsync("\"complete\":");

        using var client = new HttpClient();
        var metrics = await client.GetStringAsync($"http://{at}/metrics");
        Assert.Matches("(?m)^peers_crawler_visits_total\\{outcome=\"complete\"\\} [1-9]", metrics);
        Assert.Matches("(?m)^peers_crawler_nodes\\{state=\"known\"\\} [1-9]", metrics);
        Assert.Contains("peers_crawler_phase{phase=\"running\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("peers_crawler_phase{phase=\"ended\"} 0\n", metrics, StringComparison.Ordinal);
        Assert.Equal("running", (string?)JsonNode.Parse(await client.GetStringAsync($"http://{at}/health"))!["phase"]);
        Assert.True((bool)JsonNode.Parse(await client.GetStringAsync($"http://{at}/ready"))!["ok"]!);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"http://{at}/other")).StatusCode);

        arguments[6] = Path.Combine(folder.Path, "b.db");
        using var other = CommandRun.Start(TimeProvider.System, arguments);
        Assert.Equal(1, await other.Exit);
        Assert.Contains($"--metrics {at}: cannot listen there", Assert.Single(other.ErrorLines), StringComparison.Ordinal);

        Assert.Equal(0, await run.StopAsync());
        Assert.Equal("paused", (string?)run.Event("ended")["phase"]);
    }

    private static async Task<List<Visit>> KillInTheMiddleAsync(string[] arguments, string store)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(PeersCommandLine).Assembly.Location);
        Array.ForEach(arguments, start.ArgumentList.Add);
        using var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            var told = JsonNode.Parse(line)!;
            if ((string?)told["event"] == "progress" && (int)told["visited"]! >= 10)
            {
                break;
            }
        }

        process.Kill();
        await process.WaitForExitAsync();
        await using var reader = SqliteCrawlStore.OpenReader(store);
        return await VisitsAsync(reader);
    }

    private static async Task<List<Visit>> VisitsAsync(ICrawlReader reader)
    {
        var visits = new List<Visit>();
        foreach (var snapshot in await reader.ReadSnapshotsAsync())
        {
            await foreach (var visit in reader.ReadVisitsAsync(snapshot.Id))
            {
                visits.Add(visit);
            }
        }

        return visits;
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
