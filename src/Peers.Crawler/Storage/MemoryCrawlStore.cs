using System.Runtime.InteropServices;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>
/// A store that is gone with its process: for simulations, for tests and to look at a crawl whose data nobody keeps. Whatever is asked of it is done
/// when the call returns, so that a simulation in virtual time stays the same with the same seed. It holds whatever is written to it.
/// </summary>
/// <param name="keepsGossip">
/// Whether it keeps who told of whom, at 16 bytes an entry. Without, visits come back with answers of no entries, and there is no gossip.
/// </param>
public sealed class MemoryCrawlStore(bool keepsGossip = true) : ICrawlStore, ICrawlReader
{
    private readonly Lock _lock = new();
    private readonly List<CrawlSnapshot> _snapshots = [];
    private readonly Dictionary<NetworkEndpoint, int> _indexes = [];
    private readonly List<Node> _nodes = [];
    private readonly List<int>[] _partitions = [.. Enumerable.Range(0, Netgroup.Partitions).Select(_ => new List<int>())];
    private readonly List<KeptVisit> _visits = [];
    private readonly HashSet<VisitKey> _visitKeys = [];

    /// <inheritdoc/>
    public Task<CrawlSnapshot> OpenSnapshotAsync(string network, DateTimeOffset now, CancellationToken cancellation = default)
    {
        lock (_lock)
        {
            if (_snapshots is [.., var last])
            {
                if (last.Network != network)
                {
                    return Task.FromException<CrawlSnapshot>(StoreErrors.OtherNetwork("this store", last.Network, network));
                }

                if (last.Ended is null)
                {
                    return Task.FromResult(last);
                }
            }

            var snapshot = new CrawlSnapshot(_snapshots.Count + 1, network, StoredTime.Round(now), null);
            _snapshots.Add(snapshot);
            return Task.FromResult(snapshot);
        }
    }

