namespace Peers;

/// <summary>Time that stands still while we do not read: what a remote owes is not late because we do not listen.</summary>
internal sealed class PausableTime
{
    private TimeSpan _paused;
    private TimeSpan? _since;

    public bool IsPaused => _since is not null;

    /// <summary>The time of ours at that moment.</summary>
    public TimeSpan At(TimeSpan now) => (_since ?? now) - _paused;

    /// <summary>The moment of that time of ours, unless there is another pause before.</summary>
    public TimeSpan Moment(TimeSpan time) => time + _paused;

    public void Pause(TimeSpan now) => _since ??= now;

    public void Resume(TimeSpan now)
    {
        if (_since is { } since)
        {
            _paused += now - since;
            _since = null;
        }
    }

    /// <summary>Takes out a stretch in which we did not run at all.</summary>
    public void Skip(TimeSpan time) => _paused += time;
}
