using System.Globalization;

namespace Peers.Crawler;

/// <summary>What every store says of what it cannot do: one line that names what to change.</summary>
internal static class StoreErrors
{
    public static CrawlStoreException OtherNetwork(string store, string kept, string asked) =>
        new($"{store} holds a crawl of {kept}: give {asked} a store of its own");

    public static CrawlStoreException NoSnapshot(string store, long snapshot) =>
        new($"{store} has no snapshot {snapshot}");

    /// <param name="store">Which store.</param>
    /// <param name="kind">What it is: a file, a database.</param>
    /// <param name="schema">The version of its tables, as it has it.</param>
    /// <param name="partitions">The parts of the frontier that its nodes are divided by, as it has it.</param>
    /// <param name="known">The version that this program knows.</param>
    /// <exception cref="CrawlStoreException">They do not go together.</exception>
    public static void CheckVersion(string store, string kind, string? schema, string? partitions, int known)
    {
        if (!int.TryParse(schema, NumberStyles.None, CultureInfo.InvariantCulture, out var version) || version < 1)
        {
            throw new CrawlStoreException($"{store} holds no crawl: give another {kind}");
        }

        if (version > known)
        {
            throw new CrawlStoreException($"{store} was written by a newer program (tables of version {version}, here {known}): update, or give another {kind}");
        }

        if (partitions != Netgroup.Partitions.ToString(CultureInfo.InvariantCulture))
        {
            throw new CrawlStoreException($"{store} divides its nodes by {partitions ?? "no"} partitions, here {Netgroup.Partitions}: give another {kind}");
        }
    }
}

/// <summary>Times as stores keep them.</summary>
internal static class StoredTime
{
    /// <summary>A time to the millisecond, in UTC.</summary>
    public static DateTimeOffset Round(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
