using Peers.Wire;

namespace Peers.Crawler;

/// <summary>What the visits of a snapshot say. Holds the reachable nodes, and a number for each visited one.</summary>
internal sealed class ReportFigures
{
    private readonly HashSet<long> _visited = [];
    private readonly Dictionary<long, int> _visitedAgain = [];
    private long _second = long.MinValue;
    private int _inSecond;

    public Dictionary<NetworkEndpoint, ReachedNode> Reached { get; } = [];

    public long[] Outcomes { get; } = new long[VisitOutcomes.All.Count + 1];

    public SortedDictionary<string, NetworkFigures> Networks { get; } = new(StringComparer.Ordinal);

    public long Visits { get; private set; }

    public long Known { get; private set; }

    public int Visited => _visited.Count;

    /// <summary>Visits that began in the same second, at most.</summary>
    public int BusiestSecond { get; private set; }

    /// <summary>Visits that one node had, at most.</summary>
    public int MostVisits => _visited.Count == 0 ? 0 : 1 + _visitedAgain.Values.DefaultIfEmpty().Max();

    public long Asked { get; private set; }

    public DateTimeOffset? LastVisit { get; private set; }

    public static async Task<ReportFigures> ReadAsync(ICrawlReader reader, long snapshot, CancellationToken cancellation)
    {
        var figures = new ReportFigures();
        await foreach (var visit in reader.ReadVisitsAsync(snapshot, cancellation))
        {
            figures.Add(visit);
        }

        await foreach (var node in reader.ReadNodesAsync(cancellation))
        {
            figures.Known++;
            figures.NetworkOf(node.Endpoint).Known++;
        }

        foreach (var endpoint in figures.Reached.Keys)
        {
            figures.NetworkOf(endpoint).Reachable++;
        }

        return figures;
    }

    private void Add(Visit visit)
    {
        Visits++;
        Outcomes[(int)visit.Outcome]++;
        Asked += visit.Addresses is null ? 0 : 1;
        LastVisit = LastVisit is { } last && last > visit.Started ? last : visit.Started;
        CountSecond(visit.Started.ToUnixTimeSeconds());
        if (StoredAddress.IsKept(visit.Endpoint.Address))
        {
            var id = NodeId.Of(visit.Endpoint).Value;
            if (_visited.Add(id))
            {
                NetworkOf(visit.Endpoint).Visited++;
            }
            else
            {
                _visitedAgain[id] = _visitedAgain.GetValueOrDefault(id) + 1;
            }
        }

        if (visit.Outcome.IsReachable())
        {
            Reached[visit.Endpoint] = new ReachedNode(visit.Version, visit.Durations.Connect, visit.Durations.Handshake);
        }
    }

    private void CountSecond(long second)
    {
        _inSecond = second == _second ? _inSecond + 1 : 1;
        _second = second;
        BusiestSecond = Math.Max(BusiestSecond, _inSecond);
    }

    private NetworkFigures NetworkOf(NetworkEndpoint endpoint)
    {
        var name = StoredAddress.NetworkOf(endpoint.Address);
        if (!Networks.TryGetValue(name, out var figures))
        {
            Networks.Add(name, figures = new NetworkFigures());
        }

        return figures;
    }
}

/// <summary>A node that was reached, as it was last.</summary>
internal readonly record struct ReachedNode(NodeVersion? Version, TimeSpan? Connect, TimeSpan? Handshake);

/// <summary>Nodes of one network.</summary>
internal sealed class NetworkFigures
{
    public long Known { get; set; }

    public long Visited { get; set; }

    public long Reachable { get; set; }
}
