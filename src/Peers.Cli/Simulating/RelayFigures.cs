using System.Net;
using Peers.TestKit;

namespace Peers.Cli;

/// <summary>When each transaction and block of a simulation was where. It hears the nodes, and writes what it hears into the trace.</summary>
internal sealed class RelayFigures : IRelayWatcher
{
    private readonly Dictionary<RelayItem, Propagation> _byItem = [];
    private readonly List<Propagation> _items = [];
    private readonly Dictionary<RelayNode, int> _numbers = [];

    /// <summary>The clock, once there is a simulation.</summary>
    public Func<TimeSpan> Now { get; set; } = () => TimeSpan.Zero;

    /// <summary>Called when an item was made.</summary>
    public Action<Propagation>? Made { get; set; }

    public TraceLines? Trace { get; set; }

    /// <summary>How many nodes are asked how far an item came.</summary>
    public int Nodes => _numbers.Count;

    public IEnumerable<Propagation> Transactions => _items.Where(item => !item.Item.IsBlock);

    public IEnumerable<Propagation> Blocks => _items.Where(item => item.Item.IsBlock);

    public IReadOnlyList<Propagation> Items => _items;

    /// <summary>Connections that ended.</summary>
    public int ConnectionsEnded { get; private set; }

    /// <summary>Counts these nodes, and no others, in the order of their numbers.</summary>
    public void Count(IEnumerable<RelayNode> nodes)
    {
        foreach (var node in nodes)
        {
            _numbers.Add(node, _numbers.Count);
        }
    }

    public int NumberOf(RelayNode node) => _numbers[node];

    public void Originated(RelayNode node, RelayItem item)
    {
        var propagation = new Propagation(item, node, Now(), Nodes);
        _byItem.Add(item, propagation);
        _items.Add(propagation);
        Made?.Invoke(propagation);
        Trace?.Write("originated", node, item, null);
    }

    public void Has(RelayNode node, RelayItem item, IPAddress? from)
    {
        Trace?.Write("has", node, item, from);
        if (_byItem.TryGetValue(item, out var propagation) && _numbers.TryGetValue(node, out var number))
        {
            propagation.Arrivals.Add(new Arrival(number, Now() - propagation.At));
        }
    }

    public void HeardOf(RelayNode node, RelayItem item, IPAddress from) => Trace?.Write("heard-of", node, item, from);

    public void Connection(RelayNode node, IPAddress remote, Direction direction, DisconnectReason? end)
    {
        ConnectionsEnded += end is null ? 0 : 1;
        Trace?.Connection(node, remote, direction, end);
    }
}

/// <summary>An item was at a node so long after it was made.</summary>
internal readonly record struct Arrival(int Node, TimeSpan After);

/// <summary>How an item spread.</summary>
internal sealed class Propagation(RelayItem item, RelayNode origin, TimeSpan at, int nodes)
{
    public RelayItem Item => item;

    public RelayNode Origin => origin;

    /// <summary>When it was made, in virtual time since the start.</summary>
    public TimeSpan At => at;

    /// <summary>In the order of time; the first is the origin's, if it is one of those that count.</summary>
    public List<Arrival> Arrivals { get; } = [];

    /// <summary>How long it took to be at that share of all nodes; null when it never was.</summary>
    public TimeSpan? TimeTo(double share) => TimeTo(share, nodes, _ => true);

    /// <summary>The same for some of the nodes.</summary>
    /// <param name="share">The share of them, from 0 to 1.</param>
    /// <param name="count">How many they are.</param>
    /// <param name="counts">Whether a node is one of them.</param>
    public TimeSpan? TimeTo(double share, int count, Func<int, bool> counts)
    {
        var wanted = Math.Max(1, (int)Math.Ceiling((share * count) - 1e-9));
        foreach (var arrival in Arrivals)
        {
            if (counts(arrival.Node) && --wanted == 0)
            {
                return arrival.After;
            }
        }

        return null;
    }
}
