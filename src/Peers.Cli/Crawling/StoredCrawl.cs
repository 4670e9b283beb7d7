using System.Globalization;
using Peers.Crawler;

namespace Peers.Cli;

/// <summary>The store of a crawl, opened to read from, and one of its snapshots, as a user names them.</summary>
internal sealed class StoredCrawl : IAsyncDisposable
{
    private StoredCrawl(string name, ICrawlReader reader, CrawlSnapshot snapshot, IReadOnlyList<CrawlSnapshot> snapshots)
    {
        Name = name;
        Reader = reader;
        Snapshot = snapshot;
        Snapshots = snapshots;
    }

    /// <summary>What messages call the store; never with a password.</summary>
    public string Name { get; }

    public ICrawlReader Reader { get; }

    public CrawlSnapshot Snapshot { get; }

    public IReadOnlyList<CrawlSnapshot> Snapshots { get; }

    /// <summary>Opens a store at a snapshot; without its number at the last that has ended, or at the last when none has.</summary>
    /// <exception cref="CommandFailedException">There is no such store, or it has no such snapshot.</exception>
    public static async Task<StoredCrawl> OpenAsync(string store, long? number, TimeProvider clock, CancellationToken stopping)
    {
        ICrawlReader? reader = null;
        try
        {
            var isServer = IsServer(store);
            var name = isServer ? "the PostgreSQL store" : $"'{store}'";
            reader = isServer ? await PostgresCrawlStore.OpenReaderAsync(store, clock, stopping) : SqliteCrawlStore.OpenReader(store);
            var snapshots = await reader.ReadSnapshotsAsync(stopping);
            var opened = new StoredCrawl(name, reader, Find(name, snapshots, number), snapshots);
            reader = null;
            return opened;
        }
        catch (CrawlStoreException fault)
        {
            throw new CommandFailedException(fault.Message);
        }
        finally
        {
            if (reader is not null)
            {
                await reader.DisposeAsync();
            }
        }
    }

    /// <summary>Opens what <c>crawl.db#3</c> or <c>crawl.db</c> names, or <c>3</c> of a store that is named apart.</summary>
    public static Task<StoredCrawl> OpenAsync(string text, string? store, TimeProvider clock, CancellationToken stopping)
    {
        if (IsNumber(text))
        {
            return store is null
                ? throw new UsageException($"'{text}' is a snapshot of which store? Name it with --store FILE, or write FILE#{text}")
                : OpenAsync(store, Number(text), clock, stopping);
        }

        var hash = text.LastIndexOf('#');
        return hash > 0 && IsNumber(text[(hash + 1)..])
            ? OpenAsync(text[..hash], Number(text[(hash + 1)..]), clock, stopping)
            : OpenAsync(text, (long?)null, clock, stopping);
    }

    /// <summary>Another snapshot of the same store.</summary>
    public CrawlSnapshot Other(long number) => Find(Name, Snapshots, number);

    public ValueTask DisposeAsync() => Reader.DisposeAsync();

    /// <summary>A server is named by how to connect to it, as Npgsql reads it: <c>Host=...;Database=...</c>.</summary>
    private static bool IsServer(string store) => store.Contains("Host=", StringComparison.OrdinalIgnoreCase) && !File.Exists(store);

    private static bool IsNumber(string text) => text.Length is > 0 and < 10 && text.All(char.IsAsciiDigit);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static CrawlSnapshot Find(string name, IReadOnlyList<CrawlSnapshot> snapshots, long? number)
    {
        if (snapshots.Count == 0)
        {
            throw new CommandFailedException($"{name} has no snapshot yet: crawl first, with 'peers crawl'");
        }

        return number is { } wanted
            ? snapshots.FirstOrDefault(snapshot => snapshot.Id == wanted)
                ?? throw new CommandFailedException($"{name} has no snapshot {wanted}; it has {string.Join(", ", snapshots.Select(snapshot => snapshot.Id))}")
            : snapshots.LastOrDefault(snapshot => snapshot.Ended is not null) ?? snapshots[^1];
    }
}
