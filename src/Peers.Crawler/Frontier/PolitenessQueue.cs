namespace Peers.Crawler;

/// <summary>
/// Nodes in the order in which politeness lets them be visited: between two of one subnet, and between two of one netgroup, an interval passes.
/// Each subnet and each netgroup with somebody waiting has a line of its own, so that a crowded one makes nobody else wait. Bounded: who finds
/// no room comes again later.
/// </summary>
/// <param name="subnetInterval">Milliseconds between two of one subnet.</param>
/// <param name="netgroupInterval">Milliseconds between two of one netgroup.</param>
/// <param name="jitter">The share by which both vary.</param>
/// <param name="random">Varies them.</param>
internal sealed class PolitenessQueue(long subnetInterval, long netgroupInterval, double jitter, Random random)
{
    /// <summary>Nodes that wait at most; those of one netgroup at most.</summary>
    internal const int Room = 4096, RoomOfNetgroup = 256;

    private const int LeastUntidy = 1024;

    private readonly Dictionary<ulong, SubnetLine> _subnets = [];
    private readonly Dictionary<ulong, NetgroupLine> _netgroups = [];

    /// <summary>Subnets with somebody waiting whose time has not come, and netgroups with a subnet whose time has come.</summary>
    private readonly PriorityQueue<SubnetLine, long> _subnetsByTime = new();
    private readonly PriorityQueue<NetgroupLine, long> _netgroupsByTime = new();

    private int _untidy = LeastUntidy;

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>Puts a node into the line of its subnet.</summary>
    /// <returns>Whether there was room.</returns>
    public bool TryAdd(int node, ulong subnet, ulong netgroup, long now)
    {
        if (!_subnets.TryGetValue(subnet, out var line))
        {
            if (!_netgroups.TryGetValue(netgroup, out var group))
            {
                _netgroups[netgroup] = group = new NetgroupLine();
            }

            _subnets[subnet] = line = new SubnetLine(group);
            group.Subnets++;
        }

        if (Count >= Room || line.Netgroup.Waiting >= RoomOfNetgroup)
        {
            return false;
        }

        line.Nodes.Enqueue(node);
        line.Netgroup.Waiting++;
        Count++;
        if (!line.Scheduled)
        {
            line.Scheduled = true;
            Schedule(line, now);
        }

        return true;
    }

    /// <summary>Takes the next node that may be visited now.</summary>
    public bool TryTake(long now, out int node)
    {
        while (_subnetsByTime.TryPeek(out var due, out var at) && at <= now)
        {
            _subnetsByTime.Dequeue();
            Ready(due, now);
        }

        if (!_netgroupsByTime.TryPeek(out var group, out var when) || when > now)
        {
            node = -1;
            return false;
        }

        _netgroupsByTime.Dequeue();
        var line = group.Ready.Dequeue();
        node = line.Nodes.Dequeue();
        Count--;
        group.Waiting--;
        group.NextAt = now + Varied(netgroupInterval);
        line.NextAt = now + Varied(subnetInterval);
        line.Scheduled = line.Nodes.Count > 0;
        if (line.Scheduled)
        {
            Schedule(line, now);
        }

        if (group.Ready.Count > 0)
        {
            _netgroupsByTime.Enqueue(group, group.NextAt);
        }

        Tidy(now);
        return true;
    }

    /// <summary>When the next node may be visited, in Unix milliseconds; null when none waits.</summary>
    public long? NextAt()
    {
        var subnet = _subnetsByTime.TryPeek(out _, out var first) ? first : (long?)null;
        var netgroup = _netgroupsByTime.TryPeek(out _, out var second) ? second : (long?)null;
        return subnet is { } one && netgroup is { } other ? Math.Min(one, other) : subnet ?? netgroup;
    }

    private void Schedule(SubnetLine line, long now)
    {
        if (line.NextAt <= now)
        {
            Ready(line, now);
        }
        else
        {
            _subnetsByTime.Enqueue(line, line.NextAt);
        }
    }

    private void Ready(SubnetLine line, long now)
    {
        line.Netgroup.Ready.Enqueue(line);
        if (line.Netgroup.Ready.Count == 1)
        {
            _netgroupsByTime.Enqueue(line.Netgroup, Math.Max(now, line.Netgroup.NextAt));
        }
    }

    private long Varied(long interval) => interval <= 0 ? 0 : (long)(interval * (1 + (jitter * ((2 * random.NextDouble()) - 1))));

    /// <summary>Lines whose time has passed and in which nobody waits say nothing any more.</summary>
    private void Tidy(long now)
    {
        if (_subnets.Count < _untidy)
        {
            return;
        }

        foreach (var (key, line) in _subnets)
        {
            if (line.Nodes.Count == 0 && line.NextAt <= now)
            {
                _subnets.Remove(key);
                line.Netgroup.Subnets--;
            }
        }

        foreach (var (key, line) in _netgroups)
        {
            if (line.Subnets == 0 && line.NextAt <= now)
            {
                _netgroups.Remove(key);
            }
        }

        _untidy = Math.Max(LeastUntidy, 2 * _subnets.Count);
    }

    private sealed class SubnetLine(NetgroupLine netgroup)
    {
        public NetgroupLine Netgroup { get; } = netgroup;

        public Queue<int> Nodes { get; } = new(1);

        public long NextAt { get; set; }

        public bool Scheduled { get; set; }
    }

    private sealed class NetgroupLine
    {
        public Queue<SubnetLine> Ready { get; } = new(1);

        public int Subnets { get; set; }

        public int Waiting { get; set; }

        public long NextAt { get; set; }
    }
}
