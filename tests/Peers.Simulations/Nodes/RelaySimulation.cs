using System.Net;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Simulations;

/// <summary>Nodes that relay: what spreads, what is said twice, and what a node does when others lie, are slow or keep quiet.</summary>
public sealed class RelaySimulation : IDisposable
{
    private static readonly PeerSettings Immediate = With(TricklePolicy.Immediate);
    private static readonly PeerSettings Beat = With(TricklePolicy.Fixed);
    private static readonly RelayNodeOptions AtOnce = RelayNodeOptions.Default with { InboundDelay = TimeSpan.Zero };

    private readonly Simulation _simulation = new();
    private readonly RelayInventory _inventory = new();

    public RelaySimulation() =>
        _simulation.Network.DefaultLink = LinkProfile.Default with { Jitter = TimeSpan.Zero, Chunks = ReadChunks.Whole };

    public void Dispose() => _simulation.Dispose();

    [Fact(DisplayName = "In a triangle the two who hear of a transaction tell each other what both have, and nobody gets it twice")]
    public void A_triangle()
    {
        var (a, b, c) = (Node(1, Immediate), Node(2, Immediate), Node(3, Immediate));
        Dial((a, b), (a, c), (b, c));
        var item = a.Announce(_inventory.MakeTransaction());
        _simulation.Advance(TimeSpan.FromSeconds(5));

        Assert.All([a, b, c], node => Assert.True(node.Has(item)));
        Assert.Equal((0, 0, 0, 0), Counted(a));
        Assert.Equal((2, 1, 1, 0), Counted(b));
        Assert.Equal((2, 1, 1, 0), Counted(c));
        Assert.Equal([item], c.Mempool);

        static (long, long, long, long) Counted(RelayNode node) =>
            (node.Counters.Announced, node.Counters.KnownAnnounced, node.Counters.Received, node.Counters.ReceivedTwice);
    }

    [Fact(DisplayName = "In a line every node hears of a transaction once, and who is told is not told back")]
    public void A_line()
    {
        var network = new RelayNetwork(_simulation, SimulatedTopology.Line(4), Immediate, AtOnce);
        _simulation.Advance(TimeSpan.FromSeconds(15));
        var item = network.Nodes[0].Announce(network.Inventory.MakeTransaction());
        _simulation.Advance(TimeSpan.FromSeconds(5));

        Assert.All(network.Nodes, node => Assert.True(node.Has(item)));
        Assert.Equal([0L, 1, 1, 1], network.Nodes.Select(node => node.Counters.Announced));
        Assert.All(network.Nodes, node => Assert.Equal(0, node.Counters.KnownAnnounced + node.Counters.ReceivedTwice));
        Assert.Equal(3, network.Measure().ByCommand["tx"].Messages);
    }

