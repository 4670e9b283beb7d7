using Peers.Wire;

namespace Peers.Tests.Core;

public sealed class ReadWindowTests
{
    [Fact(DisplayName = "Credit is taken by delivery and given back by consumption; the overhead makes tiny messages cost")]
    public void Credit_is_counted()
    {
        var window = new ReadWindow(1_000, 100);
        Assert.Equal(124, window.CostOf(SendHeadersMessage.Instance, 24));
        window.Deliver(999);
        Assert.False(window.IsFull(0));
        window.Deliver(1);
        Assert.True(window.IsFull(0));
        window.Consume(1);
        Assert.False(window.IsFull(0));
        Assert.Equal(999, window.Unconsumed);
    }

    [Fact(DisplayName = "What has begun to arrive counts with what was not consumed, but a message may come to its end while little waits")]
    public void Unfinished_messages_count()
    {
        var window = new ReadWindow(1_000, 0);
        Assert.False(window.IsFull(5_000));
        window.Deliver(50);
        Assert.False(window.IsFull(5_000));
        window.Deliver(1);
        Assert.False(window.IsFull(948));
        Assert.True(window.IsFull(949));
    }

    [Fact(DisplayName = "What is packed more tightly on the wire than in memory costs its memory")]
    public void Memory_is_what_counts()
    {
        var window = new ReadWindow(1_000, 0);
        var entries = new AddressEntry[1_000].ToWireArray();
        Assert.InRange(window.CostOf(new AddrV2Message(entries), 13_000), 30_000, 100_000);
        Assert.Equal(20_000, window.CostOf(new GetBlockTransactionsMessage(Hash256.Zero, new ushort[10_000].ToWireArray()), 10_057));
    }

    [Fact(DisplayName = "More than was taken is not believed, less than nothing neither")]
    public void Credit_is_not_forged()
    {
        var window = new ReadWindow(1_000, 0);
        window.Deliver(10);
        window.Consume(1_000_000);
        Assert.Equal(0, window.Unconsumed);
        window.Consume(-50);
        Assert.Equal(0, window.Unconsumed);
    }
}

public sealed class OutboundQueueTests
{
    private readonly OutboundQueue<string?> _queue = new();

    [Fact(DisplayName = "Pongs go first, everything else in order, pings too")]
    public void Control_goes_first()
    {
        Add(new InvMessage([]), 25);
        Add(GetAddrMessage.Instance, 24);
        Add(new PongMessage(1), 32);
        Add(new PingMessage(2), 32);
        Assert.Equal(113, _queue.Bytes);
        Assert.Equal(["pong", "inv", "getaddr", "ping"], Take(1_000));
        Assert.Equal(0, _queue.Bytes);
        Assert.Equal(0, _queue.Count);
    }

    [Fact(DisplayName = "A batch keeps to its size, but one message goes whatever its size")]
    public void Batches_keep_to_their_size()
    {
        Add(new InvMessage([]), 600);
        Add(GetAddrMessage.Instance, 600);
        Add(MempoolMessage.Instance, 5_000);
        Assert.Equal(["inv"], Take(1_000));
        Assert.Equal(["getaddr"], Take(1_000));
        Assert.Equal(["mempool"], Take(1_000));
        Assert.Empty(Take(1_000));
    }

    private void Add(Message message, int size) => _queue.Enqueue(new Outgoing<string?>(message, size, null));

    private List<string> Take(int limit)
    {
        List<Outgoing<string?>> batch = [];
        Assert.Equal(_queue.TakeBatch(limit, batch), batch.Sum(item => item.Size));
        return [.. batch.Select(item => item.Message.Command)];
    }
}

public sealed class IdleDeadlineTests
{
    [Fact(DisplayName = "Time runs from the last word, and not while we do not read")]
    public void Pauses_are_not_counted()
    {
        var idle = new IdleDeadline(Seconds(300), Seconds(0));
        Assert.Equal(Seconds(300), idle.Due);
        idle.Heard(Seconds(100));
        Assert.Equal(Seconds(400), idle.Due);
        idle.Paused(Seconds(200));
        idle.Paused(Seconds(300));
        Assert.Null(idle.Due);
        idle.Resumed(Seconds(10_000));
        idle.Resumed(Seconds(10_001));
        Assert.Equal(Seconds(10_200), idle.Due);
        idle.Overslept(Seconds(50));
        Assert.Equal(Seconds(10_250), idle.Due);
        idle.Heard(Seconds(10_240));
        Assert.Equal(Seconds(10_540), idle.Due);
    }

    private static TimeSpan Seconds(int count) => TimeSpan.FromSeconds(count);
}

public sealed class MessageCountersTests
{
    [Fact(DisplayName = "A remote cannot make the statistics grow: unknown commands share one row")]
    public void Unknown_commands_share_a_row()
    {
        var counters = new MessageCounters(MessageCatalog.Default);
        for (var i = 0; i < 1_000; i++)
        {
            counters.Count($"novel{i}", 30);
        }

        counters.Count("ping", 32);
        counters.Count("ping", 32);
        Assert.Equal([new("*other*", new MessageCount(1_000, 30_000)), new("ping", new MessageCount(2, 64))], counters.Snapshot());
    }
}
