using Peers.Wire;

namespace Peers.Crawler;

/// <summary>
/// One partition's nodes: which are known, which are to be visited, in what order, and who has them. Pure; times are Unix milliseconds.
/// </summary>
/// <remarks>
/// A node is in one <see cref="NodePlace"/>; those that wait are in one of the queues. Nodes that were seen within a day go before others: where
/// most of what is known is dead, they are what is looked for.
/// </remarks>
/// <typeparam name="TWorker">What a worker is known by.</typeparam>
internal sealed class Frontier<TWorker>
    where TWorker : notnull
{
    private const long Day = 24 * 60 * 60;

    private readonly CrawlSettings _settings;
    private readonly DialRules _rules;
    private readonly Random _random;
    private readonly int _room;
    private readonly NodeTable _nodes = new();
    private readonly LeaseBook<TWorker> _leases = new();
    private readonly Queue<int> _recent = new();
    private readonly Queue<int> _others = new();
    private readonly PriorityQueue<int, long> _revisits = new();
    private readonly PolitenessQueue _polite;

    public Frontier(CrawlSettings settings, DialRules rules, Random random)
    {
        _settings = settings;
        _rules = rules;
        _random = random;

        // Netgroups are spread by hash, so partitions are about equally full; a partition may still be several times the mean.
        _room = Math.Max(1024, settings.MaxKnown / Netgroup.Partitions * 4);
        var politeness = settings.Politeness;
        _polite = new PolitenessQueue(
            (long)politeness.SubnetInterval.TotalMilliseconds, (long)politeness.NetgroupInterval.TotalMilliseconds, politeness.Jitter, random);
    }

    /// <summary>Nodes that are known.</summary>
    public int Known => _nodes.Count;

    /// <summary>Nodes that are to be visited, now or when they are due.</summary>
    public int Waiting => _recent.Count + _others.Count + _polite.Count + (VisitsOnce ? _revisits.Count : 0);

    /// <summary>Nodes that workers have.</summary>
    public int Leased => _leases.Count;

    /// <summary>Nodes that were visited in this snapshot.</summary>
    public int Visited { get; private set; }

    /// <summary>Nodes that are never dialled, and those that nobody has seen for too long.</summary>
    public int Excluded { get; private set; }

    /// <summary>Nodes that found no room.</summary>
    public long Dropped { get; private set; }

    private bool VisitsOnce => _settings.RevisitAfter == TimeSpan.Zero;

    /// <summary>Takes in a node as the store has it.</summary>
    public void Restore(KnownNode known, long now)
    {
        if (!TryAdd(known.Endpoint, out var node))
        {
            return;
        }

        ref var state = ref _nodes[node];
        state.LastVisit = Math.Max(state.LastVisit, Seconds(known.LastVisit));
        state.LastAsked = Math.Max(state.LastAsked, Seconds(known.LastAsked));
        if (known.VisitedInSnapshot && !state.Visited)
        {
            // A worker may have died between the store and its report.
            state.Visited = true;
            Visited++;
            state.Place = state.Place == NodePlace.Waiting && VisitsOnce ? NodePlace.Done : state.Place;
        }

        Heard(node, known.HeardSeen, now);
    }

    /// <summary>Takes in a node that somebody told of.</summary>
    public void Learn(LearnedNode learned, long now)
    {
        if (TryAdd(learned.Endpoint, out var node))
        {
            Heard(node, learned.HeardSeen, now);
        }
    }

    /// <summary>Gives nodes to a worker.</summary>
    public List<LeasedNode> Take(TWorker worker, int capacity, long now, TimeSpan length)
    {
        Advance(now);
        var taken = new List<LeasedNode>(Math.Min(capacity, 64));

        // Who is in a crowded line makes others wait no longer than this many looks.
        for (var looks = (4 * capacity) + 64; looks > 0 && taken.Count < capacity; looks--)
        {
            if (_polite.TryTake(now, out var node))
            {
                ref var state = ref _nodes[node];
                if (state.Place != NodePlace.Waiting)
                {
                    continue; // Its visit was reported after its lease had run out.
                }

                state.Place = NodePlace.Leased;
                _leases.Give(node, worker, now + (long)length.TotalMilliseconds);
                taken.Add(new LeasedNode(_nodes.EndpointOf(node), (now / 1000) - state.LastAsked > (long)_settings.AddressesAfter.TotalSeconds));
            }
            else if (!TryQueue(now))
            {
                break;
            }
        }

        return taken;
    }

    /// <summary>Notes what became of a node, whoever had it.</summary>
    public void Done(TWorker worker, VisitReport report, long now)
    {
        if (!TryAdd(report.Endpoint, out var node))
        {
            return;
        }

        ref var state = ref _nodes[node];
        if (report.Outcome == VisitOutcome.Overloaded)
        {
            // Given back unvisited; if another worker has it by now, it is theirs.
            if (state.Place == NodePlace.Leased && _leases.Has(node, worker))
            {
                _leases.End(node);
                Wait(node, now);
            }

            return;
        }

        if (!state.Visited)
        {
            state.Visited = true;
            Visited++;
        }

        _leases.End(node);
        state.LastVisit = Math.Max(state.LastVisit, (uint)report.At.ToUnixTimeSeconds());
        if (report.Answered)
        {
            state.LastAsked = Math.Max(state.LastAsked, (uint)report.At.ToUnixTimeSeconds());
        }

        // A lease that ran out may have put it into a queue again; there it is found to be done.
        state.Place = NodePlace.Done;
        Schedule(node, now);
    }

    /// <summary>Ends the leases of a worker that is gone: its nodes are given to others.</summary>
    public void Forget(TWorker worker, long now)
    {
        foreach (var node in _leases.EndAllOf(worker))
        {
            Wait(node, now);
        }
    }

    /// <summary>When a node can be given next, from now; null when none waits.</summary>
    public TimeSpan? NextIn(long now)
    {
        Advance(now);
        if (_recent.Count + _others.Count > 0)
        {
            return TimeSpan.Zero;
        }

        var next = _polite.NextAt();
        if (_revisits.TryPeek(out _, out var due))
        {
            next = Math.Min(next ?? due, due);
        }

        return next is { } at ? TimeSpan.FromMilliseconds(Math.Max(0, at - now)) : null;
    }

    /// <summary>How long the node that has waited longest for its revisit has been due.</summary>
    public TimeSpan OldestDue(long now) =>
        _revisits.TryPeek(out _, out var due) && due < now ? TimeSpan.FromMilliseconds(now - due) : TimeSpan.Zero;

    private static uint Seconds(DateTimeOffset? time) => (uint)Math.Max(0, time?.ToUnixTimeSeconds() ?? 0);

    private bool TryAdd(NetworkEndpoint endpoint, out int node)
    {
        node = _nodes.Find(endpoint);
        if (node >= 0)
        {
            return true;
        }

        if (_nodes.Count >= _room)
        {
            Dropped++;
            return false;
        }

        _nodes.Add(endpoint, out node);
        return true;
    }

    /// <summary>Somebody says that the node was seen: a new one, or one that nobody had seen for long, may have to be visited now.</summary>
    private void Heard(int node, uint seen, long now)
    {
        ref var state = ref _nodes[node];
        var isSeed = seen == 0;
        state.HeardSeen = Math.Max(state.HeardSeen, Math.Min(seen, (uint)(now / 1000)));
        if (state.Place is not (NodePlace.New or NodePlace.Stale))
        {
            return;
        }

        var wasStale = state.Place == NodePlace.Stale;
        if (!wasStale && _rules.Of(_nodes.EndpointOf(node)) is not null)
        {
            state.Place = NodePlace.Excluded;
            Excluded++;
        }
        else if (!isSeed && (now / 1000) - state.HeardSeen > (long)_settings.AddressAge.TotalSeconds)
        {
            Excluded += wasStale ? 0 : 1;
            state.Place = NodePlace.Stale;
        }
        else
        {
            Excluded -= wasStale ? 1 : 0;
            Schedule(node, now);
        }
    }

    /// <summary>Puts a node where its last visit says: to wait, to wait until it is due, or nowhere.</summary>
    private void Schedule(int node, long now)
    {
        ref var state = ref _nodes[node];
        var interval = _settings.RevisitAfter;
        if (VisitsOnce)
        {
            if (state.Visited)
            {
                state.Place = NodePlace.Done;
                return;
            }

            // Not in this snapshot, but perhaps minutes ago in the one before.
            interval = CrawlSettings.VisitFloor;
        }

        // Kept to the second, and never early.
        var due = state.LastVisit == 0 ? 0 : ((state.LastVisit + 1) * 1000L) + (long)(interval.TotalMilliseconds * (1 + (_settings.Politeness.Jitter * _random.NextDouble())));
        if (due <= now)
        {
            Wait(node, now);
        }
        else
        {
            state.Place = NodePlace.Done;
            _revisits.Enqueue(node, due);
        }
    }

    private void Wait(int node, long now)
    {
        ref var state = ref _nodes[node];
        state.Place = NodePlace.Waiting;
        (state.HeardSeen == 0 || (now / 1000) - state.HeardSeen <= Day ? _recent : _others).Enqueue(node);
    }

    private void Advance(long now)
    {
        while (_leases.TryExpire(now, out var node))
        {
            Wait(node, now);
        }

        while (_revisits.TryPeek(out var node, out var due) && due <= now)
        {
            _revisits.Dequeue();
            if (_nodes[node].Place == NodePlace.Done)
            {
                Wait(node, now);
            }
        }
    }

    /// <summary>Moves the next node that waits into its line of politeness; behind the others when that line is full.</summary>
    private bool TryQueue(long now)
    {
        var queue = _recent.Count > 0 ? _recent : _others;
        if (!queue.TryDequeue(out var node))
        {
            return false;
        }

        if (_nodes[node].Place == NodePlace.Waiting)
        {
            var address = _nodes.EndpointOf(node).Address;
            if (!_polite.TryAdd(node, Netgroup.SubnetOf(address), Netgroup.Of(address), now))
            {
                _others.Enqueue(node);
            }
        }

        return true;
    }
}
