using System.Net;
using Akka.Actor;
using Peers.Wire;

namespace Peers.TestKit;

/// <summary>
/// A node that relays as Bitcoin Core does: a whole production engine, whose listener holds a chain and a mempool by id, asks for what is
/// announced to it, one announcer at a time, and announces what it has through the engine's own trickle. Blocks go as compact blocks to those
/// who asked for that (BIP 152), as headers or <c>inv</c> to others.
/// </summary>
/// <remarks>
/// What it is told takes effect when the simulation runs. Items are those of a <see cref="RelayInventory"/>: a node holds a bit for each, so
/// that there can be thousands. Transactions are taken as valid; of blocks, proof of work and merkle root are checked.
/// </remarks>
public sealed class RelayNode
{
    private readonly Simulation _simulation;
    private readonly PeerSettings _settings;
    private IActorRef _actor = ActorRefs.Nobody;
    private int _lives;

    /// <summary>Makes a node, and starts it.</summary>
    /// <param name="simulation">Where it lives.</param>
    /// <param name="host">The host that it runs on.</param>
    /// <param name="inventory">The items of the simulation.</param>
    /// <param name="settings">Settings of its engine, which many may share; null for <see cref="DefaultSettings"/>.</param>
    /// <param name="options">How it behaves; null for the defaults.</param>
    /// <param name="watcher">Who hears what it does; null for nobody.</param>
    public RelayNode(
        Simulation simulation, SimulatedHost host, RelayInventory inventory, PeerSettings? settings = null, RelayNodeOptions? options = null,
        IRelayWatcher? watcher = null)
    {
        ArgumentNullException.ThrowIfNull(simulation);
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(inventory);
        _simulation = simulation;
        Host = host;
        Inventory = inventory;
        Options = options ?? RelayNodeOptions.Default;
        Watcher = watcher;
        Holdings = new RelayHoldings(inventory);
        Endpoint = new IPEndPoint(host.Addresses[0], Port);
        _settings = (settings ?? DefaultSettings) with { BestHeight = () => Height };
        Return();
    }

    /// <summary>The port that nodes listen at.</summary>
    public static int Port => BitcoinNetwork.Regtest.DefaultPort;

    /// <summary>What a node of regtest offers: blocks and witnesses; everything else as in <c>docs/settings.md</c>.</summary>
    public static PeerSettings DefaultSettings { get; } = SimulatedEngine.Read("peers.services = [network, witness]");

    /// <summary>The host that it runs on.</summary>
    public SimulatedHost Host { get; }

    /// <summary>Where it accepts connections.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>The items of the simulation.</summary>
    public RelayInventory Inventory { get; }

    /// <summary>How it behaves.</summary>
    public RelayNodeOptions Options { get; }

    /// <summary>What it has counted.</summary>
    public RelayCounters Counters { get; } = new();

    /// <summary>The last block of its chain.</summary>
    public RelayItem Tip => Holdings.Tip;

    /// <summary>The height of its chain.</summary>
    public int Height => Holdings.Tip.Height;

    /// <summary>Transactions that no block of its chain confirms, in the order in which they came.</summary>
    public IReadOnlyList<RelayItem> Mempool => Holdings.Mempool;

    /// <summary>Connections whose handshake is done, both directions.</summary>
    public int Connections => Peers.Count;

    /// <summary>The addresses at the other ends of its ready connections, the oldest connection first.</summary>
    public IEnumerable<IPAddress> Neighbours => Peers.Select(peer => peer.Address);

    /// <summary>Whether it is there: not after <see cref="Leave"/>, until <see cref="Return"/>.</summary>
    public bool IsOnline { get; private set; }

    /// <summary>What it has sent, as far as it was measured: over ended connections, and over the others at the last <see cref="Measure"/>.</summary>
    public RelayTraffic Traffic => Ended.And(Measured);

    internal IRelayWatcher? Watcher { get; }

    internal RelayHoldings Holdings { get; }

    internal ItemSet HeardOf { get; } = new();

    internal IReadOnlyList<RelayPeer> Peers { get; set; } = [];

    internal RelayTraffic Ended { get; set; } = RelayTraffic.None;

    internal RelayTraffic Measured { get; set; } = RelayTraffic.None;

    /// <summary>Whether it has an item.</summary>
    public bool Has(RelayItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return Holdings.Has(item);
    }

    /// <summary>Opens a connection, and another one when it has ended (<see cref="RelayNodeOptions.RedialAfter"/>).</summary>
    public void Dial(IPEndPoint remote) => _actor.Tell(new RelayNodeActor.DialOne(remote));

    /// <summary>Takes a transaction as its own and announces it to all peers, each at its own time.</summary>
    /// <returns>The transaction as an item.</returns>
    public RelayItem Announce(Transaction transaction)
    {
        var item = Inventory.Add(transaction);
        _actor.Tell(new RelayNodeActor.Made(item));
        return item;
    }

    /// <summary>Makes a block on its tip that confirms its mempool, and announces it to all peers at once.</summary>
    /// <returns>The block as an item.</returns>
    public RelayItem MineBlock()
    {
        var item = Inventory.Add(Inventory.MakeBlock(Tip, Mempool, _simulation.Clock.GetUtcNow()))!;
        _actor.Tell(new RelayNodeActor.Made(item));
        return item;
    }

    /// <summary>Asks all connections what they have sent; <see cref="Traffic"/> shows it when the simulation has run.</summary>
    public void Measure()
    {
        Measured = RelayTraffic.None;
        _actor.Tell(RelayNodeActor.MeasureAll.Instance);
    }

    /// <summary>Stops the engine: all connections end. What the node has, it keeps.</summary>
    public void Leave()
    {
        if (IsOnline)
        {
            IsOnline = false;
            _actor.Tell(RelayNodeActor.LeaveNetwork.Instance);
        }
    }

    /// <summary>Starts anew, after <see cref="Leave"/>: a new engine at the same address, which dials nobody by itself.</summary>
    public void Return()
    {
        if (IsOnline)
        {
            return;
        }

        IsOnline = true;
        var life = ++_lives;
        var settings = _settings with { Random = _simulation.Random($"node {Host} {life}") };
        var engine = new SimulatedEngine(_simulation, Host, settings, recorded: false);
        _actor = _simulation.ActorOf(ActorFactory.Props(() => new RelayNodeActor(this, engine.Manager, engine.Settings)), $"node-{Host.ToString().Replace(':', '.')}-{life}");
    }

    /// <inheritdoc/>
    public override string ToString() => Host.ToString();
}
