using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Configuration;
using Peers.Wire;

namespace Peers.Tests.Loopback;

/// <summary>Stops in the worst moments: each completes, in its time, and throws nothing at its user.</summary>
public abstract class StopTests(string network) : IAsyncLifetime
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ActorSystem _system = ActorSystem.Create("stops", ConfigurationFactory.ParseString(
        $"akka {{ loglevel = OFF, stdout-loglevel = OFF }}\npeers {{ network = regtest, network-io = {network}, stop-timeout = 1s, connection.close-timeout = 1s }}"));

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _system.Terminate();

    [Fact(DisplayName = "Of peers that were accepted and have gone nothing is left in the engine, not even the name of an actor")]
    public async Task Nothing_is_left()
    {
        await using var server = PeerEngine.Start(_system, name: "server");
        await using var client = PeerEngine.Start(_system, name: "client");
        var at = await server.ListenAsync(AnyPort);
        var inboxes = new List<WeakReference>();
        for (var i = 0; i < 20; i++)
        {
            await using var ours = await client.ConnectAsync(at).WaitAsync(Patience);
            await using var theirs = await server.Accepted.ReadAsync().AsTask().WaitAsync(Patience);
            inboxes.Add(await InboxAsync());
            await ours.DisconnectAsync("seen enough").WaitAsync(Patience);
            await theirs.WhenStopped.WaitAsync(Patience);
        }

        using var patience = new CancellationTokenSource(Patience);
        while (inboxes.Count(inbox => inbox.IsAlive) > 2)
        {
            Assert.False(patience.IsCancellationRequested, $"{inboxes.Count(inbox => inbox.IsAlive)} of {inboxes.Count} inboxes are held");
            GC.Collect();
            await Task.Yield();
        }
    }

    /// <summary>The inbox of the one peer that the server has.</summary>
    private async Task<WeakReference> InboxAsync() =>
        new((await _system.ActorSelection("/user/server-front/*").Ask<ActorIdentity>(new Identify(1), Patience)).Subject);

    [Fact(DisplayName = "During sends to a remote that reads nothing: bounded, and each send has its result")]
    public async Task During_sends()
    {
        using var deaf = new TcpListener(AnyPort);
        deaf.Start();
        await using var engine = PeerEngine.Start(_system, PeerSettings.From(_system) with { UserAgent = "/stops:1/" });
        var connecting = engine.ConnectAsync(deaf.LocalEndpoint);
        using var socket = await deaf.AcceptSocketAsync();
        await HandshakeAsync(socket);
        var peer = await connecting.WaitAsync(Patience);
        var sends = Enumerable.Range(0, 70).Select(_ => peer.SendAsync(new UnknownMessage("bulk", new byte[100_000]))).ToList();
        await sends[0].WaitAsync(Patience);
        var request = peer.GetBlockAsync(Hash256.OfDouble([1]));

        await peer.DisposeAsync().AsTask().WaitAsync(Patience);
        var results = await Task.WhenAll(sends).WaitAsync(Patience);
        Assert.Contains(results, result => result is SendResult.Sent);
        Assert.Contains(results, result => result is SendResult.Dropped);
        Assert.IsType<Answer<Block>.PeerStopped>(await request.WaitAsync(Patience));
        Assert.Equal(new DisconnectReason.Requested("disposed"), await peer.WhenStopped);
    }

    [Theory(DisplayName = "During a handshake that never ends, and a dial: the connect fails, the stop completes")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task During_a_handshake(bool accepts)
    {
        using var silent = new TcpListener(AnyPort);
        silent.Start();
        var engine = PeerEngine.Start(_system);
        var dialled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var events = engine.Subscribe(happened => dialled.TrySetResult());
        var connecting = engine.ConnectAsync(silent.LocalEndpoint);
        await dialled.Task.WaitAsync(Patience);
        using var socket = accepts ? await silent.AcceptSocketAsync() : null;
        await engine.StopAsync().WaitAsync(Patience);
        var failure = await Assert.ThrowsAsync<PeerUnreachableException>(() => connecting.WaitAsync(Patience));
        Assert.Equal(new DisconnectReason.Requested("the engine stops"), failure.Reason);
    }

    [Fact(DisplayName = "Remotes that come and go where nobody accepts leave no more behind than may be connected at once")]
    public async Task Nobody_accepts()
    {
        var few = ConfigurationFactory.ParseString("peers.listen.max-inbound = 3").WithFallback(_system.Settings.Config);
        await using var server = PeerEngine.Start(_system, PeerSettings.From(few.WithFallback(PeerEngine.DefaultConfig)), "server");
        await using var client = PeerEngine.Start(_system, name: "client");
        var front = await _system.ActorSelection("/user/server-front").ResolveOne(Patience);
        var local = await server.ListenAsync(AnyPort);
        using var ready = new SemaphoreSlim(0);
        using var ended = new SemaphoreSlim(0);
        using var events = server.Subscribe(happened =>
        {
            if (happened is PeerReady or PeerStopped)
            {
                (happened is PeerReady ? ready : ended).Release();
            }
        });
        for (var i = 0; i < 20; i++)
        {
            await using (var peer = await client.ConnectAsync(local).WaitAsync(Patience))
            {
                peer.Send(new FeeFilterMessage(i)); // What nobody reads is what would stay.
                Assert.True(await ready.WaitAsync(Patience));
            }

            Assert.True(await ended.WaitAsync(Patience));
        }

        // The last of them may still be on their way out.
        using var patience = new CancellationTokenSource(Patience);
        while (((ActorRefWithCell)front).Children.Count() > 3)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), patience.Token);
        }

        Assert.Equal(3, server.Accepted.Count);
    }

    [Fact(DisplayName = "What was queued is written before a disposal ends")]
    public async Task Flushes()
    {
        await using var server = PeerEngine.Start(_system, name: "server");
        await using var client = PeerEngine.Start(_system, name: "client");
        var ours = await client.ConnectAsync(await server.ListenAsync(AnyPort)).WaitAsync(Patience);
        await using var theirs = await server.Accepted.ReadAsync().AsTask().WaitAsync(Patience);
        for (var i = 0; i < 1_000; i++)
        {
            ours.Send(new FeeFilterMessage(i));
        }

        await ours.DisposeAsync().AsTask().WaitAsync(Patience);
        await theirs.WhenStopped.WaitAsync(Patience);
        var heard = 0;
        await foreach (var message in theirs.Messages.ReadAllAsync())
        {
            heard += message is FeeFilterMessage ? 1 : 0;
        }

        Assert.Equal(1_000, heard);
    }

    [Fact(DisplayName = "Many at once, of all kinds, while everything is under way: all complete, one end each")]
    public async Task Many_at_once()
    {
        await using var server = PeerEngine.Start(_system, name: "server");
        var client = PeerEngine.Start(_system, PeerSettings.From(_system) with { Outbound = PeerSettings.From(_system).Outbound with { AllowDuplicates = true } }, "client");
        List<PeerStopped> ends = [];
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var events = client.Subscribe(happened =>
        {
            if (happened is PeerStopped end)
            {
                lock (ends)
                {
                    ends.Add(end);
                    if (ends.Count == 20)
                    {
                        told.TrySetResult();
                    }
                }
            }
        });
        var at = await server.ListenAsync(AnyPort);
        var peers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.ConnectAsync(at))).WaitAsync(Patience);
        var work = peers.SelectMany(peer => Enumerable.Range(0, 20).Select(i => (Task)peer.GetBlockAsync(Hash256.OfDouble([(byte)i])))).ToList();
        var stops = peers.SelectMany(peer => new[] { peer.DisposeAsync().AsTask(), peer.DisconnectAsync(), peer.DisposeAsync().AsTask(), peer.GetStatsAsync() })
            .Append(client.StopAsync()).Append(client.StopAsync()).Append(client.DisposeAsync().AsTask());
        await Task.WhenAll(stops).WaitAsync(Patience);
        await Task.WhenAll(work).WaitAsync(Patience);
        await told.Task.WaitAsync(Patience); // The subscriber is an actor of its own, and may still be at it.
        lock (ends)
        {
            Assert.Equal(20, ends.Select(end => end.Id).Distinct().Count());
            Assert.Equal(20, ends.Count);
        }
    }

    [Fact(DisplayName = "After everything is gone: calls complete, nothing throws")]
    public async Task After_the_end()
    {
        var server = PeerEngine.Start(_system, name: "server");
        var client = PeerEngine.Start(_system, name: "client");
        var peer = await client.ConnectAsync(await server.ListenAsync(AnyPort)).WaitAsync(Patience);
        await _system.Terminate().WaitAsync(Patience);

        await peer.WhenStopped.WaitAsync(Patience);
        peer.Send(new PingMessage(1));
        peer.Announce(InventoryVector.Block(default));
        Assert.IsType<SendResult.Dropped>(await peer.SendAsync(new PingMessage(1)).WaitAsync(Patience));
        Assert.IsType<Answer<Block>.PeerStopped>(await peer.GetBlockAsync(default).WaitAsync(Patience));
        Assert.IsType<SendResult.Dropped>(await peer.RequestHeadersAsync([]).WaitAsync(Patience));
        await peer.DisconnectAsync().WaitAsync(Patience);
        await peer.DisposeAsync().AsTask().WaitAsync(Patience);
        await client.StopAsync().WaitAsync(Patience);
        await server.DisposeAsync().AsTask().WaitAsync(Patience);
    }

    /// <summary>The remote's part of a handshake, by hand; it reads only what it must.</summary>
    private static async Task HandshakeAsync(Socket socket)
    {
        using var codec = MessageCodec.For(BitcoinNetwork.Regtest);
        await socket.SendAsync(codec.Encode(TestKit.ScriptedPeer.Version()));
        await socket.SendAsync(codec.Encode(VerAckMessage.Instance));
    }
}
