using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using Peers.Tests.Loopback.Kit;
using Peers.Wire;

namespace Peers.Tests.Loopback;

public sealed class AdoptionTests : EngineTests
{
    private static readonly IPEndPoint Somewhere = new(IPAddress.Parse("192.0.2.7"), 8333);

    [Fact(DisplayName = "Two engines joined by a pair of pipes meet, talk and part; each stream is disposed once")]
    public async Task Two_engines_meet_over_pipes()
    {
        await using var left = Start("left", "peers.connection.write-limit = 100MiB");
        await using var right = Start("right");
        var (ours, theirs) = await Joined(left, right);
        Assert.Equal((Direction.Outbound, Direction.Inbound), (ours.Remote.Direction, theirs.Remote.Direction));
        Assert.Equal(new IPEndPoint(IPAddress.Any, 0), ours.Remote.Endpoint);
        Assert.Equal(new IPEndPoint(IPAddress.Any, 0), ours.Remote.LocalEndpoint);
        Assert.True(ours.Remote.Features is { WtxIdRelay: true, AddressV2: true });

        var bulk = Enumerable.Range(0, 100).Select(i => new UnknownMessage("bulk", Bytes(i, 200_000))).ToList();
        var sends = bulk.ConvertAll(ours.SendAsync);
        foreach (var message in bulk)
        {
            Assert.Equal(message, await theirs.Messages.ReadAsync().AsTask().WaitAsync(Patience));
        }

        Assert.All(await Task.WhenAll(sends).WaitAsync(Patience), result => Assert.IsType<SendResult.Sent>(result));
        theirs.Send(new FeeFilterMessage(7));
        Assert.Equal(new FeeFilterMessage(7), await ours.Messages.ReadAsync().AsTask().WaitAsync(Patience));

        Assert.Equal(new DisconnectReason.Requested("enough"), await ours.DisconnectAsync("enough").WaitAsync(Patience));
        Assert.Equal(
            new DisconnectReason.RemoteClosed(PeerPhase.Ready, InsideMessage: false), await theirs.WhenStopped.WaitAsync(Patience));
        await StreamsAreDisposedOnce();
    }

