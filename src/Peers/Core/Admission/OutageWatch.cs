namespace Peers;

/// <summary>
/// Tells an outage of our own from faults of remotes: when connections to many netgroups fail within a short time and nobody is heard of meanwhile, it
/// is our line. Netgroups are counted, so that nobody makes an outage with the addresses of one owner; a remote that answers ends it.
/// </summary>
/// <param name="netgroups">How many netgroups must fail; 0 for never.</param>
/// <param name="window">Within which time; an outage lasts as long after the last failure of its kind.</param>
internal sealed class OutageWatch(int netgroups, TimeSpan window)
{
    /// <summary>Failures that are remembered at most, however many there are in a window.</summary>
    private const int Memory = 256;

    private readonly Queue<(TimeSpan At, ulong Netgroup)> _failures = [];
    private TimeSpan? _last;

    /// <summary>Notes a failure: of a dial, or of a connection that was ready.</summary>
    public void Failed(ulong netgroup, TimeSpan now)
    {
        _failures.Enqueue((now, netgroup));
        while (_failures.Count > Memory || _failures.Peek().At <= now - window)
        {
            _failures.Dequeue();
        }

        if (netgroups > 0 && _failures.Select(failure => failure.Netgroup).Distinct().Count() >= netgroups)
        {
            _last = now;
        }
    }

    /// <summary>Somebody was heard of: a handshake was done, a ping answered.</summary>
    public void Heard()
    {
        _failures.Clear();
        _last = null;
    }

    /// <summary>Whether there is an outage: then nobody is blamed for what happens.</summary>
    public bool IsOut(TimeSpan now) => _last is { } last && now - last < window;

    /// <summary>Since when failures are due to it: what was noted from then on is not the remotes' fault.</summary>
    public TimeSpan Since => _failures.TryPeek(out var first) ? first.At : _last ?? TimeSpan.MaxValue;
}
