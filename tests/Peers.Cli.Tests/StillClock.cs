namespace Peers.Cli.Tests;

/// <summary>A clock that stands still. Its timers never fire, but those of one duration fire at once: no test waits for the time.</summary>
internal sealed class StillClock(TimeSpan? atOnce = null) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddYears(56);

    public override long GetTimestamp() => 0;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new StillTimer(callback, state, atOnce, dueTime);

    private sealed class StillTimer : ITimer
    {
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private readonly TimeSpan? _atOnce;

        public StillTimer(TimerCallback callback, object? state, TimeSpan? atOnce, TimeSpan dueTime)
        {
            _callback = callback;
            _state = state;
            _atOnce = atOnce;
            Change(dueTime, Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == _atOnce)
            {
                ThreadPool.QueueUserWorkItem(_ => _callback(_state));
            }

            return true;
        }

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
