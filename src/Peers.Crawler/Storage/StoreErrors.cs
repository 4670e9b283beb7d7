namespace Peers.Crawler;

/// <summary>What every store says of what it cannot do: one line that names what to change.</summary>
internal static class StoreErrors
{
    public static CrawlStoreException OtherNetwork(string store, string kept, string asked) =>
        new($"{store} holds a crawl of {kept}: give {asked} a store of its own");

    public static CrawlStoreException NoSnapshot(string store, long snapshot) =>
        new($"{store} has no snapshot {snapshot}");
}

/// <summary>Times as stores keep them.</summary>
internal static class StoredTime
{
    /// <summary>A time to the millisecond, in UTC.</summary>
    public static DateTimeOffset Round(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