    [Theory(DisplayName = "A version says where the remote was reached, as bytes: nothing when that was not told, or is the proxy's")]
    [InlineData(null, "00000000000000000000ffff00000000" + "0000")]
    [InlineData("198.51.100.9:9050", "00000000000000000000ffff00000000" + "0000")]
    [InlineData("198.51.100.9:1", "00000000000000000000ffff00000000" + "0000")]
    [InlineData("192.0.2.7:8333", "00000000000000000000ffffc0000207" + "208d")]
    [InlineData("[2001:db8::1]:8333", "20010db8000000000000000000000001" + "208d")]
    public async Task Versions_leak_nothing(string? remote, string expected)
    {
        await using var engine = Start("engine", "peers.proxy = \"198.51.100.9:9050\"");
        var (ours, theirs) = Pipes();
        using var given = new CancellationTokenSource();
        var adopting = engine.AdoptAsync(ours, Direction.Outbound, remote is null ? null : IPEndPoint.Parse(remote), cancellation: given.Token);
        var version = new byte[24 + 46]; // Header; then version, services and time before services and address of the receiver.
        await theirs.ReadExactlyAsync(version).AsTask().WaitAsync(Patience);
        Assert.Equal(expected, Convert.ToHexStringLower(version.AsSpan(24 + 4 + 8 + 8 + 8)));
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => adopting.WaitAsync(Patience));
    }

    [Fact(DisplayName = "What was queued before a disconnect is in the stream before it is disposed")]
    public async Task Nothing_queued_is_lost()
    {
        await using var left = Start("left");
        await using var right = Start("right");
        var (ours, theirs) = await Joined(left, right);
        for (var i = 0; i < 2_000; i++)
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

        Assert.Equal(Enumerable.Range(0, 2_000).Select(i => (long)i), heard);
    }

    [Fact(DisplayName = "A socket that the user opened, with its addresses")]
    public async Task Network_streams()
    {
        await using var left = Start("left");
        await using var right = Start("right");
        var (dialled, accepted) = await Sockets();
        var remote = (IPEndPoint)dialled.RemoteEndPoint!;
        var ours = left.AdoptAsync(Watched(new NetworkStream(dialled, ownsSocket: true)), Direction.Outbound, remote);
        var theirs = right.AdoptAsync(Watched(new NetworkStream(accepted, ownsSocket: true)), Direction.Inbound, (IPEndPoint)accepted.RemoteEndPoint!);
        Assert.Equal(remote, (await ours.WaitAsync(Patience)).Remote.Endpoint);
        Assert.Equal(remote, (await theirs.WaitAsync(Patience)).Remote.OurAddress.ToIPEndPoint());
        await left.StopAsync().WaitAsync(Patience);
        Assert.IsType<DisconnectReason.RemoteClosed>(await (await theirs).WhenStopped.WaitAsync(Patience));
        await StreamsAreDisposedOnce();
    }

    [Fact(DisplayName = "A TLS stream")]
    public async Task Tls_streams()
    {
        await using var left = Start("left");
        await using var right = Start("right");
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=peer.example", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var (dialled, accepted) = await Sockets();
        var client = new SslStream(
            new NetworkStream(dialled, ownsSocket: true), false, (_, shown, _, _) => shown!.GetRawCertData().SequenceEqual(certificate.RawData));
        var server = new SslStream(new NetworkStream(accepted, ownsSocket: true));
        await Task.WhenAll(client.AuthenticateAsClientAsync("peer.example"), server.AuthenticateAsServerAsync(certificate)).WaitAsync(Patience);

        var ours = left.AdoptAsync(Watched(client), Direction.Outbound);
        var theirs = await right.AdoptAsync(Watched(server), Direction.Inbound).WaitAsync(Patience);
        for (var i = 0; i < 10; i++)
        {
            var bulk = new UnknownMessage("bulk", Bytes(i, 200_000));
            (await ours.WaitAsync(Patience)).Send(bulk);
            Assert.Equal(bulk, await theirs.Messages.ReadAsync().AsTask().WaitAsync(Patience));
        }

        await (await ours).DisposeAsync().AsTask().WaitAsync(Patience);
        await theirs.DisposeAsync().AsTask().WaitAsync(Patience);
        await StreamsAreDisposedOnce();
    }

    [Theory(DisplayName = "A stream that fails ends its connection with one typed end, and is disposed once")]
    [InlineData("read throws", "no reading")]
    [InlineData("read throws at once", "no reading")]
    [InlineData("read is cancelled", "A task was canceled.")]
    [InlineData("read lies", "the stream says that it read 65537 bytes into 65536")]
    [InlineData("write throws", "no writing")]
    [InlineData("write throws at once", "Specified method is not supported.")]
    [InlineData("closed before", "Writing is not allowed after writer was completed.")]
    public async Task Faults(string fault, string why)
    {
        await using var engine = Start("engine");
        using var ends = EndsOf(engine);
        var (ours, theirs) = Pipes();
        switch (fault)
        {
            case "read throws":
                ours.OnRead = static async (_, _) =>
                {
                    await Task.Yield();
                    throw new IOException("no reading");
                };
                break;
            case "read throws at once":
                ours.OnRead = static (_, _) => throw new IOException("no reading");
                break;
            case "read is cancelled":
                ours.OnRead = static (_, _) => throw new TaskCanceledException();
                break;
            case "read lies":
                ours.OnRead = static (buffer, _) => ValueTask.FromResult(buffer.Length + 1);
                break;
            case "write throws":
                ours.OnWrite = static async (_, _) =>
                {
                    await Task.Yield();
                    throw new IOException("no writing");
                };
                break;
            case "write throws at once":
                ours.OnWrite = static (_, _) => throw new NotSupportedException();
                break;
            default:
                var closed = DuplexPipe.Pair().Left;
                await closed.DisposeAsync();
                ours.OnRead = async (_, cancellation) => // A closed pipe says that before it says that it is closed.
                {
                    await Task.Delay(Timeout.Infinite, cancellation);
                    return 0;
                };
                ours.OnWrite = closed.WriteAsync;
                break;
        }

        var unreachable = await Assert.ThrowsAsync<PeerUnreachableException>(
            () => engine.AdoptAsync(ours, Direction.Outbound, Somewhere).WaitAsync(Patience));
        var reason = Assert.IsType<DisconnectReason.ConnectionReset>(unreachable.Reason);
        Assert.Equal((PeerPhase.Handshaking, why), (reason.Phase, reason.Why.Split('\n')[0]));
        await EndsOnce(engine, ends, unreachable.Reason);
        await theirs.DisposeAsync();
        await StreamsAreDisposedOnce();
    }

    [Fact(DisplayName = "A remote that finishes its side: that is its end, told as such")]
    public async Task Half_close()
    {
        await using var engine = Start("engine");
        using var ends = EndsOf(engine);
        var (left, right) = DuplexPipe.Pair();
        await using var theirs = right;
        right.Finish();
        var unreachable = await Assert.ThrowsAsync<PeerUnreachableException>(
            () => engine.AdoptAsync(Watched(left), Direction.Inbound).WaitAsync(Patience));
        await EndsOnce(engine, ends, new DisconnectReason.RemoteClosed(PeerPhase.Handshaking, InsideMessage: false));
        Assert.Equal(ends.All.Single().Reason, unreachable.Reason);
        await StreamsAreDisposedOnce();
    }

    [Fact(DisplayName = "A stream that throws when it is disposed harms nobody")]
    public async Task Dispose_throws()
    {
        await using var left = Start("left");
        await using var right = Start("right");
        using var ends = EndsOf(left);
        var (ours, theirs) = Pipes();
        ours.OnDispose = static () => throw new InvalidOperationException("no disposal");
        var (peer, other) = await Joined(left.AdoptAsync(ours, Direction.Outbound), right.AdoptAsync(theirs, Direction.Inbound));
        Assert.Equal(new DisconnectReason.Requested("enough"), await peer.DisconnectAsync("enough").WaitAsync(Patience));
        await other.WhenStopped.WaitAsync(Patience);
        await EndsOnce(left, ends, new DisconnectReason.Requested("enough"));
        await StreamsAreDisposedOnce();
    }

    [Theory(DisplayName = "A read that never returns, or blocks its thread, holds up no stop")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reads_that_hang(bool blocks)
    {
        using var never = new ManualResetEventSlim();
        await using var engine = Start("engine");
        using var ends = EndsOf(engine);
        var (ours, _) = Pipes();
        var reading = new TaskCompletionSource();
        ours.OnRead = async (_, _) =>
        {
            reading.TrySetResult();
            if (blocks)
            {
                never.Wait(CancellationToken.None);
            }

            await new TaskCompletionSource().Task;
            return 0;
        };
        var adopting = engine.AdoptAsync(ours, Direction.Inbound);
        await reading.Task.WaitAsync(Patience);
        await engine.StopAsync().WaitAsync(Patience);
        var unreachable = await Assert.ThrowsAsync<PeerUnreachableException>(() => adopting.WaitAsync(Patience));
        Assert.Equal(new DisconnectReason.Requested("the engine stops"), unreachable.Reason);
        await ours.Disposed.WaitAsync(Patience);
        Assert.Equal(1, ours.Disposals);
        Assert.Equal(unreachable.Reason, (await ends.Next()).Reason);
        Assert.Single(ends.All);
        never.Set();
    }

    [Fact(DisplayName = "A stream is not disposed of in the middle of a read or a write that minds its token")]
    public async Task Nothing_is_disposed_of_in_use()
    {
        await using var engine = Start("engine", "peers { connection.close-timeout = 15s, stop-timeout = 20s }"); // What hangs is another test's; here a slow machine must not count as that.
        var (ours, _) = Pipes();
        var (inUse, disposedInUse) = (0, -1);
        async Task Use(CancellationToken cancellation)
        {
            Interlocked.Increment(ref inUse);
            try
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }
            catch (OperationCanceledException)
            {
                await Task.Yield();
                Interlocked.Decrement(ref inUse);
                throw;
            }
        }

        var writing = new TaskCompletionSource();
        ours.OnRead = async (_, cancellation) =>
        {
            await Use(cancellation);
            return 0;
        };
        ours.OnWrite = async (_, cancellation) =>
        {
            writing.TrySetResult();
            await Use(cancellation);
        };
        ours.OnDispose = () => disposedInUse = Volatile.Read(ref inUse);
        using var given = new CancellationTokenSource();
        var adopting = engine.AdoptAsync(ours, Direction.Outbound, cancellation: given.Token);
        await writing.Task.WaitAsync(Patience);
        await engine.StopAsync().WaitAsync(Patience);
        await Assert.ThrowsAsync<PeerUnreachableException>(() => adopting.WaitAsync(Patience));
        await ours.Disposed.WaitAsync(Patience);
        Assert.Equal(0, disposedInUse);
    }

    [Fact(DisplayName = "A dispose that never returns holds up a stop no longer than a close may take")]
    public async Task Disposals_that_hang()
    {
        using var never = new ManualResetEventSlim();
        await using var engine = Start("engine", "peers { connection.close-timeout = 200ms, stop-timeout = 10s }");
        await using var right = Start("right");
        using var ends = EndsOf(engine);
        var (ours, theirs) = Pipes();
        ours.OnDispose = never.Wait;
        var adopting = right.AdoptAsync(theirs, Direction.Inbound);
        await using var peer = await engine.AdoptAsync(ours, Direction.Outbound).WaitAsync(Patience);
        var before = DateTimeOffset.UtcNow;
        await engine.StopAsync().WaitAsync(Patience);
        Assert.InRange(DateTimeOffset.UtcNow - before, TimeSpan.Zero, TimeSpan.FromSeconds(8));
        Assert.Equal(new DisconnectReason.Requested("the engine stops"), (await ends.Next()).Reason);
        await adopting.WaitAsync(Patience);
        never.Set();
        await right.StopAsync().WaitAsync(Patience);
        await StreamsAreDisposedOnce();
    }

    [Fact(DisplayName = "A connection that a limit forbids: refused, told once, its stream disposed once")]
    public async Task Limits()
    {
        await using var engine = Start("engine", "peers { outbound.max = 0, listen.max-inbound = 0 }");
        using var ends = EndsOf(engine);
        var (outbound, inbound) = Pipes();
        var refused = await Assert.ThrowsAsync<PeerUnreachableException>(
            () => engine.AdoptAsync(outbound, Direction.Outbound).WaitAsync(Patience));
        Assert.Equal(new DisconnectReason.Refused("peers.outbound.max = 0 is reached"), refused.Reason);
        await EndsOnce(engine, ends, refused.Reason);
        refused = await Assert.ThrowsAsync<PeerUnreachableException>(() => engine.AdoptAsync(inbound, Direction.Inbound).WaitAsync(Patience));
        Assert.Equal(new DisconnectReason.Refused("peers.listen.max-inbound = 0 is reached"), refused.Reason);
        await StreamsAreDisposedOnce();
    }

    [Fact(DisplayName = "Remotes that nobody told, or behind the proxy, are no duplicates of each other; one that was told is one of itself")]
    public async Task Duplicates()
    {
        await using var left = Start("left", "peers { outbound.allow-duplicates = off, proxy = \"198.51.100.9:9050\" }");
        await using var right = Start("right");
        await Joined(left, right);
        await Joined(left, right);
        await Joined(left, right, IPEndPoint.Parse("198.51.100.9:9050"));
        await Joined(left, right, IPEndPoint.Parse("198.51.100.9:9050"));
        await Joined(left, right, Somewhere);
        var twice = await Assert.ThrowsAsync<PeerUnreachableException>(
            () => left.AdoptAsync(Pipes().Ours, Direction.Outbound, Somewhere).WaitAsync(Patience));
        Assert.Equal(new DisconnectReason.Refused("192.0.2.7:8333 is connected already"), twice.Reason);
    }

    [Fact(DisplayName = "An engine that adopts both ends of a stream finds out that it met itself")]
    public async Task Self_connection()
    {
        await using var engine = Start("engine");
        var (ours, theirs) = Pipes();
        var both = new[] { engine.AdoptAsync(ours, Direction.Outbound), engine.AdoptAsync(theirs, Direction.Inbound) };
        foreach (var half in both)
        {
            var refused = await Assert.ThrowsAsync<PeerUnreachableException>(() => half.WaitAsync(Patience));
            Assert.Equal(new DisconnectReason.SelfConnection(), refused.Reason);
        }

        await StreamsAreDisposedOnce();
    }

    [Theory(DisplayName = "An adoption that comes when the engine is no more: refused, its stream disposed once")]
    [InlineData("stopped")]
    [InlineData("manager killed")]
    [InlineData("manager stopped")]
    [InlineData("system gone")]
    public async Task Too_late(string how)
    {
        await using var engine = Start("engine");
        using var ends = EndsOf(engine);
        await engine.GetPeersAsync().WaitAsync(Patience);
        switch (how)
        {
            case "stopped":
                await engine.StopAsync().WaitAsync(Patience);
                break;
            case "manager killed":
                engine.Manager.Tell(Kill.Instance);
                break;
            case "manager stopped":
                Assert.True(await engine.Manager.GracefulStop(Patience));
                break;
            default:
                await System.Terminate().WaitAsync(Patience);
                break;
        }

        var (ours, theirs) = Pipes();
        await theirs.DisposeAsync();
        var refused = await Assert.ThrowsAsync<PeerUnreachableException>(() => engine.AdoptAsync(ours, Direction.Inbound).WaitAsync(Patience));
        Assert.Equal(new DisconnectReason.Refused("the engine is gone"), refused.Reason);
        await StreamsAreDisposedOnce();
    }

    [Theory(DisplayName = "An actor's adoption by an engine that stops, or is gone: one end to its listener, the stream disposed once")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Too_late_for_actors(bool gone)
    {
        await using var engine = Start("engine");
        if (gone)
        {
            await engine.StopAsync().WaitAsync(Patience);
        }

        var listener = new Listener(System);
        var (ours, _) = Pipes();
        if (!gone)
        {
            engine.Manager.Tell(StopEngine.Instance);
        }

        engine.Manager.Tell(new Adopt(ours, Direction.Inbound, Listener: listener.Ref));
        var reason = Assert.IsType<DisconnectReason.Refused>((await listener.Next<PeerStopped>()).Reason);
        Assert.Contains(reason.Why, new[] { "the engine is gone", "the engine stops" });
        await ours.Disposed.WaitAsync(Patience);
        await engine.StopAsync().WaitAsync(Patience);
        Assert.Equal(1, ours.Disposals);
        Assert.Empty(listener.Rest());
    }

    [Fact(DisplayName = "An adoption that is given up: cancelled, its stream disposed once")]
    public async Task Given_up()
    {
        await using var engine = Start("engine");
        using var ends = EndsOf(engine);
        using var before = new CancellationTokenSource();
        await before.CancelAsync();
        var (first, second) = Pipes();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.AdoptAsync(first, Direction.Inbound, cancellation: before.Token));
        await first.Disposed.WaitAsync(Patience);

        using var during = new CancellationTokenSource();
        second.OnRead = async (_, cancellation) =>
        {
            await during.CancelAsync();
            await Task.Delay(Timeout.Infinite, cancellation);
            return 0;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => engine.AdoptAsync(second, Direction.Inbound, cancellation: during.Token).WaitAsync(Patience));
        await EndsOnce(engine, ends, new DisconnectReason.Requested("cancelled"));
        await StreamsAreDisposedOnce();
    }

    [Fact(DisplayName = "A token that is cancelled after the handshake ends nothing: it gave up the waiting, which is over")]
    public async Task Cancelled_too_late()
    {
        await using var left = Start("left");
        await using var right = Start("right");
        using var cancellation = new CancellationTokenSource();
        var (ours, theirs) = Pipes();
        var adopting = right.AdoptAsync(theirs, Direction.Inbound);
        await using var peer = await left.AdoptAsync(ours, Direction.Outbound, cancellation: cancellation.Token).WaitAsync(Patience);
        await using var other = await adopting.WaitAsync(Patience);
        await cancellation.CancelAsync();
        await left.GetPeersAsync().WaitAsync(Patience);
        other.Send(new FeeFilterMessage(1));
        Assert.Equal(new FeeFilterMessage(1), await peer.Messages.ReadAsync().AsTask().WaitAsync(Patience));
        Assert.False(peer.WhenStopped.IsCompleted);
    }

    [Fact(DisplayName = "A remote that does not read a stream is a slow reader, as on a socket")]
    public async Task Slow_reader()
    {
        await using var left = Start("left", "peers.connection { write-limit = 1MiB, close-timeout = 200ms }");
        await using var right = Start("right", "peers.connection.read-window = 64KiB");
        var (ours, _) = await Joined(left, right);
        for (var i = 0; i < 100; i++)
        {
            ours.Send(new UnknownMessage("bulk", new byte[50_000]));
        }

        Assert.IsType<DisconnectReason.SlowReader>(await ours.WhenStopped.WaitAsync(Patience));
        await right.StopAsync().WaitAsync(Patience);
        await StreamsAreDisposedOnce();
    }

    [Theory(DisplayName = "An actor that speaks Akka.IO's protocol is a socket; a refused one is aborted")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sockets_behind_actors(bool refused)
    {
        await using var engine = Start("engine", refused ? "peers.listen.max-inbound = 0" : "");
        await using var client = Start("client", "peers.connection.connect-timeout = 1s");
        var listener = new Listener(System);
        var acceptor = System.ActorOf(Props.Create(() => new Acceptor(engine.Manager, listener.Ref)));
        var at = (IPEndPoint)(await acceptor.Ask<Akka.IO.Tcp.Bound>(new IPEndPoint(IPAddress.Loopback, 0), Patience)).LocalAddress;
        var connecting = client.ConnectAsync(at).WaitAsync(Patience);
        if (refused)
        {
            await Assert.ThrowsAsync<PeerUnreachableException>(() => connecting);
            Assert.Equal(
                new DisconnectReason.Refused("peers.listen.max-inbound = 0 is reached"), (await listener.Next<PeerStopped>()).Reason);
            return;
        }

        await using var ours = await connecting;
        var theirs = await listener.Next<PeerReady>();
        Assert.Equal((Direction.Inbound, ours.Remote.LocalEndpoint, at), (theirs.Remote.Direction, theirs.Remote.Endpoint, theirs.Remote.LocalEndpoint));
        ours.Send(new FeeFilterMessage(5));
        Assert.Equal(new FeeFilterMessage(5), (await listener.Next<PeerMessage>()).Message);
        await ours.DisconnectAsync().WaitAsync(Patience);
        Assert.IsType<DisconnectReason.RemoteClosed>((await listener.Next<PeerStopped>()).Reason);
    }

    private async Task<(IPeer Ours, IPeer Theirs)> Joined(PeerEngine left, PeerEngine right, IPEndPoint? remote = null)
    {
        var (ours, theirs) = Pipes();
        return await Joined(left.AdoptAsync(ours, Direction.Outbound, remote), right.AdoptAsync(theirs, Direction.Inbound));
    }

    /// <summary>When one of them fails, the other knows why.</summary>
    private static async Task<(IPeer Ours, IPeer Theirs)> Joined(Task<IPeer> ours, Task<IPeer> theirs)
    {
        var both = Task.WhenAll(ours, theirs);
        try
        {
            var peers = await both.WaitAsync(Patience);
            return (peers[0], peers[1]);
        }
        catch (PeerUnreachableException)
        {
            throw new InvalidOperationException(string.Join('\n', both.Exception!.InnerExceptions.Select(fault => fault.Message)));
        }
    }

    /// <summary>An engine tells that end and, having told everything, no other.</summary>
    private static async Task EndsOnce(PeerEngine engine, Ends ends, DisconnectReason reason)
    {
        Assert.Equal(reason, (await ends.Next()).Reason);
        await engine.GetPeersAsync().WaitAsync(Patience);
        Assert.Equal(reason, Assert.Single(ends.All).Reason);
    }

    private static async Task<(Socket Dialled, Socket Accepted)> Sockets()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var dialled = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await dialled.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        return (dialled, await listener.AcceptSocketAsync());
    }

    private static byte[] Bytes(int seed, int count)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Accepts connections itself and has an engine adopt them.</summary>
    private sealed class Acceptor(IActorRef manager, IActorRef listener) : UntypedActor
    {
        private IActorRef _asker = ActorRefs.Nobody;

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case IPEndPoint local:
                    _asker = Sender;
                    Akka.IO.Tcp.Manager(Context.System).Tell(new Akka.IO.Tcp.Bind(Self, local, pullMode: true));
                    break;
                case Akka.IO.Tcp.Bound bound:
                    _asker.Tell(bound);
                    break;
                case Akka.IO.Tcp.Connected connected:
                    manager.Tell(new AdoptSocket(
                        Sender, Direction.Inbound, (IPEndPoint)connected.RemoteAddress, (IPEndPoint)connected.LocalAddress, listener));
                    break;
            }
        }
    }
}
