using System.Collections.Concurrent;
using System.Net;
using Peers.Tests.Loopback.Kit;
using Peers.Wire;

namespace Peers.Tests.Loopback;

public sealed class SubscriptionTests : EngineTests
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    [Fact(DisplayName = "Each subscription hears its type, in order; the rest is in Messages, in order")]
    public async Task Types()
    {
        await using var server = Start("server");
        await using var client = Start("client");
        var (ours, theirs) = await Connected(server, client);
        var rest = theirs.Messages;
        var (fees, everyFee) = (new Heard<FeeFilterMessage>(), new Heard<FeeFilterMessage>());
        using var first = theirs.Subscribe<FeeFilterMessage>(fees.Add);
        using var second = theirs.Subscribe<FeeFilterMessage>(everyFee.Add);
        for (var i = 0; i < 1_000; i++)
        {
            ours.Send(new FeeFilterMessage(i));
            ours.Send(Numbered(i));
        }

        Assert.Equal(Enumerable.Range(0, 1_000), (await fees.Take(1_000)).Select(fee => (int)fee.FeeRate));
        Assert.Equal(Enumerable.Range(0, 1_000), (await everyFee.Take(1_000)).Select(fee => (int)fee.FeeRate));
        for (var i = 0; i < 1_000; i++)
        {
            Assert.Equal(Numbered(i), await rest.ReadAsync().AsTask().WaitAsync(Patience));
        }

        Assert.False(rest.TryRead(out _));
    }

    [Fact(DisplayName = "A subscription to Message hears everything, in the order in which it was said")]
    public async Task Everything()
    {
        await using var server = Start("server");
        await using var client = Start("client");
        var (ours, theirs) = await Connected(server, client);
        var all = new Heard<Message>();
        using var subscription = theirs.Subscribe<Message>(all.Add);
        List<Message> said = [.. Enumerable.Range(0, 500).Select(i => i % 2 == 0 ? (Message)new FeeFilterMessage(i) : Numbered(i))];
        said.ForEach(ours.Send);
        Assert.Equal(said, await all.Take(500));
    }

    [Fact(DisplayName = "What came before the first subscription is held for it, and what came before the first use of Messages for that")]
    public async Task Held_until_the_first_word()
    {
        await using var server = Start("server", "peers.connection.read-window = 64KiB");
        await using var client = Start("client", "peers.connection.write-limit = 100MiB");
        var (ours, theirs) = await Connected(server, client);
        for (var i = 0; i < 20; i++)
        {
            ours.Send(Numbered(i, 10_000)); // More than the window: the rest waits at the remote.
        }

        await Paused(theirs);
        var heard = new Heard<UnknownMessage>();
        using var subscription = theirs.Subscribe<UnknownMessage>(heard.Add);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => Numbered(i, 10_000)), await heard.Take(20));

        var (more, others) = await Connected(server, client);
        more.Send(new FeeFilterMessage(1));
        more.Send(new FeeFilterMessage(2));
        await Until(async () => (await others.GetStatsAsync()).UnconsumedBytes == 2 * (32 + 128));
        Assert.Equal(new FeeFilterMessage(1), await others.Messages.ReadAsync().AsTask().WaitAsync(Patience));
        Assert.Equal(new FeeFilterMessage(2), await others.Messages.ReadAsync().AsTask().WaitAsync(Patience));
    }

    [Fact(DisplayName = "Who only subscribes never stalls the connection by what he does not hear")]
    public async Task Unwanted_messages_are_dropped()
    {
        await using var server = Start("server", "peers.connection.read-window = 64KiB");
        await using var client = Start("client", "peers.connection.write-limit = 100MiB");
        var (ours, theirs) = await Connected(server, client);
        var fees = new Heard<FeeFilterMessage>();
        using var subscription = theirs.Subscribe<FeeFilterMessage>(fees.Add);
        for (var i = 0; i < 200; i++)
        {
            ours.Send(Numbered(i, 10_000)); // 2 MB through a window of 64 KiB.
        }

        ours.Send(new FeeFilterMessage(1));
        await fees.Take(1);
        await Until(async () => (await theirs.GetStatsAsync()).UnconsumedBytes == 0);

        // From the first use of Messages on, what nobody subscribed to is there.
        var rest = theirs.Messages;
        Assert.False(rest.TryRead(out _));
        ours.Send(Numbered(7));
        Assert.Equal(Numbered(7), await rest.ReadAsync().AsTask().WaitAsync(Patience));
    }

    [Fact(DisplayName = "A slow subscriber slows its remote and nobody else; when it returns, the remote goes on")]
    public async Task Slow_subscribers_slow_the_remote()
    {
        using var slow = new ManualResetEventSlim();
        await using var server = Start("server", "peers.connection.read-window = 64KiB");
        await using var client = Start("client", "peers.connection.write-limit = 100MiB");
        var (ours, theirs) = await Connected(server, client);
        var (other, others) = await Connected(server, client);
        var heard = new Heard<UnknownMessage>();
        using var subscription = theirs.Subscribe<UnknownMessage>(message =>
        {
            slow.Wait();
            heard.Add(message);
        });
        using var everything = theirs.Subscribe<Message>(static _ => { }); // A fast one beside it gives no credit back alone.
        var sends = Enumerable.Range(0, 2_000).Select(i => ours.SendAsync(Numbered(i, 10_000))).ToList();
        await Paused(theirs);
        Assert.False(sends[^1].IsCompleted); // 20 MB are more than window and socket buffers hold.

        var unaffected = new Heard<FeeFilterMessage>();
        using var second = others.Subscribe<FeeFilterMessage>(unaffected.Add);
        other.Send(new FeeFilterMessage(1));
        await unaffected.Take(1);
        Assert.True((await theirs.GetStatsAsync()).ReadingPaused);

        slow.Set();
        Assert.Equal(Enumerable.Range(0, 2_000).Select(i => Numbered(i, 10_000)), await heard.Take(2_000));
        Assert.All(await Task.WhenAll(sends).WaitAsync(Patience), result => Assert.IsType<SendResult.Sent>(result));
    }

    [Fact(DisplayName = "A subscriber that throws is logged, hears the next message, and harms nobody")]
    public async Task Throwing_subscribers()
    {
        await using var server = Start("server", "peers.connection.read-window = 64KiB");
        await using var client = Start("client", "peers.connection.write-limit = 100MiB");
        var (ours, theirs) = await Connected(server, client);
        var (heard, beside) = (new Heard<UnknownMessage>(), new Heard<UnknownMessage>());
        using var throwing = theirs.Subscribe<UnknownMessage>(message =>
        {
            heard.Add(message);
            throw new InvalidOperationException("user code");
        });
        using var second = theirs.Subscribe<UnknownMessage>(beside.Add);
        for (var i = 0; i < 100; i++)
        {
            ours.Send(Numbered(i, 10_000)); // More than the window: what was thrown at has given its credit back.
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(i => Numbered(i, 10_000)), await heard.Take(100));
        await beside.Take(100);
        Assert.False(theirs.WhenStopped.IsCompleted);
    }

    [Fact(DisplayName = "After a subscription its type is in Messages again, from the first message that it did not hear")]
    public async Task Disposal()
    {
        await using var server = Start("server");
        await using var client = Start("client");
        var (ours, theirs) = await Connected(server, client);
        var rest = theirs.Messages;
        using var hold = new ManualResetEventSlim();
        var heard = new Heard<UnknownMessage>();
        var subscription = theirs.Subscribe<UnknownMessage>(message =>
        {
            heard.Add(message);
            hold.Wait();
        });
        for (var i = 0; i < 100; i++)
        {
            ours.Send(Numbered(i));
        }

        await heard.Take(1); // It is in its first message, the others wait for it.
        await Until(async () => (await theirs.GetStatsAsync()).Received["*other*"].Messages == 100);
        subscription.Dispose();
        subscription.Dispose();
        ours.Send(Numbered(100));
        hold.Set();
        for (var i = 1; i <= 100; i++)
        {
            Assert.Equal(Numbered(i), await rest.ReadAsync().AsTask().WaitAsync(Patience));
        }

        Assert.Equal(0, heard.Count);
    }

    [Fact(DisplayName = "A subscriber may end its own subscription, and disconnect the peer")]
    public async Task Disposal_by_the_subscriber()
    {
        await using var server = Start("server");
        await using var client = Start("client");
        var (ours, theirs) = await Connected(server, client);
        var heard = new Heard<FeeFilterMessage>();
        var subscription = new TaskCompletionSource<IDisposable>();
        subscription.SetResult(theirs.Subscribe<FeeFilterMessage>(message =>
        {
            subscription.Task.Result.Dispose();
            heard.Add(message);
        }));
        using var other = theirs.Subscribe<UnknownMessage>(_ => theirs.DisposeAsync().AsTask().Wait());
        ours.Send(new FeeFilterMessage(1));
        ours.Send(new FeeFilterMessage(2));
        Assert.Equal(new FeeFilterMessage(1), Assert.Single(await heard.Take(1))); // Before the peer goes: who disposes of it wants nothing more of it.
        ours.Send(Numbered(1));
        Assert.Equal(new DisconnectReason.Requested("disposed"), await theirs.WhenStopped.WaitAsync(Patience));
        Assert.Equal(0, heard.Count);
    }

    [Fact(DisplayName = "What was heard before the end is delivered after it")]
    public async Task After_the_end()
    {
        using var hold = new ManualResetEventSlim();
        await using var server = Start("server");
        await using var client = Start("client");
        var (ours, theirs) = await Connected(server, client);
        var heard = new Heard<UnknownMessage>();
        using var subscription = theirs.Subscribe<UnknownMessage>(message =>
        {
            hold.Wait();
            heard.Add(message);
        });
        for (var i = 0; i < 1_000; i++)
        {
            ours.Send(Numbered(i));
        }

        await ours.DisconnectAsync().WaitAsync(Patience);
        await theirs.WhenStopped.WaitAsync(Patience);
        hold.Set();
        Assert.Equal(Enumerable.Range(0, 1_000).Select(i => Numbered(i)), await heard.Take(1_000));
        await theirs.Messages.Completion.WaitAsync(Patience);
        theirs.Subscribe<UnknownMessage>(heard.Add).Dispose();
    }

    private static async Task<(IPeer Ours, IPeer Theirs)> Connected(PeerEngine server, PeerEngine client)
    {
        var ours = await client.ConnectAsync(await server.ListenAsync(AnyPort)).WaitAsync(Patience);
        return (ours, await server.Accepted.ReadAsync().AsTask().WaitAsync(Patience));
    }

    private static Task Paused(IPeer peer) => Until(async () => (await peer.GetStatsAsync()).ReadingPaused);

    private static async Task Until(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            await Task.Delay(10, patience.Token);
        }
    }

    private static UnknownMessage Numbered(int number, int size = 4)
    {
        var payload = new byte[size];
        BitConverter.TryWriteBytes(payload, number);
        return new UnknownMessage("number", payload);
    }

    /// <summary>What a subscriber heard, in order.</summary>
    private sealed class Heard<T> : IDisposable
    {
        private readonly BlockingCollection<T> _all = [];

        public int Count => _all.Count;

        public void Add(T message) => _all.Add(message);

        public Task<List<T>> Take(int count) => Task.Run(() =>
        {
            using var patience = new CancellationTokenSource(Patience);
            return Enumerable.Range(0, count).Select(_ => _all.Take(patience.Token)).ToList();
        });

        public void Dispose() => _all.Dispose();
    }
}
