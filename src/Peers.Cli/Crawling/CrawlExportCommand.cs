using System.CommandLine;
using System.Security.Cryptography;
using Peers.Crawler;

namespace Peers.Cli;

/// <summary><c>peers crawl export</c>: a snapshot for other programs.</summary>
internal static class CrawlExportCommand
{
    private static readonly string[] Tables = ["node", "visit", "gossip"];

    public static Command Create(CommonOptions common, CommandEnvironment environment)
    {
        var store = CrawlReadingOptions.Store();
        var format = new Option<CrawlExportFormat?>("--format")
        {
            Description = $"{string.Join(", ", CrawlExportFormats.AllNames)}.",
            HelpName = "NAME",
            CustomParser = result =>
            {
                var named = CrawlExportFormats.Named(result.Tokens[0].Value);
                if (named is null)
                {
                    result.AddError($"--format {result.Tokens[0].Value}: expected one of {string.Join(", ", CrawlExportFormats.AllNames)}");
                }

                return named;
            },
        };
        var table = new Option<CrawlTable?>("--table")
        {
            Description = "Of ndjson, csv and parquet: node, visit or gossip. Default: node.",
            HelpName = "NAME",
            CustomParser = result =>
            {
                var index = Array.IndexOf(Tables, result.Tokens[0].Value);
                if (index < 0)
                {
                    result.AddError($"--table {result.Tokens[0].Value}: expected one of {string.Join(", ", Tables)}");
                }

                return index < 0 ? null : (CrawlTable)index;
            },
        };
        var snapshot = CrawlReadingOptions.Snapshot("--snapshot", "Which snapshot. Default: the last that ended.");
        var output = new Option<string>("--output") { Description = "Where to; - is standard output.", HelpName = "FILE", DefaultValueFactory = _ => FinishedFile.StandardOutput };
        var truncate = new Option<bool>("--truncate-addresses") { Description = "Give no whole addresses: IPv4 as its /24, IPv6 as its /48, others under a name of this export's own." };
        var command = new Command("export", "Writes a snapshot for other programs.") { store, format, table, snapshot, output, truncate };
        command.SetAction((parsed, stopping) => RunAsync(
            new Choice(
                CrawlReadingOptions.Needed(parsed.GetValue(store)),
                parsed.GetValue(format) ?? throw new UsageException($"name a form with --format: {string.Join(", ", CrawlExportFormats.AllNames)}"),
                parsed.GetValue(table), parsed.GetValue(snapshot), parsed.GetValue(output)!, parsed.GetValue(truncate)),
            common.Read(parsed), environment, stopping));
        return command;
    }

    private static async Task<int> RunAsync(Choice choice, CommonValues common, CommandEnvironment environment, CancellationToken stopping)
    {
        var name = choice.Format.Name();
        if (choice.Table is not null && !choice.Format.HasTable())
        {
            throw new UsageException($"--table: the form {name} has a content of its own; leave out --table, or take ndjson, csv or parquet");
        }

        if (choice.Truncate && choice.Format.NeedsAddresses())
        {
            throw new UsageException($"--truncate-addresses: the form {name} is a list of addresses to dial; leave it out, or take another form");
        }

        if (choice.Format.IsBinary() && choice.Output == FinishedFile.StandardOutput && environment.IsOutputTerminal)
        {
            throw new UsageException($"{name} is nothing for a terminal: name a file with --output FILE");
        }

        await using var crawl = await StoredCrawl.OpenAsync(choice.Store, choice.Snapshot, environment.Clock, stopping);
        var table = choice.Table ?? CrawlTable.Node;
        var reader = choice.Truncate ? new TruncatingReader(crawl.Reader, RandomNumberGenerator.GetBytes(32)) : crawl.Reader;
        var bytes = await FinishedFile.WriteAsync(
            choice.Output, environment, stream => CrawlExport.WriteAsync(reader, crawl.Snapshot, choice.Format, table, stream, stopping));
        if (choice.Output != FinishedFile.StandardOutput)
        {
            var what = choice.Format.HasTable() ? $"{name}, table {Tables[(int)table]}" : name;
            new CommandOutput(environment, common.Json).Tell(
                "exported",
                new { format = name, table = choice.Format.HasTable() ? Tables[(int)table] : null, snapshot = crawl.Snapshot.Id, network = crawl.Snapshot.Network, file = choice.Output, bytes },
                $"{choice.Output}: snapshot {crawl.Snapshot.Id} of {crawl.Snapshot.Network} as {what} ({StatsTable.Bytes(bytes)})");
        }

        return ExitCode.Success;
    }

    private sealed record Choice(string Store, CrawlExportFormat Format, CrawlTable? Table, int? Snapshot, string Output, bool Truncate);
}
