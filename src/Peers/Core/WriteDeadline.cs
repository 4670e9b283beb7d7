namespace Peers;

/// <summary>When a write that does not come to its end is given up (as Bitcoin Core). One alarm at a time, however many writes there are.</summary>
/// <param name="timeout">How long a write may take; zero for ever.</param>
internal sealed class WriteDeadline(TimeSpan timeout)
{
    /// <summary>A turn that comes late, behind a pause of the machine, may find an acknowledgement waiting behind it: it is looked at once more.</summary>
    private static readonly TimeSpan SecondLook = TimeSpan.FromSeconds(1);

    private TimeSpan? _since;
    private bool _alarmed;
    private bool _looked;

    /// <summary>A write begins.</summary>
    /// <returns>When to sound the alarm from now; null when it is set already, or for never.</returns>
    public TimeSpan? Begin(TimeSpan now)
    {
        _since = now;
        _looked = false;
        if (_alarmed || timeout == TimeSpan.Zero)
        {
            return null;
        }

        _alarmed = true;
        return timeout;
    }

    /// <summary>It has ended.</summary>
    public void End() => _since = null;

    /// <summary>The alarm sounds.</summary>
    /// <param name="now">The time.</param>
    /// <param name="again">When to sound it again; null for not.</param>
    /// <returns>Whether the write is given up.</returns>
    public bool IsOver(TimeSpan now, out TimeSpan? again)
    {
        again = _since is not { } since ? null
            : now - since < timeout ? timeout - (now - since)
            : _looked ? null
            : SecondLook;
        var over = _since is not null && again is null;
        _looked = _since is { } begun && now - begun >= timeout;
        _alarmed = again is not null;
        return over;
    }
}
