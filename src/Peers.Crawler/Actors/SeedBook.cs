namespace Peers.Crawler;

/// <summary>The seeds on their way to the partitions: told again until each partition has taken its own.</summary>
internal sealed class SeedBook
{
    private readonly SortedDictionary<long, Learned> _untaken = [];
    private bool _awaited = true;

    /// <summary>Whether every seed was taken.</summary>
    public bool IsEmpty => !_awaited && _untaken.Count == 0;

    /// <summary>Those that were not taken.</summary>
    public IReadOnlyCollection<Learned> Untaken => _untaken.Values;

    /// <summary>The seeds are being looked up.</summary>
    public void Wait() => _awaited = true;

    /// <summary>These are the seeds.</summary>
    public void Set(IEnumerable<Learned> messages)
    {
        _awaited = false;
        _untaken.Clear();
        foreach (var message in messages)
        {
            _untaken.Add(message.Number, message);
        }
    }

    /// <summary>A partition took them.</summary>
    public void Remove(long number) => _untaken.Remove(number);
}
