using System.Diagnostics;
using static Peers.Crawler.Tests.Storage.StoreSamples;

namespace Peers.Crawler.Tests.Storage;

/// <summary>A process that writes to a file of SQLite without end, and says what was acknowledged.</summary>
internal static class StoreWriterProcess
{
    public const string Name = "write-store";

    public const int EntriesInVisit = 50;

    private const int VisitsInBatch = 8;

    /// <summary>The number of visit: of one of a hundred nodes, each visited again and again.</summary>
    public static Visit VisitOf(int number) => Complete(
        Node(number % 100), TimeSpan.FromSeconds(number),
        [.. Enumerable.Range(0, EntriesInVisit).Select(i => Entry(Node((number * EntriesInVisit) + i)))]);

    public static Process Start(string path) => Start(Name, path);

    /// <summary>Starts this assembly as a process (see <see cref="Program"/>).</summary>
    public static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["exec", typeof(StoreWriterProcess).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (Path.GetFileNameWithoutExtension(start.FileName) != "dotnet")
        {
            start.FileName = "dotnet";
        }

        return Process.Start(start)!;
    }

    public static async Task<int> RunAsync(string path)
    {
        try
        {
            await using var store = SqliteCrawlStore.Open(path, new FixedClock(Beginning));
            var snapshot = await store.OpenSnapshotAsync("mainnet", Beginning);
            await Console.Out.WriteLineAsync($"snapshot {snapshot.Id}");
            for (var number = 0; ; number += VisitsInBatch)
            {
                await store.AppendAsync(snapshot.Id, [.. Enumerable.Range(number, VisitsInBatch).Select(VisitOf)], []);
                await Console.Out.WriteLineAsync($"{number + VisitsInBatch}");
            }
        }
        catch (CrawlStoreException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    private static DateTimeOffset Beginning => StoreSamples.Start;
}
