using Peers.Wire;
using static Peers.Tests.Core.Samples;

namespace Peers.Tests.Core;

public sealed class TrickleQueueTests
{
    private readonly KnownInventory _known = new(1_000);
    private readonly RelayPreferences _preferences = new(relay: true, blocksOnly: false);

    [Fact(DisplayName = "Each item once, in order, in messages of the given size")]
    public void Items_go_once()
    {
        var queue = Queue();
        foreach (var number in (int[])[1, 2, 2, 3, 1])
        {
            queue.Enqueue(News(number));
        }

        Assert.Equal(5, queue.Count);
        Assert.Equal([Tx(1), Tx(2)], queue.Take(2));
        Assert.Equal([Tx(3)], queue.Take(2));
        Assert.Empty(queue.Take(2));
        Assert.Equal((3, 2), (queue.Announced, queue.AlreadyKnown));
    }

    [Theory(DisplayName = "A transaction goes by the id that the remote agreed on, and is then known by both")]
    [InlineData(true)]
    [InlineData(false)]
    public void By_the_id_that_was_agreed_on(bool byWitnessId)
    {
        var queue = Queue(byWitnessId: byWitnessId);
        queue.Enqueue(News(1));
        Assert.Equal([byWitnessId ? InventoryVector.WitnessTransactionId(Hash(-1)) : Tx(1)], queue.Take(10));
        Assert.True(_known.Contains(Tx(1)));
        Assert.True(_known.Contains(InventoryVector.WitnessTransactionId(Hash(-1))));
        queue.Enqueue(News(1));
        Assert.Equal((0, 1), (queue.Count, queue.AlreadyKnown));
    }

    [Theory(DisplayName = "What the remote told by either id is not queued, and what it told meanwhile is not sent")]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Known_items_stay_here(bool byWitnessId, bool toldByWitnessId)
    {
        var queue = Queue(byWitnessId: byWitnessId);
        Tell(1);
        queue.Enqueue(News(1));
        Assert.Equal((0, 1), (queue.Count, queue.AlreadyKnown));
        queue.Enqueue(News(2));
        Tell(2);
        Assert.Empty(queue.Take(10));
        Assert.Equal((0, 2, 0), (queue.Announced, queue.AlreadyKnown, queue.Unwanted));

        void Tell(int number) => _known.Add(toldByWitnessId ? InventoryVector.WitnessTransactionId(Hash(-number)) : Tx(number));
    }

    [Fact(DisplayName = "What the remote does not want is not queued, and what it wants no more is not sent")]
    public void Unwanted_items_stay_here()
    {
        var queue = Queue();
        _preferences.Note(new FeeFilterMessage(1_000));
        queue.Enqueue(News(1, feeRate: 999));
        Assert.Equal((0, 1), (queue.Count, queue.Unwanted));
        queue.Enqueue(News(2, feeRate: 1_500));
        queue.Enqueue(News(3, feeRate: 2_000));
        _preferences.Note(new FeeFilterMessage(2_000));
        Assert.Equal([Tx(3)], queue.Take(10));
        Assert.Equal((1, 0, 2), (queue.Announced, queue.AlreadyKnown, queue.Unwanted));
    }

    [Fact(DisplayName = "Too many: the oldest give way and are counted")]
    public void Oldest_give_way()
    {
        var queue = Queue(capacity: 3);
        for (var number = 0; number < 5; number++)
        {
            queue.Enqueue(News(number));
        }

        Assert.Equal((3, 2), (queue.Count, queue.GaveWay));
        Assert.Equal([Tx(2), Tx(3), Tx(4)], queue.Take(10));
    }

    [Fact(DisplayName = "What is known or unwanted pushes nothing out of a full queue")]
    public void Only_news_pushes_out()
    {
        var queue = Queue(capacity: 1);
        queue.Enqueue(News(1));
        _known.Add(Tx(2));
        _preferences.Note(new FeeFilterMessage(1_000));
        queue.Enqueue(News(2));
        queue.Enqueue(News(3, feeRate: 1));
        Assert.Equal((0, 1, 1), (queue.GaveWay, queue.AlreadyKnown, queue.Unwanted));
        Assert.Equal([Tx(1)], queue.Take(10));
    }

    [Fact(DisplayName = "Blocks go past what waits, once")]
    public void Blocks_go_past_what_waits()
    {
        var queue = Queue();
        queue.Enqueue(News(1));
        var block = new Announcement.OfBlock(Hash(9));
        Assert.Equal(new InvMessage([InventoryVector.Block(Hash(9))]), queue.TakeNow(block));
        Assert.Null(queue.TakeNow(block));
        Assert.Equal((1, 1, 1), (queue.Count, queue.Announced, queue.AlreadyKnown));
    }

    [Fact(DisplayName = "An item of which no more is known goes as it is")]
    public void Items_go_as_they_are()
    {
        var queue = Queue(byWitnessId: true);
        var novel = new InventoryVector((InventoryKind)77, Hash(1));
        queue.Enqueue(Announcement.Of(novel));
        queue.Enqueue(Announcement.Of(novel));
        queue.Enqueue(Announcement.Of(InventoryVector.WitnessTransactionId(Hash(2))));
        Assert.Equal([novel, InventoryVector.WitnessTransactionId(Hash(2))], queue.Take(10));
    }

    [Fact(DisplayName = "A place in a queue is a reference: news is one object for all peers that it waits for")]
    public void News_is_shared()
    {
        var queue = Queue(capacity: 100_000);
        var news = Enumerable.Range(1, 50_000).Select(number => (Announcement)News(number)).ToArray();
        queue.Enqueue(news[0]); // What runs for the first time allocates.
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var one in news)
        {
            queue.Enqueue(one);
        }

        // A reference each, and the doubling of the array that holds them.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 8 * 50_000, 3 * 8 * 65_536);
    }

    [Fact(DisplayName = "An inv is one array of its items, and nothing else is made for any of them")]
    public void An_inv_is_one_array()
    {
        var queue = Queue(capacity: 10_000);
        var news = Enumerable.Range(1, 6_000).Select(number => (Announcement)News(number)).ToArray();
        Array.ForEach(news, queue.Enqueue);
        while (queue.Count > 1_000)
        {
            queue.Take(1_000); // Until here the known inventory grows, and the array to gather in is made.
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var items = queue.Take(1_000);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(1_000, items.Length);
        Assert.InRange(allocated, 1_000 * InventoryVector.Size, (1_000 * InventoryVector.Size) + 64);
    }

    private TrickleQueue Queue(int capacity = 100, bool byWitnessId = false) => new(capacity, _known, _preferences, byWitnessId);
}
