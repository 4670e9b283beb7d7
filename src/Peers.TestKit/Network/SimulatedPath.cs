using System.Net;

namespace Peers.TestKit;

/// <summary>One direction of one connection: packets arrive in the order they were sent, later, and wait while the way is cut.</summary>
internal sealed class SimulatedPath(SimulatedNetwork network, IPEndPoint from, IPEndPoint to, LinkProfile profile, Random random)
{
    private readonly Queue<Action> _waiting = new();
    private long _lastArrival;
    private long _busyUntil;
    private bool _releasing;

    public IPEndPoint From => from;

    public IPEndPoint To => to;

    public TimeSpan Now => network.Scheduler.Elapsed;

    public bool IsCut => _waiting.Count > 0 || network.IsCut(from, to);

    public void At(TimeSpan instant, Action action) => network.After(instant - Now, action);

    public void Send(Action arrive, int bytes = 0)
    {
        var now = network.Scheduler.Elapsed.Ticks;
        var sent = now;
        if (profile.BytesPerSecond is { } rate && bytes > 0)
        {
            _busyUntil = Math.Max(_busyUntil, now) + (long)((double)bytes * TimeSpan.TicksPerSecond / rate);
            sent = _busyUntil;
        }

        var jitter = profile.Jitter > TimeSpan.Zero ? random.NextInt64(profile.Jitter.Ticks + 1) : 0;
        _lastArrival = Math.Max(_lastArrival, sent + profile.Latency.Ticks + jitter);
        network.After(TimeSpan.FromTicks(_lastArrival - now), () => Arrive(arrive));
    }

    /// <summary>Lets through what waited: TCP sends it again once the way is whole.</summary>
    public void Release()
    {
        if (_releasing || _waiting.Count == 0)
            return;

        _releasing = true;
        network.After(profile.Latency, () =>
        {
            _releasing = false;
            while (_waiting.Count > 0 && !network.IsCut(from, to))
                _waiting.Dequeue()();
            if (_waiting.Count > 0)
                network.Wait(this);
        });
    }

    private void Arrive(Action arrive)
    {
        if (_waiting.Count > 0 || network.IsCut(from, to))
        {
            if (_waiting.Count == 0)
                network.Wait(this);
            _waiting.Enqueue(arrive);
        }
        else
        {
            arrive();
        }
    }
}
