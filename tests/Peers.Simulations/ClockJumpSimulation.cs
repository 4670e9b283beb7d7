using Peers.TestKit;
using Peers.Wire;

namespace Peers.Simulations;

/// <summary>"Time, randomness, the network" of docs/architecture.md, when somebody sets the clock: NTP, an operator, a laptop that slept.</summary>
public sealed class ClockJumpSimulation : EngineSimulation
{
    [Theory(DisplayName = "A date that jumps by hours, forth or back, hurries no deadline and no ping, and makes no negative time")]
    [InlineData(6)]
    [InlineData(-6)]
    [InlineData(24 * 365)]
    public void Jumps(int hours)
    {
        var engine = Start("peers { stall.enabled = on, idle.enabled = off }");
        var (remote, peer, _) = Connected(engine);
        var date = Simulation.Clock.GetUtcNow();
        peer.Peer.Tell(new Send(new GetDataMessage([InventoryVector.Block(default)])), Akka.Actor.ActorRefs.NoSender);
        remote.Expects<GetDataMessage>();
        Simulation.Advance(TimeSpan.FromSeconds(20));

        Simulation.Clock.Jump(TimeSpan.FromHours(hours));
        Assert.Equal(hours, (Simulation.Clock.GetUtcNow() - date).TotalHours, tolerance: 0.1);
        Simulation.Advance(TimeSpan.FromSeconds(9));
        Assert.Empty(engine.Events.Of<PeerStalled>()); // 29 s, by a clock that nobody sets.
        remote.Says(new NotFoundMessage([InventoryVector.Block(default)]));

        for (var ping = 0; ping < 3; ping++)
        {
            var asked = remote.Expects<PingMessage>(TimeSpan.FromMinutes(2));
            Simulation.Clock.Jump(TimeSpan.FromHours(ping % 2 == 0 ? -hours : hours)); // While it is out.
            remote.Says(new PongMessage(asked.Nonce));
            remote.ExpectsNothing(TimeSpan.FromSeconds(119));
        }

        Simulation.Advance(TimeSpan.FromSeconds(1));
        var stats = engine.Stats(peer.Peer);
        Assert.Equal(3, stats.Ping.Answered);
        Assert.InRange(stats.Ping.Minimum!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.InRange(stats.Ping.Average!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.All(engine.Events.Of<PingMeasured>(), measured => Assert.InRange(measured.RoundTrip, TimeSpan.Zero, TimeSpan.FromSeconds(1)));
        Assert.Empty(engine.Stopped);
    }

    [Theory(DisplayName = "The time of a handshake and of silence is kept by a clock that nobody sets")]
    [InlineData(6)]
    [InlineData(-6)]
    public void Deadlines(int hours)
    {
        var engine = Start("peers.ping.enabled = off");
        var (remote, _) = Dialled(engine);
        remote.Expects<VersionMessage>();
        Simulation.Clock.Jump(TimeSpan.FromHours(hours));
        Simulation.Advance(TimeSpan.FromSeconds(25));
        Assert.Empty(engine.Stopped);
        remote.Handshakes();
        Simulation.Clock.Jump(TimeSpan.FromHours(hours));
        Simulation.Advance(TimeSpan.FromMinutes(4.9));
        Assert.Empty(engine.Stopped);
        Simulation.Advance(TimeSpan.FromMinutes(0.2));
        Assert.IsType<DisconnectReason.Idle>(Assert.Single(engine.Stopped).Reason);
    }
}