    /// <inheritdoc/>
    public Task CloseSnapshotAsync(long snapshot, DateTimeOffset ended, CancellationToken cancellation = default)
    {
        lock (_lock)
        {
            var index = checked((int)snapshot) - 1;
            if (index < 0 || index >= _snapshots.Count)
            {
                return Task.FromException(StoreErrors.NoSnapshot("this store", snapshot));
            }

            if (_snapshots[index].Ended is null)
            {
                _snapshots[index] = _snapshots[index] with { Ended = StoredTime.Round(ended) };
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task AppendAsync(
        long snapshot, IReadOnlyList<Visit> visits, IReadOnlyList<LearnedNode> learned, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(visits);
        ArgumentNullException.ThrowIfNull(learned);
        lock (_lock)
        {
            if (snapshot < 1 || snapshot > _snapshots.Count)
            {
                return Task.FromException(StoreErrors.NoSnapshot("this store", snapshot));
            }

            var heard = visits.Count > 0 ? StoredTime.Round(visits[0].Started) : _snapshots[(int)snapshot - 1].Started;
            foreach (var node in learned.Where(node => StoredAddress.IsKept(node.Endpoint.Address)))
            {
                var known = _nodes[IndexOf(node.Endpoint, heard, node.HeardSeen)];
                known.HeardSeen = HeardTime.Newest(known.HeardSeen, node.HeardSeen);
            }

            foreach (var visit in visits)
            {
                Append(snapshot, visit with { Started = StoredTime.Round(visit.Started) });
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<KnownNode> LoadAsync(long snapshot, int partition, CancellationToken cancellation = default)
    {
        lock (_lock)
        {
            return _partitions[partition].Select(index =>
            {
                var node = _nodes[index];
                var visited = node.Snapshots?.Contains(snapshot) ?? false;
                return new KnownNode(node.Endpoint, node.HeardSeen, node.State.LastVisit?.At, node.State.LastAsked, visited);
            }).ToArray().ToAsyncEnumerable();
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<CrawlSnapshot>> ReadSnapshotsAsync(CancellationToken cancellation = default)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<CrawlSnapshot>>([.. _snapshots]);
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<NodeRecord> ReadNodesAsync(CancellationToken cancellation = default)
    {
        lock (_lock)
        {
            return _nodes.Select(node => node.ToRecord())
                .OrderBy(node => node.Endpoint.ToString(), StringComparer.Ordinal)
                .ThenBy(node => StoredAddress.NetworkOf(node.Endpoint.Address), StringComparer.Ordinal)
                .ToArray().ToAsyncEnumerable();
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<Visit> ReadVisitsAsync(long snapshot, CancellationToken cancellation = default)
    {
        // The gossip is unpacked one visit after another: all of it at once would be many times the size of the store.
        return VisitsOf(snapshot).OrderBy(kept => kept.Visit.Started).ToArray().ToAsyncEnumerable()
            .Select(kept => kept.Visit.Addresses is { } answer ? kept.Visit with { Addresses = answer with { Entries = EntriesOf(kept) } } : kept.Visit);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<GossipRecord> ReadGossipAsync(long snapshot, CancellationToken cancellation = default) =>
        ReadVisitsAsync(snapshot, cancellation).SelectMany(StoredRow.Gossip);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Append(long snapshot, Visit visit)
    {
        var index = IndexOf(visit.Endpoint, visit.Started);
        if (!_visitKeys.Add(new VisitKey(snapshot, index, visit.Started.ToUnixTimeMilliseconds())))
        {
            return;
        }

        var node = _nodes[index];
        node.State = node.State.After(visit);
        node.HeardSeen = HeardTime.After(node.HeardSeen, visit);
        if (NodeState.Counts(visit.Outcome))
        {
            (node.Snapshots ??= []).Add(snapshot);
        }

        var gossip = new List<Gossip>();
        if (visit.Addresses is { } answer)
        {
            if (keepsGossip)
            {
                gossip.Capacity = answer.Entries.Count;
                foreach (var entry in answer.Entries.Where(entry => StoredAddress.IsKept(entry.Endpoint.Address)))
                {
                    gossip.Add(new Gossip(IndexOf(entry.Endpoint, visit.Started, HeardTime.Of(entry, visit.Started)), entry.Time, entry.Services));
                }
            }

            visit = visit with { Addresses = answer with { Entries = [] } };
        }

        _visits.Add(new KeptVisit(snapshot, visit, gossip));
    }

    private int IndexOf(NetworkEndpoint endpoint, DateTimeOffset heard, uint seen = 0)
    {
        ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(_indexes, endpoint, out var known);
        if (!known)
        {
            index = _nodes.Count;
            _nodes.Add(new Node { Endpoint = endpoint, FirstHeard = heard, HeardSeen = seen });
            _partitions[Netgroup.PartitionOf(endpoint.Address)].Add(index);
        }

        return index;
    }

    private KeptVisit[] VisitsOf(long snapshot)
    {
        lock (_lock)
        {
            return [.. _visits.Where(kept => kept.Snapshot == snapshot)];
        }
    }

    private AddressEntry[] EntriesOf(KeptVisit kept)
    {
        lock (_lock)
        {
            return [.. kept.Gossip.Select(gossip => new AddressEntry(gossip.Time, gossip.Services, _nodes[gossip.Node].Endpoint))];
        }
    }

    private readonly record struct VisitKey(long Snapshot, int Node, long Started);

    private readonly record struct Gossip(int Node, uint Time, ServiceFlags Services);

    private sealed record KeptVisit(long Snapshot, Visit Visit, IReadOnlyList<Gossip> Gossip);

    private sealed class Node
    {
        public required NetworkEndpoint Endpoint { get; init; }

        public required DateTimeOffset FirstHeard { get; init; }

        public uint HeardSeen { get; set; }

        public NodeState State { get; set; } = NodeState.Unvisited;

        public List<long>? Snapshots { get; set; }

        public NodeRecord ToRecord() => new(
            Endpoint, FirstHeard, HeardSeen, State.LastVisit, State.LastReachable, State.LastVersion, State.Visits, State.Uptime);
    }
}
