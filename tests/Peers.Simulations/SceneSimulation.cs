using Peers.TestKit;
using Peers.Wire;
using Xunit.Abstractions;
using static Peers.Simulations.News;

namespace Peers.Simulations;

/// <summary>The base class of users' own simulations, used as they use it.</summary>
public sealed class SceneSimulation(ITestOutputHelper output) : PeerSimulation(output, "peers.stall.enabled = on")
{
    [Fact(DisplayName = "A dialled remote: handshake done, it says and expects, and its end is told")]
    public void Dialled()
    {
        var (remote, peer, listener) = Dial();
        remote.Says(new PingMessage(7));
        Assert.Equal(7UL, remote.Expects<PongMessage>().Nonce);
        remote.Says(new FeeFilterMessage(5));
        remote.Barrier();
        Assert.Equal(new FeeFilterMessage(5), listener.Of<PeerMessage>().Select(heard => heard.Message).Last(message => message is FeeFilterMessage));
        peer.Tell(new Disconnect("enough"), Akka.Actor.ActorRefs.NoSender);
        Assert.Equal(new DisconnectReason.Requested("enough"), Stopped().Reason);
    }

    [Fact(DisplayName = "Remotes that dial: each is another connection, and the version that it said is heard")]
    public void Listening()
    {
        var first = Listen();
        var second = Listen(version: ScriptedPeer.Version(version: 70001));
        Assert.NotEqual(first.Ready.Id, second.Ready.Id);
        Assert.Equal(70001, second.Ready.Remote.Version);
        Assert.Equal(Direction.Inbound, second.Ready.Remote.Direction);
        second.Remote.Leaves();
        Assert.Equal(second.Ready.Id, Stopped().Id);
        first.Remote.Barrier();
    }

    [Fact(DisplayName = "A remote that answers as it is told, and one that withholds")]
    public void Answers_and_withholds()
    {
        var (remote, peer, _) = Dial();
        remote.Answers<GetDataMessage>(asked => [new NotFoundMessage(asked.Items)]);
        var asker = Simulation.Recorder();
        peer.Tell(Request(1), asker.Ref);
        Until(() => asker.Messages.Any(), TimeSpan.FromSeconds(1));
        Assert.IsType<RequestResult>(asker.Messages.Single(), exactMatch: false);

        var (silent, other, _) = Dial();
        other.Tell(Request(2), asker.Ref);
        silent.Expects<GetDataMessage>();
        Assert.IsType<DisconnectReason.Stalled>(Stopped(TimeSpan.FromSeconds(31)).Reason);

        Request Request(int number) => new(new GetDataMessage([InventoryVector.Block(Hash(number))]), asker.Ref);
    }

    [Theory(DisplayName = "A forged message ends the connection, or is passed over, as the rules say")]
    [InlineData(Forgery.WrongChecksum, null)]
    [InlineData(Forgery.WrongMagic, WireError.WrongNetwork)]
    [InlineData(Forgery.TooLong, WireError.OversizedMessage)]
    [InlineData(Forgery.CutShort, null)]
    [InlineData(Forgery.HalfSaid, null)]
    public void Forged(Forgery forgery, WireError? error)
    {
        var (remote, _, _) = Listen();
        remote.Forges(new PingMessage(1), forgery);
        Advance(TimeSpan.FromSeconds(5));
        if (error is null)
            Assert.Empty(Engine.Stopped);
        else
            Assert.Equal(error, Assert.IsType<DisconnectReason.Malformed>(Stopped().Reason).Error);
        remote.ExpectsNothing(TimeSpan.FromSeconds(1));
    }

    [Fact(DisplayName = "A remote that hangs: what is said to it waits, and comes when it goes on")]
    public void Hangs()
    {
        var (remote, peer, _) = Dial();
        remote.Hangs();
        for (var number = 0; number < 20; number++)
            peer.Tell(new Send(new UnknownMessage("bulk", new byte[50_000])), Akka.Actor.ActorRefs.NoSender);
        remote.ExpectsNothing(TimeSpan.FromSeconds(5));
        remote.GoesOn();
        for (var number = 0; number < 20; number++)
            remote.Expects<UnknownMessage>();
    }

    [Fact(DisplayName = "What fails tells who said what, when, and the line that repeats it")]
    public void Failures_tell()
    {
        var (remote, _, _) = Dial();
        remote.Says(new PingMessage(99));
        var failure = Assert.Throws<SimulationException>(() => remote.Expects<InvMessage>());
        Assert.Contains("expected InvMessage and heard PongMessage", failure.Message, StringComparison.Ordinal);
        Assert.Contains("PEERS_SEED=", failure.Message, StringComparison.Ordinal);
        var lines = failure.Message.Split('\n').Select(line => line.Trim()).ToArray();
        Assert.Contains(lines, line => line.Contains("10.1.2.1:18444 > 10.0.0.1:", StringComparison.Ordinal) && line.Contains("ping Nonce = 99", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("0.00:00:00.", StringComparison.Ordinal) && line.Contains("  version Version = 70016", StringComparison.Ordinal));
        var never = Assert.Throws<SimulationException>(() => Until(() => Engine.Stopped.Any(), TimeSpan.FromSeconds(1)));
        Assert.StartsWith("Not within 00:00:01: () => Engine.Stopped.Any()", never.Message, StringComparison.Ordinal);
        Assert.Contains("pong Nonce = 99", never.Message, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A builder makes the same for any runner: seed, settings, link, output")]
    public void Built()
    {
        List<string> told = [];
        var link = new LinkProfile { Latency = TimeSpan.FromSeconds(2), Jitter = TimeSpan.Zero };
        using (var scene = new SimulationBuilder().WithSeed(77).WithSettings("peers.user-agent = \"/scene:1.0/\"").WithLink(link).WithOutput(told.Add).Build())
        {
            Assert.Equal(77, scene.Simulation.Seed);
            var connection = scene.Dial(handshake: false);
            Assert.False(connection.IsReady);
            var version = connection.Remote.Expects<VersionMessage>();
            Assert.Contains("scene", version.UserAgent.ToString(), StringComparison.Ordinal);
            Assert.Equal(TimeSpan.FromSeconds(6), scene.Elapsed); // SYN, its answer, the version.
        }

        Assert.Contains("PEERS_SEED=77", Assert.Single(told), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "The trace as NDJSON: a line of JSON for each event, the same for the same seed; off, nothing")]
    public void Traces()
    {
        Assert.Equal(Trace(3), Trace(3));
        Assert.NotEqual(Trace(3), Trace(4));
        var events = Trace(3).TrimEnd().Split('\n').Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(["connect", "accept", "data", "fin"], events.Select(line => line.GetProperty("event").GetString()).Distinct().Take(4));
        Assert.True(events.Select(line => line.GetProperty("at").GetDecimal()).Order().SequenceEqual(events.Select(line => line.GetProperty("at").GetDecimal())));
        Assert.Equal("", Trace(3, isOn: false));

        static string Trace(int seed, bool isOn = true)
        {
            using var writer = new StringWriter();
            using var scene = new SimulationBuilder().WithSeed(seed).Build();
            scene.Simulation.Trace.WriteTo(writer);
            scene.Simulation.Trace.IsOn = isOn;
            scene.Simulation.Trace.KeptLines = 2;
            scene.Dial().Remote.Leaves();
            scene.Stopped();
            Assert.Equal(isOn ? 2 : 0, scene.Simulation.Trace.Lines.Count);
            return writer.ToString();
        }
    }
}
