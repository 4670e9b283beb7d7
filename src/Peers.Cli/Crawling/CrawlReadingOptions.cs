using System.CommandLine;

namespace Peers.Cli;

/// <summary>The options of the verbs that read a crawl back.</summary>
internal static class CrawlReadingOptions
{
    public static Option<string?> Store(string description = "The store of the crawl: the file that 'peers crawl --store FILE' made, or how to connect to PostgreSQL (Host=...).") =>
        new("--store") { Description = description, HelpName = "FILE" };

    public static Option<int?> Snapshot(string name, string description)
    {
        var number = OptionValue.Number(1, int.MaxValue);
        return new Option<int?>(name) { Description = description, HelpName = "N", CustomParser = result => number(result) };
    }

    /// <exception cref="UsageException">It was not given.</exception>
    public static string Needed(string? store) =>
        string.IsNullOrEmpty(store) ? throw new UsageException("name the store of the crawl with --store FILE") : store;
}
