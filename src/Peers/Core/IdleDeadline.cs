namespace Peers;

/// <summary>Until when a remote must have said something. Time in which we did not read is not held against it.</summary>
internal sealed class IdleDeadline(TimeSpan timeout, TimeSpan now)
{
    private TimeSpan _since = now;
    private TimeSpan? _pausedAt;

    public void Heard(TimeSpan now) => _since = now;

    public void Paused(TimeSpan now) => _pausedAt ??= now;

    public void Resumed(TimeSpan now)
    {
        if (_pausedAt is { } paused)
        {
            _since += now - paused;
            _pausedAt = null;
        }
    }

    /// <summary>The time that is left; zero or less when the remote is idle.</summary>
    public TimeSpan Left(TimeSpan now) => _pausedAt is { } paused ? timeout - (paused - _since) : timeout - (now - _since);
}
