using System.Net;
using Peers.Crawler;
using Peers.Wire;

namespace Peers.Cli.Tests;

public class CrawlReadingTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, int, string> WrongUses => new()
    {
        { "export", 2, "name the store of the crawl with --store FILE" },
        { "export --store DB", 2, "name a form with --format: ndjson, csv, parquet, bitnodes, bitnodes-crawl, p2p-crawler, seeder, seeds, graphml" },
        { "export --store DB --format xml", 2, "--format xml: expected one of ndjson, csv" },
        { "export --store DB --format csv --table nodes", 2, "--table nodes: expected one of node, visit, gossip" },
        { "export --store DB --format seeder --table node", 2, "--table: the form seeder has a content of its own" },
        { "export --store DB --format seeds --truncate-addresses", 2, "--truncate-addresses: the form seeds is a list of addresses" },
        { "export --store DB --format csv --snapshot 0", 2, "--snapshot 0: expected a whole number from 1" },
        { "export --store DB --format csv --snapshot x", 2, "--snapshot x: expected a whole number" },
        { "export --store DB --format csv --snapshot 7", 1, "has no snapshot 7; it has 1, 2" },
        { "export --store none.db --format csv", 1, "none.db" },
        { "export --store DB --format csv --output .", 1, "cannot write '.': it is a folder" },
        { "export --store DB --format csv --output no/such/folder/x.csv", 1, "cannot write 'no/such/folder/x.csv'" },
        { "export --store DB extra --format csv", 2, "'extra'" },
        { "report", 2, "name the store of the crawl with --store FILE" },
        { "report --store DB --compare 2", 2, "--compare 2: that is the snapshot of the report; name another of 1, 2" },
        { "report --store DB --compare 9", 1, "has no snapshot 9; it has 1, 2" },
        { "report --store TEXT", 1, "notes.txt" },
        { "report --store DB --output no/such/folder/x.html", 1, "cannot write 'no/such/folder/x.html'" },
        { "diff 1", 2, "B" },
        { "diff 1 2", 2, "'1' is a snapshot of which store? Name it with --store FILE, or write FILE#1" },
        { "diff 1 9 --store DB", 1, "has no snapshot 9; it has 1, 2" },
        { "diff DB#1 none.db", 1, "none.db" },
        { "diff 1 2 3 --store DB", 2, "'3' is one argument too many" },
    };

    [Theory(DisplayName = "A wrong use is told in one line that names what to change, and leaves nothing behind")]
    [MemberData(nameof(WrongUses))]
    public async Task A_wrong_use_is_one_line(string arguments, int code, string says)
    {
        using var folder = new TemporaryFolder();
        var store = await StoreAsync(folder);
        var text = folder.Write("notes.txt", "no store at all, only text that is long enough to be looked at as if it were one");
        using var run = CommandRun.Start(["crawl", .. arguments.Split(' ').Select(word => word.Replace("DB", store, StringComparison.Ordinal).Replace("TEXT", text, StringComparison.Ordinal))]);

        Assert.Equal(code, await run.Exit);
        Assert.Contains(says, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(run.OutputLines);
        Assert.Empty(Directory.GetFiles(folder.Path, "*.unfinished"));
    }

    [Theory(DisplayName = "Every form is written to a file, under its name only when it is whole")]
    [InlineData("ndjson", "{\"endpoint\":")]
    [InlineData("csv", "endpoint,network,")]
    [InlineData("parquet", "PAR1")]
    [InlineData("bitnodes", "[")]
    [InlineData("bitnodes-crawl", "[")]
    [InlineData("p2p-crawler", "host,port,")]
    [InlineData("seeder", "# address  ")]
    [InlineData("seeds", "# address  ")]
    [InlineData("graphml", "<?xml version")]
    public async Task Forms_are_written(string format, string begins)
    {
        using var folder = new TemporaryFolder();
        var store = await StoreAsync(folder);
        var path = folder.Write("export", "what was there before");
        using var run = CommandRun.Start("crawl", "export", "--store", store, "--format", format, "--output", path);

        Assert.Equal((0, ""), (await run.Exit, string.Join('\n', run.ErrorLines)));
        Assert.StartsWith(begins, await File.ReadAllTextAsync(path), StringComparison.Ordinal);
        Assert.StartsWith($"{path}: snapshot 2 of mainnet as {format}", Assert.Single(run.OutputLines), StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetFiles(folder.Path), file => file.EndsWith(".unfinished", StringComparison.Ordinal));
    }

    [Fact(DisplayName = "Standard output has the export and nothing else, of the snapshot that was asked for")]
    public async Task Standard_output_has_the_export()
    {
        using var folder = new TemporaryFolder();
        var store = await StoreAsync(folder);
        using var run = CommandRun.Start("crawl", "export", "--store", store, "--format", "ndjson", "--table", "visit", "--snapshot", "1", "--output", "-");

        Assert.Equal(0, await run.Exit);
        Assert.Equal(3, run.Events.Count());
        Assert.All(run.Events, visit => Assert.StartsWith("2026-11-22", (string)visit["started"]!, StringComparison.Ordinal));
    }

    [Fact(DisplayName = "Parquet is refused on a terminal, and goes through a pipe")]
    public async Task Parquet_is_nothing_for_a_terminal()
    {
        using var folder = new TemporaryFolder();
        string[] arguments = ["crawl", "export", "--store", await StoreAsync(folder), "--format", "parquet"];
        using var output = new MemoryStream();
        using var error = new StringWriter();
        var environment = new CommandEnvironment(Stream.Null, TextWriter.Null, error, false, IsOutputTerminal: true, new StillClock()) { OutputStream = output };

        Assert.Equal(2, await PeersCommandLine.RunAsync(arguments, environment, default));
        Assert.Contains("parquet is nothing for a terminal: name a file with --output FILE", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, output.Length);
        Assert.Equal(0, await PeersCommandLine.RunAsync(arguments, environment with { IsOutputTerminal = false }, default));
        Assert.Equal("PAR1"u8, output.ToArray().AsSpan()[^4..]);
    }

    [Fact(DisplayName = "A report is written, compared with another snapshot if wanted, and told of as JSON")]
    public async Task A_report_is_written()
    {
        using var folder = new TemporaryFolder();
        var store = await StoreAsync(folder);
        var path = Path.Combine(folder.Path, "report.html");
        using var run = CommandRun.Start("crawl", "report", "--store", store, "--compare", "1", "--output", path, "--json");

        Assert.Equal((0, ""), (await run.Exit, string.Join('\n', run.ErrorLines)));
        Assert.Equal((2, 1), ((int)run.Event("reported")["snapshot"]!, (int)run.Event("reported")["comparedWith"]!));
        Assert.Contains("Since snapshot 1", await File.ReadAllTextAsync(path), StringComparison.Ordinal);
    }

    [Theory(DisplayName = "Snapshots are compared by number, by file, or by file and number")]
    [InlineData("1 2 --store DB")]
    [InlineData("DB#1 DB")]
    [InlineData("DB#1 DB#2")]
    public async Task Snapshots_are_compared(string arguments)
    {
        using var folder = new TemporaryFolder();
        var store = await StoreAsync(folder);
        string[] words = ["crawl", "diff", .. arguments.Split(' ').Select(word => word.Replace("DB", store, StringComparison.Ordinal))];
        using var table = CommandRun.Start(words);
        using var json = CommandRun.Start([.. words, "--json"]);

        Assert.Equal((0, 0), (await table.Exit, await json.Exit));
        Assert.Contains(table.OutputLines, line => line.Contains("reachable 2 then, 2 now, 1 both times", StringComparison.Ordinal));
        Assert.Contains(table.OutputLines, line => line.Contains("52.0.0.3:8333", StringComparison.Ordinal));
        Assert.Equal(["compared", "entered", "left", "user-agent", "height"], json.Events.Select(line => (string)line["event"]!));
        var change = json.Event("user-agent");
        Assert.Equal(("/a:1/", @"[red]\x1b[31mb"), ((string)change["before"]!, (string)change["after"]!));
        Assert.Equal(1, (int)json.Event("compared")["counts"]!["left"]!);
    }

    /// <summary>Two snapshots of three nodes: the first stays and changes its name, the second leaves, the third enters.</summary>
    private static async Task<string> StoreAsync(TemporaryFolder folder)
    {
        var path = Path.Combine(folder.Path, "crawl.db");
        await using var store = SqliteCrawlStore.Open(path, TimeProvider.System);
        for (var day = 0; day < 2; day++)
        {
            var at = Start.AddDays(day);
            var snapshot = await store.OpenSnapshotAsync("mainnet", at);
            await store.AppendAsync(snapshot.Id, [Visit(1, at, true, day), Visit(2, at, day == 0, 0), Visit(3, at, day == 1, 0)], []);
            await store.CloseSnapshotAsync(snapshot.Id, at.AddHours(1));
        }

        return path;
    }

    private static Visit Visit(byte host, DateTimeOffset at, bool reached, int day)
    {
        var endpoint = NetworkEndpoint.From(new IPEndPoint(new IPAddress([52, 0, 0, host]), 8333));
        return reached
            ? new Visit(endpoint, at.AddSeconds(host), VisitOutcome.Complete, "", default, new NodeVersion(70016, ServiceFlags.Network, day == 0 ? "/a:1/" : "[red]\x1b[31mb", 100 + day, default), null)
            : new Visit(endpoint, at.AddSeconds(host), VisitOutcome.Refused, "", default, null, null);
    }
}
