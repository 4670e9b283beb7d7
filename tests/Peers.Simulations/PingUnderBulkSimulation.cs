using Peers.TestKit;
using Peers.Wire;

namespace Peers.Simulations;

/// <summary>"Two lanes, pongs ahead of everything else" of docs/architecture.md, on a line that is full both ways for half an hour.</summary>
public sealed class PingUnderBulkSimulation : EngineSimulation
{
    [Fact(DisplayName = "On a slow line full of blocks both ways pings are answered behind no more than is on its way, and nobody is dropped")]
    public void Full_line()
    {
        const int BytesPerSecond = 20_000;
        const int Blocks = 35;
        Simulation.Network.DefaultLink = LinkProfile.Default with { BytesPerSecond = BytesPerSecond };
        var one = Start("peers.connection.write-limit = 64MiB");
        var other = new SimulatedEngine(Simulation, Simulation.Network.Host("10.0.0.2"), "peers.connection.write-limit = 64MiB");
        var inbound = Simulation.Recorder();
        var (peer, outbound) = one.Connect(other.Listen(listener: inbound.Ref));
        Simulation.Until(() => inbound.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
        for (var number = 0; number < Blocks; number++)
        {
            peer.Peer.Tell(new Send(new UnknownMessage("bulk", new byte[1_000_000])), Akka.Actor.ActorRefs.NoSender);
            inbound.Of<PeerReady>().Single().Peer.Tell(new Send(new UnknownMessage("bulk", new byte[1_000_000])), Akka.Actor.ActorRefs.NoSender);
        }

        var start = Simulation.Elapsed;
        Simulation.Until(() => outbound.Of<PeerMessage>().Count() == Blocks && inbound.Of<PeerMessage>().Count() == Blocks, TimeSpan.FromHours(1));
        Assert.Equal(Blocks * 1_000_000.0 / BytesPerSecond, (Simulation.Elapsed - start).TotalSeconds, tolerance: 30);
        Assert.Empty(one.Stopped.Concat(other.Stopped));

        // A batch of 256 KiB under way and a message that it may end with, on both ways of a round trip.
        var longest = TimeSpan.FromSeconds(2 * (256 * 1024 + 1_000_000) / (double)BytesPerSecond);
        foreach (var engine in (SimulatedEngine[])[one, other])
        {
            var trips = engine.Events.Of<PingMeasured>().Select(measured => measured.RoundTrip).ToList();
            Assert.InRange(trips.Count, 8, 20);
            Assert.All(trips, trip => Assert.InRange(trip, TimeSpan.FromSeconds(1), longest));
        }
    }
}
