using Akka.Actor;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Simulations;

/// <summary>Remotes that owe answers: who is dropped, who is only reported, and who is left alone.</summary>
public sealed class StallSimulation : EngineSimulation
{
    private const string On = "peers.stall.enabled = on";
    private static readonly Hash256 Hash = Hash256.OfDouble([1]);
    private static readonly GetDataMessage AskForBlock = new([InventoryVector.Block(Hash)]);

    [Fact(DisplayName = "A remote that keeps talking but withholds a block is dropped after 30 s")]
    public void Withheld_block()
    {
        var engine = Start(On);
        var (remote, peer, _) = Connected(engine);
        peer.Peer.Tell(new Send(AskForBlock));
        remote.Expects<GetDataMessage>();
        var asked = Simulation.Elapsed;
        for (var i = 0; i < 29; i++)
        {
            Simulation.Advance(TimeSpan.FromSeconds(1));
            remote.Says(new InvMessage([InventoryVector.Block(Hash)]), new PingMessage((ulong)i));
        }

        Assert.Empty(engine.Stopped);
        Assert.Equal(new DisconnectReason.Stalled("getdata", TimeSpan.FromSeconds(30)), StoppedOnce(engine).Reason);
        Assert.InRange((Simulation.Elapsed - asked).TotalSeconds, 29.9, 30.2);
    }
}
