using Akka.Actor;

namespace Peers.TestKit;

/// <summary>A <see cref="TimeProvider"/> that shows the virtual time of a <see cref="VirtualTimeScheduler"/>; its timers are items of that scheduler.</summary>
public sealed class VirtualClock : TimeProvider
{
    private readonly VirtualTimeScheduler _scheduler;
    private TimeSpan _jumped;

    /// <summary>Creates a clock that follows <paramref name="scheduler"/>.</summary>
    public VirtualClock(VirtualTimeScheduler scheduler) => _scheduler = scheduler;

    /// <inheritdoc />
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc />
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => _scheduler.Now + _jumped;

    /// <inheritdoc />
    public override long GetTimestamp() => _scheduler.Elapsed.Ticks;

    /// <summary>
    /// Sets the date forward, or backward when <paramref name="by"/> is negative, as NTP, an operator or a laptop that slept does.
    /// <see cref="GetTimestamp"/> and timers, which are monotonic, notice nothing.
    /// </summary>
    public void Jump(TimeSpan by) => _jumped += by;

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new VirtualTimer(_scheduler, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class VirtualTimer(VirtualTimeScheduler scheduler, Action callback) : ITimer
    {
        private Cancelable? _scheduled;
        private bool _disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (_disposed)
                return false;

            Cancel();
            if (dueTime == Timeout.InfiniteTimeSpan)
                return true;

            _scheduled = new Cancelable((IScheduler)scheduler);
            IAdvancedScheduler items = scheduler;
            if (period == Timeout.InfiniteTimeSpan || period == TimeSpan.Zero)
                items.ScheduleOnce(dueTime, callback, _scheduled);
            else
                items.ScheduleRepeatedly(dueTime, period, callback, _scheduled);
            return true;
        }

        public void Dispose()
        {
            _disposed = true;
            Cancel();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Cancel()
        {
            _scheduled?.Cancel(throwOnFirstException: false);
            _scheduled = null;
        }
    }
}
