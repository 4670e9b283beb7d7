namespace Peers;

/// <summary>Whom not to dial again for a while, as it failed: <c>peers.outbound.cool-down</c>. Bounded: the oldest are forgotten.</summary>
/// <param name="time">How long; zero for never.</param>
internal sealed class CoolDowns(TimeSpan time)
{
    /// <summary>Endpoints that cool down at most.</summary>
    internal const int Capacity = 10_000;

    private readonly Dictionary<string, TimeSpan> _failed = [];
    private readonly Queue<(string Endpoint, TimeSpan At)> _order = []; // All cool down for the same time, so the oldest is the next to be over.

    public int Count => _failed.Count;

    public void Failed(string endpoint, TimeSpan now)
    {
        if (time <= TimeSpan.Zero)
        {
            return;
        }

        _failed[endpoint] = now;
        _order.Enqueue((endpoint, now));
        while (_order.Count > Capacity || _order.Peek().At <= now - time)
        {
            Forget(_order.Dequeue());
        }
    }

    /// <summary>What is left of the time; null when there is none.</summary>
    public TimeSpan? Left(string endpoint, TimeSpan now) =>
        _failed.TryGetValue(endpoint, out var at) && now - at < time ? time - (now - at) : null;

    /// <summary>Takes back what was noted from a time on: it was nobody's fault but ours.</summary>
    public void Forgive(TimeSpan since)
    {
        foreach (var (endpoint, at) in _failed)
        {
            if (at >= since)
            {
                _failed.Remove(endpoint);
            }
        }
    }

    private void Forget((string Endpoint, TimeSpan At) oldest)
    {
        if (_failed.TryGetValue(oldest.Endpoint, out var at) && at == oldest.At)
        {
            _failed.Remove(oldest.Endpoint);
        }
    }
}
