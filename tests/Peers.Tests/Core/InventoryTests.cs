using Peers.Wire;

namespace Peers.Tests.Core;

public sealed class RecentInventoryTests
{
    [Fact(DisplayName = "Values are compared, not references, and the witness bit says how, not what")]
    public void Values_are_compared()
    {
        var known = new RecentInventory(10);
        Assert.True(known.Add(InventoryVector.Block(Hash(1))));
        Assert.False(known.Add(InventoryVector.WitnessBlock(Hash(1))));
        Assert.True(known.Contains(InventoryVector.WitnessBlock(Hash(1))));
        Assert.False(known.Contains(InventoryVector.Transaction(Hash(1))));
    }

    [Fact(DisplayName = "The least recently used gives way")]
    public void Least_recently_used_gives_way()
    {
        var known = new RecentInventory(3);
        foreach (var number in (int[])[1, 2, 3, 1, 4])
        {
            known.Add(InventoryVector.Transaction(Hash(number)));
        }

        Assert.Equal(3, known.Count);
        Assert.False(known.Contains(InventoryVector.Transaction(Hash(2))));
        Assert.All((int[])[1, 3, 4], number => Assert.True(known.Contains(InventoryVector.Transaction(Hash(number)))));
    }

    [Theory(DisplayName = "Against a plain list that does the same slowly")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(100)]
    public void Behaves_as_a_list(int capacity)
    {
        var random = new Random(capacity);
        var known = new RecentInventory(capacity);
        List<InventoryVector> model = [];
        for (var step = 0; step < 20_000; step++)
        {
            var item = InventoryVector.Transaction(Hash(random.Next(2 * capacity)));
            var isNew = !model.Remove(item);
            model.Add(item);
            if (model.Count > capacity)
            {
                model.RemoveAt(0);
            }

            Assert.Equal(isNew, known.Add(item));
            Assert.Equal(model.Count, known.Count);
            var probe = InventoryVector.Transaction(Hash(random.Next(2 * capacity)));
            Assert.Equal(model.Contains(probe), known.Contains(probe));
        }
    }

    internal static Hash256 Hash(int number) => Hash256.OfDouble(BitConverter.GetBytes(number));
}

public sealed class TrickleQueueTests
{
    private readonly KnownInventory _known = new(1_000);

    [Fact(DisplayName = "Each item once, in order, in messages of the given size")]
    public void Items_go_once()
    {
        var queue = Queue(100);
        foreach (var number in (int[])[1, 2, 2, 3, 1])
        {
            queue.Enqueue(Announcement.Of(Transaction(number)));
        }

        Assert.Equal(5, queue.Count);
        Assert.Equal([Transaction(1), Transaction(2)], queue.Take(2));
        Assert.Equal([Transaction(3)], queue.Take(2));
        Assert.Empty(queue.Take(2));
        Assert.Equal((3, 2), (queue.Announced, queue.AlreadyKnown));
    }

    [Fact(DisplayName = "What the remote has is not queued, and what it told meanwhile is not sent")]
    public void Known_items_stay_here()
    {
        var queue = Queue(100);
        _known.Add(Transaction(1));
        queue.Enqueue(Announcement.Of(Transaction(1)));
        queue.Enqueue(Announcement.Of(Transaction(2)));
        _known.Add(Transaction(2));
        Assert.Empty(queue.Take(10));
        Assert.Equal(2, queue.AlreadyKnown);
    }

    [Fact(DisplayName = "Too many: the oldest give way and are counted")]
    public void Oldest_give_way()
    {
        var queue = Queue(3);
        for (var number = 0; number < 5; number++)
        {
            queue.Enqueue(Announcement.Of(Transaction(number)));
        }

        Assert.Equal(2, queue.GaveWay);
        Assert.Equal([Transaction(2), Transaction(3), Transaction(4)], queue.Take(10));
    }

    private TrickleQueue Queue(int capacity) => new(capacity, _known, new RelayPreferences(relay: true, blocksOnly: false), byWitnessId: false);

    private static InventoryVector Transaction(int number) => InventoryVector.Transaction(RecentInventoryTests.Hash(number));
}

public sealed class TrickleTimingTests
{
    [Fact(DisplayName = "Poisson: exponential times with the mean, never negative")]
    public void Poisson_has_its_mean()
    {
        var random = new Random(1);
        var times = Enumerable.Range(0, 100_000).Select(_ => TrickleTiming.Next(TricklePolicy.Poisson, TimeSpan.FromSeconds(5), random).TotalSeconds).ToList();
        Assert.All(times, time => Assert.True(time >= 0));
        Assert.Equal(5, times.Average(), tolerance: 0.1);
        Assert.Equal(Math.Exp(-1), times.Count(time => time > 5) / 100_000.0, tolerance: 0.01);
        Assert.Equal(Math.Exp(-3), times.Count(time => time > 15) / 100_000.0, tolerance: 0.01);
    }

    [Fact(DisplayName = "Fixed is the beat itself, immediate is no time")]
    public void Other_policies_draw_nothing()
    {
        Assert.Equal(TimeSpan.FromSeconds(10), TrickleTiming.Next(TricklePolicy.Fixed, TimeSpan.FromSeconds(10), new Random(1)));
        Assert.Equal(TimeSpan.Zero, TrickleTiming.Next(TricklePolicy.Immediate, TimeSpan.FromSeconds(10), new Random(1)));
    }
}
