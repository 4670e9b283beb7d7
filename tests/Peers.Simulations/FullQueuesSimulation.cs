using Akka.Actor;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Simulations;

/// <summary>"Back-pressure" of docs/architecture.md, when both directions are full at once.</summary>
public sealed class FullQueuesSimulation : EngineSimulation
{
    private const string Hocon = "peers.connection { read-window = 256KiB\nwrite-limit = 4MiB\nwrite-timeout = 0s }";
    private const int Messages = 300;
    private static readonly byte[] Bulk = new byte[10_000];

    [Theory(DisplayName = "Both sides say more than the other's window and the network hold, and nobody consumes: no deadlock, no blame; all of it arrives in order later")]
    [InlineData(1)]
    [InlineData(30)]
    public void Both_full(int minutes)
    {
        var one = Start(Hocon);
        var other = new SimulatedEngine(Simulation, Simulation.Network.Host("10.0.0.2"), Hocon);
        var inbound = Simulation.Recorder();
        var (peer, outbound) = one.Connect(other.Listen(listener: inbound.Ref, consumption: Consumption.Explicit), Consumption.Explicit);
        Simulation.Until(() => inbound.Of<PeerReady>().Any(), TimeSpan.FromSeconds(1));
        (IActorRef Peer, Recorder Listener, Recorder Receipts)[] sides =
            [(peer.Peer, outbound, Simulation.Recorder()), (inbound.Of<PeerReady>().Single().Peer, inbound, Simulation.Recorder())];
        for (var number = 0; number < Messages; number++)
        {
            foreach (var (talker, _, receipts) in sides)
            {
                talker.Tell(new Send(new UnknownMessage($"bulk{number}", Bulk), receipts.Ref));
            }
        }

        Simulation.Advance(TimeSpan.FromMinutes(minutes));
        Assert.All(sides, side => Assert.InRange(side.Receipts.All.Count, 1, Messages - 1)); // Both are stuck.
        Assert.All(sides, side => Assert.True(one.Stats(side.Peer).ReadingPaused));
        Assert.Empty(one.Stopped.Concat(other.Stopped));

        foreach (var (talker, listener, _) in sides)
        {
            for (var consumed = 0; listener.Of<PeerMessage>().Count(heard => heard.Message is UnknownMessage) < Messages;)
            {
                var heard = listener.Of<PeerMessage>().Skip(consumed).ToList();
                talker.Tell(new Consumed(heard.Sum(message => message.Cost)));
                consumed += heard.Count;
                Simulation.Advance(TimeSpan.FromMilliseconds(100));
            }

            Assert.Equal(Enumerable.Range(0, Messages).Select(number => $"bulk{number}"), listener.Of<PeerMessage>().Select(heard => heard.Message).OfType<UnknownMessage>().Select(message => message.Command));
        }

        Assert.All(sides, side => Assert.Equal(Messages, side.Receipts.Of<SendResult.Sent>().Count()));
        Simulation.Advance(TimeSpan.FromMinutes(10));
        Assert.Empty(one.Stopped.Concat(other.Stopped));
    }
}
