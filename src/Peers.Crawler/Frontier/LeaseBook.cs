namespace Peers.Crawler;

/// <summary>Who has which node, until when. All leases are equally long, so they run out in the order in which they were given.</summary>
/// <typeparam name="TWorker">What a worker is known by.</typeparam>
internal sealed class LeaseBook<TWorker>
    where TWorker : notnull
{
    private readonly Dictionary<int, (TWorker Worker, long Until)> _leases = [];
    private readonly Queue<(int Node, long Until)> _byTime = new();

    /// <summary>How many nodes are leased.</summary>
    public int Count => _leases.Count;

    /// <summary>Gives a node to a worker.</summary>
    public void Give(int node, TWorker worker, long until)
    {
        _leases[node] = (worker, until);
        _byTime.Enqueue((node, until));
    }

    /// <summary>Ends a lease, whoever has it.</summary>
    /// <returns>Whether there was one.</returns>
    public bool End(int node) => _leases.Remove(node);

    /// <summary>Whether a worker has a node.</summary>
    public bool Has(int node, TWorker worker) => _leases.TryGetValue(node, out var lease) && lease.Worker.Equals(worker);

    /// <summary>Ends the next lease that has run out.</summary>
    public bool TryExpire(long now, out int node)
    {
        while (_byTime.TryPeek(out var first) && first.Until <= now)
        {
            _byTime.Dequeue();

            // One that ended before its time may have been given anew: then its later entry counts.
            if (_leases.TryGetValue(first.Node, out var lease) && lease.Until == first.Until)
            {
                _leases.Remove(first.Node);
                node = first.Node;
                return true;
            }
        }

        node = -1;
        return false;
    }

    /// <summary>Ends the leases of a worker that is gone.</summary>
    public IReadOnlyList<int> EndAllOf(TWorker worker)
    {
        var nodes = _leases.Where(lease => lease.Value.Worker.Equals(worker)).Select(lease => lease.Key).Order().ToList();
        nodes.ForEach(node => _leases.Remove(node));
        return nodes;
    }
}
