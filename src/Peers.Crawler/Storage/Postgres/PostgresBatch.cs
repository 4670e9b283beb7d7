using Peers.Wire;

namespace Peers.Crawler;

/// <summary>What tells a visit of one snapshot from others.</summary>
internal readonly record struct VisitKey(NodeId Node, long Started);

/// <summary>An entry of an answer.</summary>
internal readonly record struct ToldNode(NodeId Address, uint Time, ServiceFlags Services);

/// <summary>What one write is for, sorted out before the database is asked: each node and each visit once.</summary>
internal sealed class PostgresBatch
{
    private readonly NodeCache _cache;

    public PostgresBatch(NodeCache cache, IReadOnlyList<Visit> visits, IReadOnlyList<LearnedNode> learned)
    {
        _cache = cache;
        foreach (var node in learned)
        {
            if (StoredAddress.IsKept(node.Endpoint.Address))
            {
                Hear(node);
            }
        }

        foreach (var visit in visits)
        {
            var node = Meet(new LearnedNode(visit.Endpoint, 0, ServiceFlags.None));
            var key = new VisitKey(node, visit.Started.ToUnixTimeMilliseconds());
            if (!Visits.TryAdd(key, visit with { Started = StoredTime.Round(visit.Started) }))
            {
                continue;
            }

            var entries = visit.Addresses is { } answer ? StoredAddress.Kept(answer.Entries) : [];
            var told = new ToldNode[entries.Count];
            for (var i = 0; i < told.Length; i++)
            {
                var entry = entries[i];
                var seen = HeardTime.Of(entry, visit.Started);
                told[i] = new ToldNode(Meet(new LearnedNode(entry.Endpoint, seen, entry.Services)), entry.Time, entry.Services);
            }

            Told.Add(key, told);
        }
    }

    /// <summary>The nodes that the database may not know, or not as they were told.</summary>
    public SortedDictionary<NodeId, LearnedNode> Nodes { get; } = new(Comparer<NodeId>.Create((left, right) => left.Value.CompareTo(right.Value)));

    /// <summary>The visits, each once.</summary>
    public Dictionary<VisitKey, Visit> Visits { get; } = [];

    /// <summary>What each visit was answered.</summary>
    public Dictionary<VisitKey, ToldNode[]> Told { get; } = [];

    /// <summary>The nodes whose rows will change, so far as they are there.</summary>
    public long[] Locked => [.. Nodes.Keys.Concat(Visits.Keys.Select(key => key.Node)).Select(id => id.Value).Distinct()];

    private NodeId Meet(in LearnedNode node)
    {
        ref var entry = ref _cache.Find(node.Endpoint);
        if (!entry.IsStored)
        {
            Nodes.TryAdd(entry.Id, node);
            entry.IsStored = true;
            entry.HeardSeen = node.HeardSeen;
        }

        return entry.Id;
    }

    private void Hear(in LearnedNode node)
    {
        ref var entry = ref _cache.Find(node.Endpoint);
        if (entry.IsStored && !HeardTime.IsNews(entry.HeardSeen, node.HeardSeen))
        {
            return;
        }

        if (!Nodes.TryGetValue(entry.Id, out var known) || known.HeardSeen < node.HeardSeen)
        {
            Nodes[entry.Id] = node;
        }

        entry.HeardSeen = node.HeardSeen;
        entry.IsStored = true;
    }
}
