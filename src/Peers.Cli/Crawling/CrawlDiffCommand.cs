using System.CommandLine;
using System.Globalization;
using Peers.Crawler;
using Spectre.Console;

namespace Peers.Cli;

/// <summary><c>peers crawl diff</c>: what changed from one snapshot to another.</summary>
internal static class CrawlDiffCommand
{
    private const int Shown = 10;

    public static Command Create(CommonOptions common, CommandEnvironment environment)
    {
        var store = CrawlReadingOptions.Store("The store of snapshots that are given as numbers alone.");
        var before = new Argument<string>("A") { Description = "The first: a snapshot's number in --store, FILE#NUMBER, or FILE for its last that ended." };
        var after = new Argument<string>("B") { Description = "The second." };
        var command = new Command("diff", "Tells what changed from one snapshot to another: who entered, left, moved or changed. --json tells every change.") { before, after, store };
        command.SetAction((parsed, stopping) => RunAsync(
            parsed.GetValue(before)!, parsed.GetValue(after)!, parsed.GetValue(store), common.Read(parsed), environment, stopping));
        return command;
    }

    private static async Task<int> RunAsync(
        string before, string after, string? store, CommonValues common, CommandEnvironment environment, CancellationToken stopping)
    {
        await using var first = await StoredCrawl.OpenAsync(before, store, environment.Clock, stopping);
        await using var second = await StoredCrawl.OpenAsync(after, store, environment.Clock, stopping);
        if (first.Snapshot.Network != second.Snapshot.Network)
        {
            throw new UsageException($"{before} is of {first.Snapshot.Network} and {after} of {second.Snapshot.Network}: compare two of one network");
        }

        var comparison = await CrawlComparison.CompareAsync(first.Reader, first.Snapshot, second.Reader, second.Snapshot, stopping);
        Tell(new CommandOutput(environment, common.Json), comparison);
        return ExitCode.Success;
    }

    private static void Tell(CommandOutput output, CrawlComparison comparison)
    {
        output.Tell(
            "compared",
            new
            {
                network = comparison.After.Network,
                before = comparison.Before.Id,
                beforeStarted = comparison.Before.Started,
                after = comparison.After.Id,
                afterStarted = comparison.After.Started,
                comparison.ReachableBefore,
                comparison.ReachableAfter,
                comparison.Stayed,
                counts = NodeChangeKinds.All.ToDictionary(kind => kind.Name(), comparison.Count),
            },
            $"""
            {comparison.After.Network}: snapshot {comparison.Before.Id} ({Time(comparison.Before)}) to {comparison.After.Id} ({Time(comparison.After)})
            reachable {comparison.ReachableBefore} then, {comparison.ReachableAfter} now, {comparison.Stayed} both times
            """);
        if (output.IsJson)
        {
            foreach (var change in comparison.Changes)
            {
                output.Tell(change.Kind.Name(), new { node = change.Endpoint.ToString(), change.Before, change.After }, null);
            }

            return;
        }

        output.Write(Counts(comparison, output.IsTerminal));
        output.Write(Examples(comparison, output.IsTerminal));
    }

    private static Table Counts(CrawlComparison comparison, bool terminal)
    {
        var table = new Table().Border(terminal ? TableBorder.Rounded : TableBorder.Ascii).AddColumn("change").AddColumn(new TableColumn("nodes").RightAligned());
        foreach (var kind in NodeChangeKinds.All)
        {
            table.AddRow(kind.Name(), comparison.Count(kind).ToString("#,0", CultureInfo.InvariantCulture));
        }

        return table;
    }

    /// <summary>Some of each kind; heights change with each block, and are only counted.</summary>
    private static Table Examples(CrawlComparison comparison, bool terminal)
    {
        var table = new Table().Border(terminal ? TableBorder.Rounded : TableBorder.Ascii).AddColumns("change", "node", "before", "after");
        foreach (var kind in NodeChangeKinds.All.Where(kind => kind != NodeChangeKind.Height))
        {
            var changes = comparison.Changes.Where(change => change.Kind == kind).ToList();
            foreach (var change in changes.Take(Shown))
            {
                table.AddRow(kind.Name(), Markup.Escape(change.Endpoint.ToString()), Markup.Escape(change.Before), Markup.Escape(change.After));
            }

            if (changes.Count > Shown)
            {
                table.AddRow(kind.Name(), $"and {changes.Count - Shown} more: --json tells all", "", "");
            }
        }

        return table;
    }

    private static string Time(CrawlSnapshot snapshot) => snapshot.Started.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
