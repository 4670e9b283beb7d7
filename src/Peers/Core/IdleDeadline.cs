namespace Peers;

/// <summary>Until when a remote must have said something. Time in which we did not read is not held against it.</summary>
internal sealed class IdleDeadline(TimeSpan timeout, TimeSpan now)
{
    private readonly PausableTime _time = new();
    private TimeSpan _since = now;

    /// <summary>When the remote is idle unless it says something; null while we do not read.</summary>
    public TimeSpan? Due => _time.IsPaused ? null : _time.Moment(_since + timeout);

    public void Heard(TimeSpan now) => _since = _time.At(now);

    public void Paused(TimeSpan now) => _time.Pause(now);

    public void Resumed(TimeSpan now) => _time.Resume(now);

    /// <summary>We did not run for so long.</summary>
    public void Overslept(TimeSpan time) => _time.Skip(time);
}
