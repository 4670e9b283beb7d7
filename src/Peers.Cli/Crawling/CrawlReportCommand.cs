using System.CommandLine;
using Peers.Crawler;

namespace Peers.Cli;

/// <summary><c>peers crawl report</c>: a snapshot as a page.</summary>
internal static class CrawlReportCommand
{
    public static Command Create(CommonOptions common, CommandEnvironment environment)
    {
        var store = CrawlReadingOptions.Store();
        var snapshot = CrawlReadingOptions.Snapshot("--snapshot", "Which snapshot. Default: the last that ended.");
        var compare = CrawlReadingOptions.Snapshot("--compare", "Another snapshot of the store, for churn and the estimate of the total.");
        var output = new Option<string>("--output") { Description = "Where to; - is standard output.", HelpName = "FILE.html", DefaultValueFactory = _ => "report.html" };
        var command = new Command("report", "Writes a snapshot as one HTML page that needs nothing else.") { store, snapshot, compare, output };
        command.SetAction((parsed, stopping) => RunAsync(
            CrawlReadingOptions.Needed(parsed.GetValue(store)), parsed.GetValue(snapshot), parsed.GetValue(compare), parsed.GetValue(output)!,
            common.Read(parsed), environment, stopping));
        return command;
    }

    private static async Task<int> RunAsync(
        string store, int? number, int? compare, string output, CommonValues common, CommandEnvironment environment, CancellationToken stopping)
    {
        await using var crawl = await StoredCrawl.OpenAsync(store, number, environment.Clock, stopping);
        var earlier = compare is { } other ? crawl.Other(other) : null;
        if (earlier?.Id == crawl.Snapshot.Id)
        {
            throw new UsageException($"--compare {compare}: that is the snapshot of the report; name another of {string.Join(", ", crawl.Snapshots.Select(snapshot => snapshot.Id))}");
        }

        var options = CrawlReportOptions.None with { CompareWith = earlier };
        var bytes = await FinishedFile.WriteAsync(output, environment, stream => CrawlReport.WriteAsync(crawl.Reader, crawl.Snapshot, options, stream, stopping));
        if (output != FinishedFile.StandardOutput)
        {
            new CommandOutput(environment, common.Json).Tell(
                "reported",
                new { snapshot = crawl.Snapshot.Id, network = crawl.Snapshot.Network, comparedWith = earlier?.Id, file = output, bytes },
                $"{output}: snapshot {crawl.Snapshot.Id} of {crawl.Snapshot.Network}{(earlier is null ? "" : $", compared with {earlier.Id}")} ({StatsTable.Bytes(bytes)}); open it in a browser");
        }

        return ExitCode.Success;
    }
}
