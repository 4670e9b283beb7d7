using BenchmarkDotNet.Attributes;
using Peers.Benchmarks.Load;
using Peers.Wire;

namespace Peers.Benchmarks.Parts;

/// <summary>What a remote is known to know, and the news that waits for it. Figures are for one item.</summary>
[Config(typeof(ShortJob))]
public class InventoryBenchmarks
{
    private const int Capacity = 5_000;
    private const int Items = 20_000;
    private const int Batch = 1_000;

    private readonly InventoryVector[] _items = [.. Enumerable.Range(0, Items).Select(TypicalMessages.ItemOf)];
    private readonly Announcement[] _news = [.. Enumerable.Range(0, Items).Select(number => new Announcement.OfTransaction(TypicalMessages.HashOf(number), TypicalMessages.HashOf(-number)))];
    private readonly RelayPreferences _preferences = new(true, false);
    private readonly KnownInventory _known = new(Capacity);
    private readonly KnownInventory _knownOfQueue = new(Capacity);
    private TrickleQueue _queue = null!;
    private int _next;

    [GlobalSetup]
    public void Prepare()
    {
        _queue = new TrickleQueue(50_000, _knownOfQueue, _preferences, byWitnessId: true);
        Add();
    }

    /// <summary>New items into a full table: each pushes out the oldest.</summary>
    [Benchmark(OperationsPerInvoke = Items)]
    public int Add()
    {
        var added = 0;
        foreach (var item in _items)
        {
            added += _known.Add(item) ? 1 : 0;
        }

        return added;
    }

    [Benchmark(OperationsPerInvoke = Items)]
    public int Contains()
    {
        var known = 0;
        foreach (var item in _items)
        {
            known += _known.Contains(item) ? 1 : 0;
        }

        return known;
    }

    /// <summary>A table that begins empty and grows: what a new connection pays.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public int AddToNew()
    {
        var table = new RecentInventory(Capacity);
        foreach (var item in _items.AsSpan(0, Batch))
        {
            table.Add(item);
        }

        return table.Count;
    }

    /// <summary>A thousand transactions queued and taken as one <c>inv</c>.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public int Trickle()
    {
        for (var i = 0; i < Batch; i++)
        {
            _queue.Enqueue(_news[_next++ % Items]);
        }

        return _queue.Take(Batch).Length;
    }
}
