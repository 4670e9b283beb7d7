using Akka.Actor;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Simulations;

/// <summary>"Back-pressure" of docs/architecture.md, on a line that is full both ways for half an hour: pongs go ahead of everything else.</summary>
public sealed class PingUnderBulkSimulation : EngineSimulation
{
    private const int BytesPerSecond = 20_000;
    private const int BlockSize = 1_000_000;
    private const int Blocks = 35;

    [Fact(DisplayName = "On a slow line full of blocks both ways pings are answered, pongs wait for one block and no more, and nobody is dropped")]
    public void Full_line()
    {
        const string Hocon = "peers.raw-commands = [block]"; // Undecoded: these blocks are nothing but zeros.
        Simulation.Network.DefaultLink = LinkProfile.Default with { BytesPerSecond = BytesPerSecond };
        var one = Start(Hocon);
        var other = new SimulatedEngine(Simulation, Simulation.Network.Host("10.0.0.2"), Hocon);
        var inbound = Simulation.Recorder();
        var (peer, outbound) = one.Connect(other.Listen(listener: inbound.Ref));
        Simulation.Until(() => inbound.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
        foreach (var talker in (IActorRef[])[peer.Peer, inbound.Of<PeerReady>().Single().Peer])
        {
            Simulation.ActorOf(Props.Create(() => new Uploader(talker)));
        }

        var start = Simulation.Elapsed;
        Simulation.Until(() => Heard(outbound) == Blocks && Heard(inbound) == Blocks, TimeSpan.FromHours(1));
        Assert.Empty(one.Stopped.Concat(other.Stopped));
        Assert.Equal((double)Blocks * BlockSize / BytesPerSecond, (Simulation.Elapsed - start).TotalSeconds, tolerance: 30);

        // A ping waits its turn: behind the block that is being written and one that waits. A pong waits for the one that is being written.
        var longest = TimeSpan.FromSeconds((3 * BlockSize + LinkProfile.Default.Window) / (double)BytesPerSecond);
        foreach (var engine in (SimulatedEngine[])[one, other])
        {
            var trips = engine.Events.Of<PingMeasured>().Select(measured => measured.RoundTrip).ToList();
            Assert.InRange(trips.Count, 8, 20);
            Assert.All(trips, trip => Assert.InRange(trip, TimeSpan.FromSeconds(1), longest));
        }
    }

    private static int Heard(Recorder listener) => listener.Of<PeerMessage>().Count(heard => heard.Message is UnknownMessage);

    /// <summary>Keeps two blocks in the queue of a peer.</summary>
    private sealed class Uploader(IActorRef peer) : UntypedActor
    {
        private readonly UnknownMessage _block = new("block", new byte[BlockSize]);
        private int _sent;

        protected override void PreStart()
        {
            Say();
            Say();
        }

        protected override void OnReceive(object message) => Say();

        private void Say()
        {
            if (_sent++ < Blocks)
            {
                peer.Tell(new Send(_block, Self));
            }
        }
    }
}