    [Fact(DisplayName = "In a random network everything is everywhere in the end, and the watcher heard of each exactly once for each node")]
    public void A_random_network()
    {
        var watcher = new Watcher();
        var topology = SimulatedTopology.Random(25, 4, _simulation.Random("topology"));
        var network = new RelayNetwork(_simulation, topology, With(TricklePolicy.Poisson), watcher: watcher);
        _simulation.Advance(TimeSpan.FromSeconds(15));
        var random = _simulation.Random("origins");
        for (var i = 0; i < 20; i++)
        {
            network.Nodes[random.Next(25)].Announce(network.Inventory.MakeTransaction());
            _simulation.Advance(TimeSpan.FromSeconds(1));
            if (i % 7 == 6)
            {
                network.Nodes[random.Next(25)].MineBlock();
            }
        }

        _simulation.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1 + 20 + 2, network.Inventory.Items.Count);
        Assert.All(network.Nodes, node => Assert.All(network.Inventory.Items, item => Assert.True(node.Has(item))));
        Assert.All(network.Nodes, node => Assert.Equal(2, node.Height));
        Assert.Equal(22, watcher.Origins.Count);
        Assert.Equal(22 * 25, watcher.Had.Count);
        Assert.Equal(22 * 25, watcher.Had.Distinct().Count());
        Assert.Equal(25, network.LargestPart());
        Assert.Equal(25 * 4 * 2, network.Nodes.Sum(node => node.Connections));
    }

    [Fact(DisplayName = "A block comes as a compact block, and what the mempool lacks of it is asked for")]
    public void A_compact_block()
    {
        var (a, b) = (Node(1, Beat), Node(2, Beat));
        Dial((a, b));
        var first = a.Announce(_inventory.MakeTransaction());
        _simulation.Advance(TimeSpan.FromSeconds(25));
        Assert.True(b.Has(first));

        var second = a.Announce(_inventory.MakeTransaction());
        _simulation.Run();
        var block = a.MineBlock();
        _simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, block.Block!.Transactions.Count - 1);
        Assert.True(b.Has(block) && b.Has(second));
        Assert.Equal((0, 1), (b.Counters.CompactComplete, b.Counters.CompactLacking));
        Assert.Empty(b.Mempool);

        // The second block comes unasked: who was first with one is asked to send the next so.
        a.MineBlock();
        _simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((2, 1), (b.Height, b.Counters.CompactComplete));
        a.Measure();
        _simulation.Run();
        Assert.Equal((2L, 1L, 1L), (Sent("cmpctblock"), Sent("blocktxn"), Sent("headers")));
        Assert.False(a.Traffic.ByCommand.ContainsKey("block"));

        long Sent(string command) => a.Traffic.ByCommand[command].Messages;
    }

    [Fact(DisplayName = "Of two chains the longer one wins, and what only the other one confirmed waits again")]
    public void Two_chains()
    {
        var (a, b) = (Node(1, Immediate), Node(2, Immediate));
        var lost = a.Announce(_inventory.MakeTransaction());
        _simulation.Run();
        a.MineBlock();
        b.MineBlock();
        _simulation.Run();
        b.MineBlock();
        _simulation.Run();
        Assert.Empty(a.Mempool);
        Dial((a, b));
        _simulation.Advance(TimeSpan.FromSeconds(2));

        Assert.Same(b.Tip, a.Tip);
        Assert.Equal(2, a.Height);
        Assert.Equal([lost], a.Mempool);
    }

    [Fact(DisplayName = "A node that was away comes back with what it had, and asks for the blocks that it missed")]
    public void A_node_comes_back()
    {
        var (a, b) = (Node(1, Immediate), Node(2, Immediate));
        Dial((a, b));
        var before = a.Announce(_inventory.MakeTransaction());
        _simulation.Advance(TimeSpan.FromSeconds(1));
        b.Leave();
        _simulation.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((0, 0), (a.Connections, b.Connections));
        a.MineBlock();
        _simulation.Run();
        a.MineBlock();
        _simulation.Run();
        b.Return();
        _simulation.Advance(TimeSpan.FromMinutes(1)); // The other one dials again by itself.

        Assert.Equal((1, 1), (a.Connections, b.Connections));
        Assert.True(b.Has(before));
        Assert.Same(a.Tip, b.Tip);
    }

    [Theory(DisplayName = "Who announced first and lies about a transaction is passed over: the next announcer is asked, at once or when patience ends")]
    [InlineData(Lies.NotFound, 0, 2)]
    [InlineData(Lies.NoAnswer, 60, 62)]
    [InlineData(Lies.AnotherTransaction, 60, 62)]
    [InlineData(Lies.WrongChecksum, 60, 62)]
    public void Lies_about_a_transaction(Lies lies, int least, int most)
    {
        var (honest, victim, liar) = LieTo(lies);
        var item = honest.Announce(_inventory.MakeTransaction());
        var start = _simulation.Elapsed;
        _simulation.Until(() => victim.Has(item), TimeSpan.FromMinutes(2));

        Assert.Equal(1, liar.Told);
        Assert.InRange((_simulation.Elapsed - start).TotalSeconds, least, most);
        Assert.Equal(lies == Lies.AnotherTransaction ? 2 : 1, victim.Mempool.Count);
    }

    [Theory(DisplayName = "Who lies about a block is dropped when the lie shows, and the block comes from another one")]
    [InlineData(Lies.NoWork, true)]
    [InlineData(Lies.OtherTransactions, true)]
    [InlineData(Lies.NotFound, false)]
    [InlineData(Lies.NoAnswer, false)]
    public void Lies_about_a_block(Lies lies, bool dropped)
    {
        var (honest, victim, liar) = LieTo(lies);
        var block = honest.MineBlock();
        _simulation.Until(() => victim.Has(block), TimeSpan.FromMinutes(2));
        _simulation.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1, liar.Told);
        Assert.Same(block, victim.Tip);
        Assert.Equal(dropped ? 1 : 2, victim.Connections);
        Assert.Equal(dropped || lies == Lies.NotFound ? 1 : 0, victim.Counters.Refused);
    }

    [Fact(DisplayName = "A transaction that does not exist is asked for once, and forgotten")]
    public void Nothing_there()
    {
        var node = Node(1, Immediate);
        var liar = new LyingNode(_simulation, Host(9), _inventory, Lies.NothingThere | Lies.NotFound);
        liar.Dial(node.Endpoint);
        _simulation.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal((1, 1), (liar.Told, node.Counters.Refused));
        Assert.Equal((1, 1), (liar.Connections, node.Connections));
        Assert.Empty(node.Mempool);
    }

    [Theory(DisplayName = "Silence is ended by the deadline that it meets: the handshake's, the ping's, or none")]
    [InlineData(Silence.Complete, 30, typeof(DisconnectReason.HandshakeTimedOut))]
    [InlineData(Silence.AfterHandshake, 300, typeof(DisconnectReason.Idle))]
    [InlineData(Silence.Withholding, null, null)]
    public void Silence_is_ended(Silence silence, int? seconds, Type? reason)
    {
        var silent = new SilentNode(_simulation, Host(9), silence);
        var engine = new SimulatedEngine(_simulation, Host(1), "peers.idle.timeout = 5m");
        engine.Dial(silent.Listen());
        _simulation.Advance(TimeSpan.FromMinutes(30));

        if (reason is null)
        {
            Assert.Empty(engine.Stopped);
            Assert.Equal(1, silent.Connections);
        }
        else
        {
            var stopped = Assert.Single(engine.Events.All, told => told.Message is PeerStopped);
            Assert.IsType(reason, ((PeerStopped)stopped.Message).Reason);
            Assert.InRange(stopped.At.TotalSeconds, seconds!.Value, seconds.Value + 1);
            Assert.Equal(0, silent.OpenConnections);
        }
    }

    [Fact(DisplayName = "A slow node is waited for: what it has comes as late as it answers, and slower still when it reads slowly")]
    public void A_slow_node()
    {
        var node = Node(1, Immediate);
        var slow = new SlowNode(_simulation, Host(9), _inventory, answerAfter: TimeSpan.FromSeconds(20), readPause: TimeSpan.FromSeconds(3));
        slow.Dial(node.Endpoint);
        var item = _inventory.Add(_inventory.MakeTransaction());
        slow.Offer(item);
        _simulation.Until(() => node.Has(item), TimeSpan.FromMinutes(2));

        Assert.InRange(_simulation.Elapsed.TotalSeconds, 20, 35);
        Assert.Equal((1, 0), (node.Counters.Received, node.Counters.Refused));
    }

    [Fact(DisplayName = "An observer hears the origin first when nobody trickles")]
    public void An_observer()
    {
        var network = new RelayNetwork(_simulation, SimulatedTopology.Random(10, 2, _simulation.Random("topology")), Immediate);
        var observer = new ObserverNode(_simulation, Host(200));
        foreach (var node in network.Nodes)
        {
            observer.Dial(node.Endpoint);
        }

        _simulation.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(10, observer.Connections);
        var item = network.Nodes[3].Announce(network.Inventory.MakeTransaction());
        Assert.Null(observer.FirstAnnouncer(item));
        _simulation.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(network.Nodes[3].Endpoint.Address, observer.FirstAnnouncer(item)!.Value.From);
    }

    [Fact(DisplayName = "In a random graph every node dials as many others, all different, and another seed gives another graph")]
    public void A_random_graph()
    {
        var topology = SimulatedTopology.Random(50, 8, new Random(3));
        var again = SimulatedTopology.Random(50, 8, new Random(3));
        var other = SimulatedTopology.Random(50, 8, new Random(4));
        for (var node = 0; node < 50; node++)
        {
            Assert.Equal(8, topology.DialsOf(node).Distinct().Count());
            Assert.All(topology.DialsOf(node), dialled => Assert.InRange(dialled, 0, 49));
            Assert.DoesNotContain(node, topology.DialsOf(node));
            Assert.Equal(topology.DialsOf(node), again.DialsOf(node));
        }

        Assert.NotEqual(Enumerable.Range(0, 50).SelectMany(topology.DialsOf), Enumerable.Range(0, 50).SelectMany(other.DialsOf));
        Assert.Equal([1], SimulatedTopology.Random(2, 1, new Random(1)).DialsOf(0));
    }

    [Fact(DisplayName = "The inventory takes a block once, and none whose work or transactions are not what the header says")]
    public void Blocks_are_judged()
    {
        var transaction = _inventory.Add(_inventory.MakeTransaction());
        var block = _inventory.MakeBlock(_inventory.Genesis, [transaction], _simulation.Clock.GetUtcNow());
        Assert.Null(_inventory.Add(Block.Create(block.Header, [block.Transactions[0]])));
        var item = _inventory.Add(block);
        Assert.NotNull(item);
        Assert.Same(item, _inventory.Add(Block.Decode(block.ToArray())));
        Assert.Null(_inventory.Add(Block.Create(block.Header, [block.Transactions[0]])));
        Assert.Equal(1, item.Height);
        Assert.Same(transaction, _inventory.Add(Transaction.Decode(transaction.Transaction!.ToArray())));
        Assert.Same(transaction, _inventory.Find(transaction.WitnessId));
        Assert.Equal(BitcoinNetwork.Regtest.GenesisHash, _inventory.Genesis.Id);
    }

    private static PeerSettings With(TricklePolicy policy) =>
        RelayNode.DefaultSettings with { Trickle = RelayNode.DefaultSettings.Trickle with { Policy = policy } };

    private SimulatedHost Host(int number) => _simulation.Network.Host($"10.1.0.{number}");

    private RelayNode Node(int number, PeerSettings settings) => new(_simulation, Host(number), _inventory, settings, AtOnce);

    private void Dial(params (RelayNode From, RelayNode To)[] connections)
    {
        foreach (var (from, to) in connections)
        {
            from.Dial(to.Endpoint);
        }

        _simulation.Advance(TimeSpan.FromSeconds(1));
    }

    /// <summary>A victim who hears of everything from the liar first, a little later from the one who has it.</summary>
    private (RelayNode Honest, RelayNode Victim, LyingNode Liar) LieTo(Lies lies)
    {
        var (honest, victim) = (Node(1, Immediate), Node(2, Immediate));
        _simulation.Network.Link(honest.Endpoint.Address, victim.Endpoint.Address, _simulation.Network.DefaultLink with { Latency = TimeSpan.FromMilliseconds(300) });
        var liar = new LyingNode(_simulation, Host(9), _inventory, lies);
        liar.Dial(honest.Endpoint);
        liar.Dial(victim.Endpoint);
        Dial((honest, victim));
        _simulation.Advance(TimeSpan.FromSeconds(5));
        return (honest, victim, liar);
    }

    private sealed class Watcher : IRelayWatcher
    {
        public List<RelayItem> Origins { get; } = [];

        public List<(RelayNode, RelayItem)> Had { get; } = [];

        public void Originated(RelayNode node, RelayItem item) => Origins.Add(item);

        public void Has(RelayNode node, RelayItem item, IPAddress? from) => Had.Add((node, item));

        public void HeardOf(RelayNode node, RelayItem item, IPAddress from) => Assert.False(node.Has(item));

        public void Connection(RelayNode node, IPAddress remote, Direction direction, DisconnectReason? end) => Assert.Null(end);
    }
}
