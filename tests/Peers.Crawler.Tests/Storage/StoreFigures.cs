using System.Diagnostics;
using Xunit.Abstractions;
using static Peers.Crawler.Tests.Storage.StoreSamples;

namespace Peers.Crawler.Tests.Storage;

/// <summary>How fast a store takes visits, and what a visit costs it.</summary>
internal static class StoreFigures
{
    /// <summary>Set to have figures measured, which takes a minute for each store.</summary>
    public const string Switch = "PEERS_CRAWLER_FIGURES";

    private const int Visits = 4096;
    private const int VisitsInBatch = 256;
    private const int Population = 100_000;

    public static bool AreWanted => Environment.GetEnvironmentVariable(Switch) is { Length: > 0 };

    /// <summary>Writes visits whose answers have 0, 100, 460 and 1000 entries, drawn from 100,000 nodes that the store knows.</summary>
    /// <param name="store">The store, empty.</param>
    /// <param name="output">Where the figures go.</param>
    /// <param name="otherCpu">The processor time of other processes that work for the store.</param>
    public static async Task MeasureAsync(ICrawlStore store, ITestOutputHelper output, Func<TimeSpan> otherCpu)
    {
        var snapshot = (await store.OpenSnapshotAsync("mainnet", Start)).Id;
        var nodes = Enumerable.Range(0, Population).Select(i => Node(i * 7919)).ToArray();
        foreach (var chunk in nodes.Chunk(5000))
        {
            await store.AppendAsync(snapshot, [], [.. chunk.Select(node => Learned(node))]);
        }

        var random = new Random(1);
        var started = 0;
        foreach (var entries in new[] { 0, 0, 100, 460, 1000 })
        {
            var batches = Enumerable.Range(0, Visits / VisitsInBatch).Select(_ =>
            {
                var visits = Enumerable.Range(0, VisitsInBatch).Select(_ => Complete(
                    nodes[random.Next(Population)], TimeSpan.FromMilliseconds(started++),
                    [.. Enumerable.Range(0, entries).Select(_ => Entry(nodes[random.Next(Population)], (uint)random.Next(3000)))])).ToArray();
                var learned = visits.SelectMany(visit => visit.Addresses!.Entries).DistinctBy(entry => entry.Endpoint)
                    .Select(entry => new LearnedNode(entry.Endpoint, entry.Time, entry.Services)).ToArray();
                return (visits, learned);
            }).ToArray();
            GC.Collect();

            var (ownBefore, otherBefore, clock) = (OwnCpu(), otherCpu(), Stopwatch.StartNew());
            foreach (var (visits, learned) in batches)
            {
                await store.AppendAsync(snapshot, visits, learned);
            }

            var (own, other, elapsed) = (OwnCpu() - ownBefore, otherCpu() - otherBefore, clock.Elapsed);
            output.WriteLine(
                $"{entries,4} entries: {Visits / elapsed.TotalSeconds,7:0} visits/s, {own.TotalMilliseconds / Visits:0.000} ms CPU per visit here" +
                (other > TimeSpan.Zero ? $", {other.TotalMilliseconds / Visits:0.000} ms in the server" : ""));
        }
    }

    private static TimeSpan OwnCpu()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }
}
