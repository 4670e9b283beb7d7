using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;
using static Peers.Crawler.Tests.Storage.StoreSamples;

namespace Peers.Crawler.Tests.Storage;

/// <summary>What the store in SQLite takes of a process's memory, in a process of its own: other tests do not count.</summary>
public sealed class SqliteMemoryTests(ITestOutputHelper output)
{
    public const string Name = "measure-store";

    private const int Megabyte = 1024 * 1024;

    [Fact(DisplayName = "A store that knows 200,000 nodes takes less than 60 MB to write to and to load all partitions from; so with millions (PEERS_CRAWLER_MILLIONS)")]
    public async Task Memory()
    {
        var nodes = Environment.GetEnvironmentVariable("PEERS_CRAWLER_MILLIONS") is { Length: > 0 } millions
            ? (int)(double.Parse(millions, CultureInfo.InvariantCulture) * 1_000_000)
            : 200_000;
        var folder = Directory.CreateTempSubdirectory("peers-store-");
        try
        {
            using var process = StoreWriterProcess.Start(Name, Path.Combine(folder.FullName, "crawl.db"), $"{nodes}");
            var lines = (await process.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            await process.WaitForExitAsync();
            Array.ForEach(lines, output.WriteLine);
            Assert.Equal(0, process.ExitCode);
            Assert.Equal($"{nodes} loaded", lines[^2]);
            Assert.InRange(double.Parse(lines[^1], CultureInfo.InvariantCulture), 0, 60);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Writes, loads, and says by how many megabytes the process was larger at its largest than before the store was opened.</summary>
    public static async Task<int> RunAsync(string path, int nodes)
    {
        // What is written is made first, and nothing of it is held on to: the rest of the growth is the store's.
        await FillAsync(Path.Combine(Path.GetDirectoryName(path)!, "warm.db"), 20_000);
        GC.Collect();
        var before = Resident("VmRSS");
        var clock = Stopwatch.StartNew();
        await FillAsync(path, nodes);
        Console.WriteLine($"{(Resident("VmHWM") - before) / Megabyte:0.0} MB more at most, of which managed {GC.GetTotalMemory(forceFullCollection: true) / Megabyte} MB; file of {new FileInfo(path).Length / Megabyte} MB; {clock.Elapsed.TotalSeconds:0.0} s");
        Console.WriteLine($"{nodes} loaded");
        Console.WriteLine(((double)(Resident("VmHWM") - before) / Megabyte).ToString(CultureInfo.InvariantCulture));
        return 0;
    }

    private static async Task FillAsync(string path, int nodes)
    {
        const int batch = 5000;
        await using var store = SqliteCrawlStore.Open(path, new FixedClock(Start));
        var snapshot = (await store.OpenSnapshotAsync("mainnet", Start)).Id;
        for (var first = 0; first < nodes; first += batch)
        {
            await store.AppendAsync(
                snapshot,
                [Complete(Node(first * 613), TimeSpan.FromMilliseconds(first), [.. Enumerable.Range(first, 500).Select(i => Entry(Node(i * 613)))])],
                [.. Enumerable.Range(first, batch).Select(i => Learned(Node(i * 613)))]);
        }

        var loaded = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, Netgroup.Partitions), async (partition, cancellation) =>
        {
            await foreach (var node in store.LoadAsync(snapshot, partition, cancellation))
            {
                Interlocked.Increment(ref loaded);
            }
        });
        if (loaded != nodes)
        {
            throw new InvalidOperationException($"{loaded} of {nodes} nodes were loaded");
        }
    }

    private static long Resident(string which)
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(which, StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
