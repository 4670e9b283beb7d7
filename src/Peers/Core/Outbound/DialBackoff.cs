namespace Peers;

/// <summary>
/// When an address that failed may be dialled again: after the floor, twice that after the next failure, and so on to the ceiling, each more or less by
/// chance. Bounded: those that wait no longer are forgotten first.
/// </summary>
internal sealed class DialBackoff(RetrySettings settings, Random random)
{
    /// <summary>Addresses that are remembered at most.</summary>
    internal const int Capacity = 10_000;

    private readonly Dictionary<string, Entry> _failed = [];

    public int Count => _failed.Count;

    /// <summary>Notes a failure.</summary>
    /// <returns>When it may be dialled again.</returns>
    public TimeSpan Failed(string remote, TimeSpan now)
    {
        var failures = _failed.TryGetValue(remote, out var known) ? known.Failures + 1 : 1;
        if (known.Failures == 0 && _failed.Count >= Capacity)
        {
            Forget(now);
        }

        var until = now + Delay(failures);
        _failed[remote] = new Entry(failures, now, until);
        return until;
    }

    /// <summary>When it may be dialled; a time that has passed for whoever did not fail.</summary>
    public TimeSpan Until(string remote) => _failed.TryGetValue(remote, out var entry) ? entry.Until : TimeSpan.MinValue;

    /// <summary>It was there.</summary>
    public void Succeeded(string remote) => _failed.Remove(remote);

    /// <summary>Takes back what was noted from a time on: it was nobody's fault but ours.</summary>
    public void Forgive(TimeSpan since)
    {
        foreach (var (remote, entry) in _failed)
        {
            if (entry.At >= since)
            {
                _failed.Remove(remote);
            }
        }
    }

    private TimeSpan Delay(int failures)
    {
        var doubled = settings.Floor * Math.Pow(2, Math.Min(failures - 1, 30));
        var delay = doubled < settings.Ceiling ? doubled : settings.Ceiling;
        return delay * (1 + (settings.Jitter * ((2 * random.NextDouble()) - 1)));
    }

    private void Forget(TimeSpan now)
    {
        foreach (var (remote, entry) in _failed)
        {
            if (entry.Until <= now)
            {
                _failed.Remove(remote);
            }
        }

        if (_failed.Count >= Capacity)
        {
            _failed.Remove(_failed.MinBy(entry => entry.Value.Until).Key);
        }
    }

    private readonly record struct Entry(int Failures, TimeSpan At, TimeSpan Until);
}
