using System.Net;

namespace Peers.TestKit;

/// <summary>Many <see cref="RelayNode"/>s that dial each other as a <see cref="SimulatedTopology"/> says.</summary>
/// <remarks>Node n has the address 10.x.y.z that <see cref="AddressOf"/> gives; each begins to dial at a moment of its own.</remarks>
public sealed class RelayNetwork
{
    private const int HostsPerSubnet = 250;
    private const int FirstByte = 10;

    private readonly Simulation _simulation;
    private readonly List<RelayNode> _nodes = [];
    private readonly Dictionary<IPAddress, RelayNode> _byAddress = [];

    /// <summary>Makes the nodes; they dial as the simulation runs.</summary>
    /// <param name="simulation">Where they live.</param>
    /// <param name="topology">Who dials whom.</param>
    /// <param name="settings">Settings of all engines; null for <see cref="RelayNode.DefaultSettings"/>.</param>
    /// <param name="options">How they behave; null for the defaults.</param>
    /// <param name="watcher">Who hears what they do; null for nobody.</param>
    /// <param name="dialWithin">How long it takes until the last one has begun to dial; null for 10 seconds.</param>
    public RelayNetwork(
        Simulation simulation, SimulatedTopology topology, PeerSettings? settings = null, RelayNodeOptions? options = null,
        IRelayWatcher? watcher = null, TimeSpan? dialWithin = null)
    {
        ArgumentNullException.ThrowIfNull(simulation);
        ArgumentNullException.ThrowIfNull(topology);
        _simulation = simulation;
        Inventory = new RelayInventory();
        for (var number = 0; number < topology.Nodes; number++)
        {
            var node = new RelayNode(simulation, simulation.Network.Host(AddressOf(number)), Inventory, settings, options, watcher);
            _nodes.Add(node);
            _byAddress.Add(node.Endpoint.Address, node);
        }

        var random = simulation.Random("when nodes begin to dial");
        var within = dialWithin ?? TimeSpan.FromSeconds(10);
        for (var number = 0; number < topology.Nodes; number++)
        {
            var (node, others) = (_nodes[number], topology.DialsOf(number));
            simulation.Network.After(within * random.NextDouble(), () =>
            {
                foreach (var other in others)
                {
                    node.Dial(_nodes[other].Endpoint);
                }
            });
        }
    }

    /// <summary>The items of the network.</summary>
    public RelayInventory Inventory { get; }

    /// <summary>The nodes by their numbers.</summary>
    public IReadOnlyList<RelayNode> Nodes => _nodes;

    /// <summary>The address of a node: 10.0.0.1 of the first, 250 in each subnet.</summary>
    public static IPAddress AddressOf(int number) =>
        new([FirstByte, (byte)(number / (HostsPerSubnet * HostsPerSubnet)), (byte)(number / HostsPerSubnet % HostsPerSubnet), (byte)((number % HostsPerSubnet) + 1)]);

    /// <summary>The node at an address; null when none of these is there.</summary>
    public RelayNode? At(IPAddress address) => _byAddress.GetValueOrDefault(address);

    /// <summary>What all nodes have sent until now. The simulation runs, its time does not go on.</summary>
    public RelayTraffic Measure()
    {
        _nodes.ForEach(node => node.Measure());
        _simulation.Run();
        return _nodes.Aggregate(RelayTraffic.None, (sum, node) => sum.And(node.Traffic));
    }

    /// <summary>How many nodes that are online reach each other, over any number of hops: the largest part of the network that hangs together.</summary>
    public int LargestPart()
    {
        HashSet<RelayNode> seen = [];
        var largest = 0;
        foreach (var start in _nodes.Where(node => node.IsOnline && seen.Add(node)))
        {
            var size = 0;
            Queue<RelayNode> waiting = new([start]);
            for (; waiting.TryDequeue(out var node); size++)
            {
                foreach (var other in node.Neighbours.Select(At).OfType<RelayNode>().Where(other => other.IsOnline && seen.Add(other)))
                {
                    waiting.Enqueue(other);
                }
            }

            largest = Math.Max(largest, size);
        }

        return largest;
    }
}
