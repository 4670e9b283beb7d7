using System.Net;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Simulations;

/// <summary>"The life of a connection" and "Time, randomness, the network" of docs/architecture.md, when the network falls apart and heals.</summary>
public sealed class PartitionSimulation : EngineSimulation
{
    private readonly List<SimulatedEngine> _engines = [];

    [Theory(DisplayName = "A partition that is shorter than the patience of peers costs no connection: what was said meanwhile arrives")]
    [InlineData(1)]
    [InlineData(4)]
    public void Short(int minutes)
    {
        Mesh();
        using (Simulation.Network.Partition([_engines[0].Host, _engines[1].Host]))
        {
            _engines[0].Manager.Tell(new AnnounceToAll(InventoryVector.Block(Hash(1))), Akka.Actor.ActorRefs.NoSender);
            Simulation.Advance(TimeSpan.FromMinutes(minutes));
            Assert.Equal([1, 0, 0], Heard(Hash(1)));
        }

        Simulation.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal([1, 1, 1], Heard(Hash(1)));
        Assert.All(_engines, engine => Assert.Empty(engine.Stopped));
    }

    [Theory(DisplayName = "Across a longer one each connection ends once at each end, idle or timed out, those within a side stay; after healing traffic goes on")]
    [InlineData("", typeof(DisconnectReason.Idle), 4.9, 7)]
    [InlineData("peers.idle.enabled = off", typeof(DisconnectReason.ConnectionReset), 15.4, 17.5)]
    public void Long(string hocon, Type reason, double earliest, double latest)
    {
        Simulation.Network.RetransmissionLimit = SimulatedNetwork.LinuxRetransmissionLimit;
        Mesh(hocon);
        var (start, groups) = (Simulation.Elapsed, new[] { _engines[..2], _engines[2..] });
        var partition = Simulation.Network.Partition(groups[0].Select(engine => engine.Host), groups[1].Select(engine => engine.Host));
        Simulation.Until(() => _engines.TrueForAll(engine => engine.Stopped.Count() == 2), TimeSpan.FromMinutes(30));
        Assert.All(_engines, engine => Assert.All(engine.Stopped, stopped => Assert.IsType(reason, stopped.Reason)));
        var ends = _engines.SelectMany(engine => engine.Events.All).Where(recorded => recorded.Message is PeerStopped).Select(recorded => (recorded.At - start).TotalMinutes);
        Assert.All(ends, end => Assert.InRange(end, earliest, latest));

        _engines[3].Dial(At(0)); // Nobody is reached, and that is told, too.
        Simulation.Advance(TimeSpan.FromMinutes(20));
        Assert.IsType<DisconnectReason.ConnectFailed>(_engines[3].Stopped.Last().Reason);
        Assert.Equal([2, 2, 2, 3], _engines.Select(engine => engine.Stopped.Count()));

        partition.Heal();
        _engines[3].Manager.Tell(new Connect(At(0), _nodes[3].Ref), Akka.Actor.ActorRefs.NoSender);
        Simulation.Advance(TimeSpan.FromSeconds(5));
        _engines[0].Manager.Tell(new AnnounceToAll(InventoryVector.Block(Hash(2))), Akka.Actor.ActorRefs.NoSender);
        Simulation.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal([1, 0, 1], Heard(Hash(2)));
        Assert.Equal([2, 2, 2, 3], _engines.Select(engine => engine.Stopped.Count()));
    }

    private static Hash256 Hash(byte number) => Hash256.OfDouble([number]);

    private static IPEndPoint At(int number) => new(IPAddress.Parse($"10.0.0.{number + 1}"), 18444);

    /// <summary>Four engines, each connected with each.</summary>
    private void Mesh(string hocon = "")
    {
        for (var number = 0; number < 4; number++)
        {
            var listener = Simulation.Recorder($"node-{number}");
            var engine = new SimulatedEngine(Simulation, Simulation.Network.Host(At(number).Address), hocon);
            engine.Listen(listener: listener.Ref);
            _engines.Add(engine);
            for (var earlier = 0; earlier < number; earlier++)
            {
                engine.Manager.Tell(new Connect(At(earlier), listener.Ref), Akka.Actor.ActorRefs.NoSender);
            }

            _nodes.Add(listener);
        }

        Simulation.Until(() => _nodes.Sum(node => node.Of<PeerReady>().Count()) == 12, TimeSpan.FromSeconds(10));
    }

    private readonly List<Recorder> _nodes = [];

    /// <summary>How often each engine but the first heard of a block.</summary>
    private IEnumerable<int> Heard(Hash256 block) => _nodes.Skip(1).Select(node => node.Of<PeerMessage>().Count(
        heard => heard.Message is InvMessage inv && inv.Items.Any(item => item.Hash == block)));
}
