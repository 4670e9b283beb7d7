namespace Peers.Crawler;

/// <summary>The forms in which a crawl can be given to other programs.</summary>
public enum CrawlExportFormat
{
    /// <summary>One JSON object a line, of one table.</summary>
    Ndjson,

    /// <summary>Comma-separated values (RFC 4180), of one table.</summary>
    Csv,

    /// <summary>Apache Parquet, of one table.</summary>
    Parquet,

    /// <summary>The rows that bitnodes exports, of the reachable nodes.</summary>
    Bitnodes,

    /// <summary>The rows of a crawl of bitnodes: address, port, services, height.</summary>
    BitnodesCrawl,

    /// <summary>The columns of p2p-crawler's <c>reachable_nodes.csv</c>.</summary>
    P2PCrawler,

    /// <summary>bitcoin-seeder's <c>dnsseed.dump</c>, which Bitcoin Core's <c>makeseeds.py</c> reads.</summary>
    Seeder,

    /// <summary>The same under the name that dnsseedrs gives it: <c>seeds.txt</c>.</summary>
    Seeds,

    /// <summary>Who told of whom, as a graph in GraphML.</summary>
    GraphML,
}

/// <summary>The tables of a crawl.</summary>
public enum CrawlTable
{
    /// <summary>Every node that was heard of, as it is known now.</summary>
    Node,

    /// <summary>The visits of a snapshot.</summary>
    Visit,

    /// <summary>Who told of whom in a snapshot.</summary>
    Gossip,
}

/// <summary>What a form is like.</summary>
public static class CrawlExportFormats
{
    private static readonly string[] Names = ["ndjson", "csv", "parquet", "bitnodes", "bitnodes-crawl", "p2p-crawler", "seeder", "seeds", "graphml"];

    /// <summary>The names of all forms, in the order of the enumeration.</summary>
    public static IReadOnlyList<string> AllNames => Names;

    /// <summary>The form's name, such as <c>bitnodes-crawl</c>.</summary>
    public static string Name(this CrawlExportFormat format) => Names[(int)format];

    /// <summary>The form of that name; null when there is none.</summary>
    public static CrawlExportFormat? Named(string name) => Array.IndexOf(Names, name) is >= 0 and var index ? (CrawlExportFormat)index : null;

    /// <summary>Whether a form is of one table, which is chosen; the others have a content of their own.</summary>
    public static bool HasTable(this CrawlExportFormat format) =>
        format is CrawlExportFormat.Ndjson or CrawlExportFormat.Csv or CrawlExportFormat.Parquet;

    /// <summary>Whether a form is no text: nothing for a terminal.</summary>
    public static bool IsBinary(this CrawlExportFormat format) => format == CrawlExportFormat.Parquet;

    /// <summary>Whether a form is only good for its addresses, so that it cannot be made with truncated ones.</summary>
    public static bool NeedsAddresses(this CrawlExportFormat format) => format is CrawlExportFormat.Seeder or CrawlExportFormat.Seeds;
}
