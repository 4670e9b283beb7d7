using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Configuration;
using Peers.Wire;

namespace Peers.Tests.Loopback;

/// <summary>Whole engines over real sockets, on ports that the system chooses.</summary>
public abstract class LoopbackTests : IAsyncLifetime
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ActorSystem _system;
    private readonly NetworkIo _network;

    protected LoopbackTests(NetworkIo network)
    {
        _network = network;
        _system = ActorSystem.Create("loopback", ConfigurationFactory.ParseString(
            "akka { loglevel = OFF, stdout-loglevel = OFF }\npeers { network = regtest, outbound.max = 2000, listen.max-inbound = 2000, outbound.allow-duplicates = on }"));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _system.Terminate();

    [Fact(DisplayName = "Two engines of one process meet, talk, ping and part")]
    public async Task Two_engines_meet()
    {
        await using var server = Start("server");
        await using var client = Start("client");
        var at = await server.ListenAsync(AnyPort);
        await using var ours = await client.ConnectAsync(at).WaitAsync(Patience);
        await using var theirs = await server.Accepted.ReadAsync().AsTask().WaitAsync(Patience);
        Assert.Equal((Direction.Outbound, Direction.Inbound), (ours.Remote.Direction, theirs.Remote.Direction));
        Assert.Equal(at, ours.Remote.Endpoint);
        Assert.Equal(ours.Remote.LocalEndpoint, theirs.Remote.Endpoint);
        Assert.True(ours.Remote.Features is { WtxIdRelay: true, AddressV2: true, ProtocolVersion: 70016 });

        var inventory = new InvMessage([InventoryVector.Block(Hash256.OfDouble([1]))]);
        Assert.IsType<SendResult.Sent>(await ours.SendAsync(inventory).WaitAsync(Patience));
        Assert.Equal(inventory, await theirs.Messages.ReadAsync().AsTask().WaitAsync(Patience));

        ours.Actor.Tell(PingNow.Instance);
        Assert.IsType<PongMessage>(await ours.Messages.ReadAsync().AsTask().WaitAsync(Patience));
        var stats = await ours.GetStatsAsync();
        Assert.Equal(1, stats.Ping.Answered);
        Assert.Equal(1, stats.Sent["inv"].Messages);

        Assert.Equal(new DisconnectReason.Requested("enough"), await ours.DisconnectAsync("enough").WaitAsync(Patience));
        Assert.IsType<DisconnectReason.RemoteClosed>(await theirs.WhenStopped.WaitAsync(Patience));
        Assert.Equal(PeerPhase.Leaving, (await ours.GetStatsAsync()).Phase);
        Assert.IsType<SendResult.Dropped>(await ours.SendAsync(inventory));
        ours.Send(inventory);
        await ours.Messages.Completion.WaitAsync(Patience);
    }

    [Fact(DisplayName = "What was queued before a disconnect arrives, and is still there to be read after the end")]
    public async Task Nothing_queued_is_lost()
    {
        await using var server = Start("server");
        await using var client = Start("client");
        await using var ours = await client.ConnectAsync(await server.ListenAsync(AnyPort)).WaitAsync(Patience);
        await using var theirs = await server.Accepted.ReadAsync().AsTask().WaitAsync(Patience);
        for (var i = 0; i < 5_000; i++)
        {
            ours.Send(new FeeFilterMessage(i));
        }

        await ours.DisconnectAsync("done").WaitAsync(Patience);
        await theirs.WhenStopped.WaitAsync(Patience);
        List<long> heard = [];
        await foreach (var message in theirs.Messages.ReadAllAsync())
        {
            heard.Add(((FeeFilterMessage)message).FeeRate);
        }

        Assert.Equal(Enumerable.Range(0, 5_000).Select(i => (long)i), heard);
    }

    [Fact(DisplayName = "Reading is the back-pressure: while nobody reads, the remote cannot write without end")]
    public async Task Unread_messages_slow_the_remote()
    {
        await using var server = Start("server", "peers.connection.read-window = 256KiB");
        await using var client = Start("client", "peers.connection.write-limit = 1000MiB");
        await using var ours = await client.ConnectAsync(await server.ListenAsync(AnyPort)).WaitAsync(Patience);
        await using var theirs = await server.Accepted.ReadAsync().AsTask().WaitAsync(Patience);
        var bulk = new UnknownMessage("bulk", new byte[100_000]);
        var sends = Enumerable.Range(0, 500).Select(_ => ours.SendAsync(bulk)).ToList();
        await sends[0].WaitAsync(Patience);
        Assert.False(sends[^1].IsCompleted); // 50 MB are more than window and socket buffers hold.

        var heard = 0;
        while (heard < 500)
        {
            await theirs.Messages.ReadAsync().AsTask().WaitAsync(Patience);
            heard++;
        }

        Assert.All(await Task.WhenAll(sends).WaitAsync(Patience), result => Assert.IsType<SendResult.Sent>(result));
    }

    [Fact(DisplayName = "A dead remote, an unknown name, a port in use: each says what it is")]
    public async Task Failures_say_what_they_are()
    {
        await using var server = Start("server");
        await using var client = Start("client");
        var at = await server.ListenAsync(AnyPort);
        var inUse = await Assert.ThrowsAsync<ListenException>(() => client.ListenAsync(at));
        Assert.Equal($"cannot listen on {at}: port {at.Port} is in use", inUse.Message);
        await server.StopAsync();
        var dead = await Assert.ThrowsAsync<PeerUnreachableException>(() => client.ConnectAsync(at)).WaitAsync(Patience);
        Assert.Equal(new DisconnectReason.ConnectFailed(_network == NetworkIo.Sockets ? "connection refused" : "connection refused or host unreachable"), dead.Reason);
        var named = Start("named", change: settings => settings with { Resolve = _ => throw new SocketException((int)SocketError.HostNotFound) });
        await using var _ = named;
        var unknown = await Assert.ThrowsAsync<PeerUnreachableException>(() => named.ConnectAsync(new DnsEndPoint("seed.example", 1))).WaitAsync(Patience);
        Assert.Contains("the name cannot be resolved", unknown.Message, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A name with several addresses: the next one is tried when one refuses")]
    public async Task Names_are_tried_address_by_address()
    {
        await using var server = Start("server");
        var at = await server.ListenAsync(AnyPort);
        await using var client = Start("client", change: settings => settings with
        {
            Resolve = name => Task.FromResult<IPAddress[]>(name == "seed.example" ? [IPAddress.Parse("127.0.0.2"), IPAddress.Loopback] : []),
        });
        await using var peer = await client.ConnectAsync(new DnsEndPoint("seed.example", at.Port)).WaitAsync(Patience);
        Assert.Equal(at, peer.Remote.Endpoint);
        await Assert.ThrowsAsync<PeerUnreachableException>(() => client.ConnectAsync(new DnsEndPoint("empty.example", 1))).WaitAsync(Patience);
    }

    [Fact(DisplayName = "A dial can be given up, and the connection goes with it")]
    public async Task Dials_can_be_cancelled()
    {
        using var silent = new TcpListener(AnyPort);
        silent.Start();
        await using var client = Start("client");
        var stopped = new TaskCompletionSource<PeerStopped>();
        using var events = client.Subscribe(happened =>
        {
            if (happened is PeerStopped end)
            {
                stopped.TrySetResult(end);
            }
        });
        using var cancellation = new CancellationTokenSource();
        var connecting = client.ConnectAsync(silent.LocalEndpoint, cancellation.Token);
        using var accepted = await silent.AcceptTcpClientAsync().WaitAsync(Patience);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.WaitAsync(Patience));
        Assert.Equal(new DisconnectReason.Requested("cancelled"), (await stopped.Task.WaitAsync(Patience)).Reason);
    }

    [Fact(DisplayName = "A subscriber's code that throws harms nobody")]
    public async Task Throwing_subscribers_are_harmless()
    {
        await using var server = Start("server");
        await using var client = Start("client");
        var heard = 0;
        using var events = client.Subscribe(_ =>
        {
            heard++;
            throw new InvalidOperationException("user code");
        });
        await using (await client.ConnectAsync(await server.ListenAsync(AnyPort)).WaitAsync(Patience))
        {
            Assert.Single(await client.GetPeersAsync());
        }

        await client.StopAsync();
        Assert.True(heard >= 2);
    }

    [Fact(DisplayName = "Announcements and broadcasts reach the peers that they are for")]
    public async Task Announcements_reach_peers()
    {
        await using var server = Start("server", "peers.trickle.policy = immediate");
        await using var client = Start("client");
        await using var ours = await client.ConnectAsync(await server.ListenAsync(AnyPort)).WaitAsync(Patience);
        await using var theirs = await server.Accepted.ReadAsync().AsTask().WaitAsync(Patience);
        var block = InventoryVector.Block(Hash256.OfDouble([9]));
        server.Announce(block);
        server.Announce(InventoryVector.Block(Hash256.OfDouble([8])), except: theirs.Id);
        server.Broadcast(new FeeFilterMessage(1), new PeerFilter(Direction.Outbound));
        server.Broadcast(new FeeFilterMessage(2), new PeerFilter(Direction.Inbound));
        var first = await ours.Messages.ReadAsync().AsTask().WaitAsync(Patience);
        var second = await ours.Messages.ReadAsync().AsTask().WaitAsync(Patience);

        // Announcements take a way of their own: their order among other messages is not promised.
        Assert.Equal([new FeeFilterMessage(2), new InvMessage([block])], new[] { first, second }.OrderBy(message => message.Command));
    }

    [Fact(DisplayName = "Stopping an engine with 1,000 connections takes under 5 s, ends each once and leaves no socket")]
    public async Task Thousand_connections_stop()
    {
        await using var server = Start("server", "peers.connection.frame-size = 4KiB");
        await using var client = Start("client", "peers.connection.frame-size = 4KiB");
        var at = await server.ListenAsync(AnyPort);
        List<PeerStopped> stopped = [];
        using var events = server.Subscribe(happened =>
        {
            if (happened is PeerStopped end)
            {
                lock (stopped)
                {
                    stopped.Add(end);
                }
            }
        });
        for (var batch = 0; batch < 10; batch++)
        {
            await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.ConnectAsync(at))).WaitAsync(Patience);
        }

        Assert.Equal(1_000, (await client.GetPeersAsync()).Count(peer => peer.Phase == PeerPhase.Ready));
        await server.StopAsync().WaitAsync(TimeSpan.FromSeconds(5));
        await client.StopAsync().WaitAsync(TimeSpan.FromSeconds(5));
        Assert.DoesNotContain(IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections(), connection =>
            (connection.LocalEndPoint.Port == at.Port || connection.RemoteEndPoint.Port == at.Port) && connection.State == TcpState.Established);
        Assert.DoesNotContain(IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners(), listener => listener.Port == at.Port);
        lock (stopped)
        {
            Assert.Equal(1_000, stopped.Select(end => end.Id).Distinct().Count());
            Assert.Equal(1_000, stopped.Count);
        }
    }

    private PeerEngine Start(string name, string hocon = "", Func<PeerSettings, PeerSettings>? change = null)
    {
        var settings = PeerSettings.From(ConfigurationFactory.ParseString(hocon).WithFallback(_system.Settings.Config).WithFallback(PeerEngine.DefaultConfig));
        return PeerEngine.Start(_system, (change?.Invoke(settings) ?? settings) with { NetworkIo = _network }, name);
    }
}
