using System.Net;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Configuration;
using Peers.Wire;

namespace Peers.Hostile.Tests.RealSockets;

/// <summary>Rows in which the kernel matters, over real sockets: the engine's own end is typed, once, and a well-behaved peer is served all along.</summary>
public sealed class RealSocketTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5); // One second, on a machine that does other things as well.

    private readonly ActorSystem _system = ActorSystem.Create("hostile", ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }"));
    private readonly Channel<PeerStopped> _stopped = Channel.CreateUnbounded<PeerStopped>();
    private PeerEngine _engine = null!;
    private IPEndPoint _endpoint = null!;
    private Caller _sentinel = null!;
    private ulong _pings = 1_000;

    public Task InitializeAsync() => Task.CompletedTask;

    private async Task StartAsync(string hocon = "")
    {
        var config = ConfigurationFactory.ParseString($"peers.network = regtest\n{hocon}").WithFallback(PeerEngine.DefaultConfig);
        _engine = PeerEngine.Start(_system, PeerSettings.From(config));
        _engine.Subscribe(happened =>
        {
            if (happened is PeerStopped stopped)
            {
                _stopped.Writer.TryWrite(stopped);
            }
        });
        _endpoint = await _engine.ListenAsync(new IPEndPoint(IPAddress.Loopback, 0));
        _sentinel = await Caller.JoinAsync(_endpoint, 1);
    }

    public async Task DisposeAsync()
    {
        await SentinelIsServedAsync();
        _sentinel.Dispose();
        await _engine.DisposeAsync();
        await _system.Terminate();
    }

    public static TheoryData<string, int, PeerPhase> Resets => new() { { "38", 10, PeerPhase.Ready }, { "38", 28, PeerPhase.Ready }, { "29", -100, PeerPhase.Handshaking } };

    [AlsoRow("29")]
    [AlsoRow("38")]
    [Theory(DisplayName = "A reset inside a header, a payload, the handshake")]
    [MemberData(nameof(Resets))]
    public async Task Resets_inside(string row, int behindHandshake, PeerPhase phase)
    {
        await StartAsync();
        var reason = await EndOfAsync(new Fault { ResetAfter = Handshake.Length + behindHandshake });
        Assert.True(reason is DisconnectReason.ConnectionReset reset && reset.Phase == phase, $"{row}: {reason}");
    }

    [AlsoRow("39")]
    [Theory(DisplayName = "The end of the stream inside a header, inside a payload, behind a message")]
    [InlineData(10, true)]
    [InlineData(28, true)]
    [InlineData(32, false)]
    public async Task Ends_inside(int behindHandshake, bool inside)
    {
        await StartAsync();
        Assert.Equal(new DisconnectReason.RemoteClosed(PeerPhase.Ready, inside), await EndOfAsync(new Fault { EndAfter = Handshake.Length + behindHandshake }));
    }

    [AlsoRow("31")]
    [AlsoRow("33")]
    [Theory(DisplayName = "A byte of the magic, of the length is another one")]
    [InlineData(0, WireError.WrongNetwork)]
    [InlineData(19, WireError.OversizedMessage)]
    public async Task Damaged_headers(int at, WireError error)
    {
        await StartAsync();
        Assert.Equal(error, Assert.IsType<DisconnectReason.Malformed>(await EndOfAsync(new Fault { Corrupt = Handshake.Length + at })).Error);
    }

    [AlsoRow("32")]
    [Fact(DisplayName = "A byte of a payload is another one: the message is dropped, the peer stays")]
    public async Task Damaged_payload()
    {
        await StartAsync();
        using var proxy = new FaultProxy(_endpoint, new Fault { Corrupt = Handshake.Length + 26 });
        using var caller = await Caller.JoinAsync(proxy.Endpoint, 2);
        await caller.SayAsync(new PingMessage(1));
        await caller.PingAsync(2);
        Assert.Equal(1, (await StatsAsync()).Dropped);
    }

    [AlsoRow("37")]
    [AlsoRow("95")]
    [Theory(DisplayName = "Byte by byte, in large runs, late: the same words, only slower")]
    [InlineData(1, 0, 0)]
    [InlineData(7, 0, 1)]
    [InlineData(65536, 5_000, 0)]
    [InlineData(65536, 0, 200)]
    public async Task Any_segments(int chunk, int gather, int delay)
    {
        await StartAsync();
        using var proxy = new FaultProxy(_endpoint, new Fault { Chunk = chunk, Gather = gather, Delay = TimeSpan.FromMilliseconds(delay) });
        using var caller = await Caller.ConnectAsync(proxy.Endpoint);
        var words = Enumerable.Range(0, 200).Select(i => (Message)new PingMessage((ulong)i + 1)).ToArray();
        await caller.SayAsync([.. Handshake, .. caller.Encode(words)]);
        foreach (var ping in words)
        {
            await caller.HearAsync<PongMessage>(pong => pong.Nonce == ((PingMessage)ping).Nonce);
        }
    }

    [AlsoRow("28")]
    [AlsoRow("96")]
    [Theory(DisplayName = "A line that goes dead without a word: in the handshake, behind it, inside a message")]
    [InlineData(-100, typeof(DisconnectReason.HandshakeTimedOut))]
    [InlineData(0, typeof(DisconnectReason.Idle))]
    [InlineData(30, typeof(DisconnectReason.Idle))]
    public async Task Goes_dead(int behindHandshake, Type reason)
    {
        await StartAsync("peers.idle.timeout = 5s\npeers.handshake.timeout = 2s");
        Assert.IsType(reason, await EndOfAsync(new Fault { SilentAfter = Handshake.Length + behindHandshake }));
    }

    [AlsoRow("40")]
    [Fact(DisplayName = "80 messages of 4 MB of junk, while another peer pings: it waits a second at most")]
    public async Task Junk()
    {
        await StartAsync();
        using var caller = await Caller.JoinAsync(_endpoint, 2);
        var junk = caller.Encode(new UnknownMessage("junk", new byte[4_000_000]));
        for (var i = 0; i < 80; i++)
        {
            await caller.SayAsync(junk);
            if (i % 10 == 0)
            {
                await SentinelIsServedAsync();
            }
        }

        await caller.PingAsync(9);
        Assert.False(_stopped.Reader.TryRead(out _));
    }

    [AlsoRow("90")]
    [Fact(DisplayName = "A port in use: one error that names it, and nothing else is harmed")]
    public async Task Port_in_use()
    {
        await StartAsync();
        var fault = await Assert.ThrowsAsync<ListenException>(() => _engine.ListenAsync(_endpoint));
        Assert.Contains(_endpoint.ToString(), fault.Message, StringComparison.Ordinal);
    }

    private static byte[] Handshake
    {
        get
        {
            using var caller = new Caller();
            return caller.Encode(TestKit.ScriptedPeer.Version(2), VerAckMessage.Instance);
        }
    }

    private async Task<DisconnectReason> EndOfAsync(Fault fault)
    {
        var isReady = new[] { fault.ResetAfter, fault.EndAfter, fault.SilentAfter, fault.Corrupt }.Max() >= Handshake.Length;
        using var proxy = new FaultProxy(_endpoint, fault);
        using var caller = await Caller.ConnectAsync(proxy.Endpoint);
        using var patience = new CancellationTokenSource(Patience);
        await caller.SayAsync(Handshake);
        if (isReady)
        {
            // What comes in one breath with the handshake may be heard before we have admitted anybody.
            while ((await _engine.GetPeersAsync(patience.Token)).Count(peer => peer.Phase == PeerPhase.Ready) < 2)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), patience.Token);
            }

            await caller.SayAsync(new PingMessage(1), new PingMessage(2));
        }

        PeerStopped stopped;
        while (true)
        {
            var next = _stopped.Reader.ReadAsync(patience.Token).AsTask();
            while (await Task.WhenAny(next, Task.Delay(TimeSpan.FromMilliseconds(500), patience.Token)) != next)
            {
                await SentinelIsServedAsync(); // Which also keeps it from being idle.
            }

            stopped = await next;
            break;
        }

        await SentinelIsServedAsync();
        Assert.False(_stopped.Reader.TryRead(out _), "more than one connection ended");
        return stopped.Reason;
    }

    private async Task<PeerStats> StatsAsync()
    {
        var last = (await _engine.GetPeersAsync()).MaxBy(peer => peer.Id.Value)!;
        return await last.Peer.Ask<PeerStats>((IActorRef asker) => new GetStats(asker), null, CancellationToken.None).WaitAsync(Patience);
    }

    private async Task SentinelIsServedAsync() => await _sentinel.PingAsync(++_pings).WaitAsync(Soon);
}
