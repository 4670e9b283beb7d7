using System.Net;
using Akka.Actor;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Simulations;

/// <summary>Steps 3 to 5 of "The life of a connection" in docs/architecture.md: the same handshake in as many orders as there are seeds.</summary>
public sealed class HandshakeRaceSimulation
{
    private const int Seeds = 60;
    private const int Said = 5;

    [Fact(DisplayName = "However a handshake falls to pieces, both sides are ready once, and what is said right behind a verack arrives in order")]
    public void Every_order()
    {
        HashSet<string> traces = [];
        for (var seed = 1; seed <= Seeds; seed++)
        {
            using var simulation = new Simulation(seed);
            simulation.Network.DefaultLink = LinkProfile.Default with
            {
                Jitter = TimeSpan.FromMilliseconds(30), Window = 1 + (seed * 37 % 400), Chunks = seed % 3 == 0 ? ReadChunks.Single : ReadChunks.Any,
            };
            var (dialling, listening) = (Talker(simulation, "dialling"), Talker(simulation, "listening"));
            var (one, other) = (Engine(simulation, "10.0.0.1"), Engine(simulation, "10.0.0.2"));
            one.Manager.Tell(new Connect(other.Listen(listener: listening.Ref), dialling.Ref));
            simulation.Advance(TimeSpan.FromMinutes(1));

            foreach (var talker in (Talking[])[dialling, listening])
            {
                Assert.Equal(1, talker.Heard.Count(message => message is PeerReady));
                Assert.DoesNotContain(talker.Heard, message => message is PeerStopped);
                Assert.Equal(Enumerable.Range(0, Said), talker.Heard.OfType<PeerMessage>().Select(heard => ((FeeFilterMessage)heard.Message).FeeRate).Select(rate => (int)rate));
                Assert.True(talker.Heard.FindIndex(message => message is PeerReady) < talker.Heard.FindIndex(message => message is PeerMessage), "ready comes first");
            }

            traces.Add(simulation.Trace.Digest);
        }

        Assert.Equal(Seeds, traces.Count);
    }

    [Fact(DisplayName = "A remote that says version, verack and all it has in one breath, before it has heard anything, is heard to the end")]
    public void One_breath()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            using var simulation = new Simulation(seed);
            var listener = simulation.Recorder();
            var engine = Engine(simulation, "10.0.0.1");
            using var remote = ScriptedPeer.Dial(simulation, IPAddress.Parse("10.0.0.2"), engine.Listen(listener: listener.Ref));
            remote.Says([ScriptedPeer.Version(), VerAckMessage.Instance, .. Enumerable.Range(0, Said).Select(rate => new FeeFilterMessage(rate))]);
            simulation.Advance(TimeSpan.FromSeconds(10));
            Assert.Single(listener.Of<PeerReady>());
            Assert.Equal(Enumerable.Range(0, Said), listener.Of<PeerMessage>().Select(heard => (int)((FeeFilterMessage)heard.Message).FeeRate));
        }
    }

    private static SimulatedEngine Engine(Simulation simulation, string address) => new(simulation, simulation.Network.Host(address));

    private static Talking Talker(Simulation simulation, string name)
    {
        List<object> heard = [];
        return new Talking(simulation.ActorOf(Props.Create(() => new TalkerActor(heard)), name), heard);
    }

    private sealed record Talking(IActorRef Ref, List<object> Heard);

    /// <summary>Talks in the instant in which its peer is ready: the other side may not be.</summary>
    private sealed class TalkerActor(List<object> heard) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            heard.Add(message);
            if (message is PeerReady ready)
            {
                for (var rate = 0; rate < Said; rate++)
                {
                    ready.Peer.Tell(new Send(new FeeFilterMessage(rate)));
                }
            }
        }
    }
}
