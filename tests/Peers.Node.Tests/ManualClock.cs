namespace Peers.Node.Tests;

/// <summary>A time that goes on when a test says so.</summary>
internal sealed class ManualClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<(DateTimeOffset Due, ManualTimer Timer)> _timers = [];
    private DateTimeOffset _now = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(() => callback(state));
        lock (_gate)
        {
            _timers.Add((_now + dueTime, timer));
        }

        return timer;
    }

    public void Advance(TimeSpan time)
    {
        List<ManualTimer> due;
        lock (_gate)
        {
            _now += time;
            due = [.. _timers.Where(timer => timer.Due <= _now).Select(timer => timer.Timer)];
            _timers.RemoveAll(timer => timer.Due <= _now);
        }

        due.ForEach(timer => timer.Fire());
    }

    private sealed class ManualTimer(Action fire) : ITimer
    {
        private bool _isOver;

        public void Fire()
        {
            if (!_isOver)
            {
                fire();
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose() => _isOver = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
