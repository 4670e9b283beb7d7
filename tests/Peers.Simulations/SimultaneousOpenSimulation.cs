using Akka.Actor;
using Peers.TestKit;

namespace Peers.Simulations;

/// <summary>Step 1 and step 3 of "The life of a connection" in docs/architecture.md, when both sides do them at once.</summary>
public sealed class SimultaneousOpenSimulation
{
    [Fact(DisplayName = "Two engines that dial each other in one instant, and twice, get two connections; each dial has one outcome, and none meets itself")]
    public void Both_dial()
    {
        for (var seed = 1; seed <= 25; seed++)
        {
            using var simulation = new Simulation(seed);
            var (one, other) = (Engine(simulation, "10.0.0.1"), Engine(simulation, "10.0.0.2"));
            var (atOne, atOther) = (one.Listen(), other.Listen());
            Recorder[] dials = [simulation.Recorder(), simulation.Recorder(), simulation.Recorder(), simulation.Recorder()];
            one.Manager.Tell(new Connect(atOther, dials[0].Ref));
            other.Manager.Tell(new Connect(atOne, dials[1].Ref));
            one.Manager.Tell(new Connect(atOther, dials[2].Ref));
            other.Manager.Tell(new Connect(atOne, dials[3].Ref));
            simulation.Advance(TimeSpan.FromMinutes(10));

            Assert.All(dials[..2], dial => Assert.Equal((1, 0), (dial.Of<PeerReady>().Count(), dial.Of<PeerStopped>().Count())));
            Assert.Equal(
                [new DisconnectReason.Refused($"{atOther} is connected already"), new DisconnectReason.Refused($"{atOne} is connected already")],
                dials[2..].Select(dial => dial.Of<PeerStopped>().Single().Reason));
            Assert.All((SimulatedEngine[])[one, other], engine =>
            {
                Assert.Equal([Direction.Inbound, Direction.Outbound], engine.Events.Of<PeerReady>().Select(ready => ready.Remote.Direction).Order());
                Assert.IsType<DisconnectReason.Refused>(Assert.Single(engine.Stopped).Reason);
            });
            Assert.Equal(2, simulation.Network.Connections.Count);
        }
    }

    [Fact(DisplayName = "An engine that dials itself many times at once ends both halves of each dial, whatever the seed")]
    public void Self()
    {
        for (var seed = 1; seed <= 10; seed++)
        {
            using var simulation = new Simulation(seed);
            var engine = Engine(simulation, "10.0.0.1", "peers.outbound.allow-duplicates = on");
            var at = engine.Listen();
            var dials = Enumerable.Range(0, 5).Select(_ => engine.Dial(at)).ToList();
            simulation.Advance(TimeSpan.FromMinutes(1));
            Assert.All(dials, dial => Assert.Equal(new DisconnectReason.SelfConnection(), dial.Of<PeerStopped>().Single().Reason));
            Assert.Equal(10, engine.Stopped.Count(stopped => stopped.Reason is DisconnectReason.SelfConnection));
            Assert.Empty(simulation.Network.Connections);
        }
    }

    private static SimulatedEngine Engine(Simulation simulation, string address, string hocon = "") => new(simulation, simulation.Network.Host(address), hocon);
}
