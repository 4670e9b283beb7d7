namespace Peers.Crawler;

/// <summary>
/// How many visits run at a time: more while all of them are used and the machine keeps up, fewer by half when it does not (as TCP shares a line).
/// It does not keep up when it has no socket left, or when a timer that should ring each tick rings late.
/// </summary>
internal sealed class Concurrency(int first, int most, bool adaptive)
{
    private const int Least = 8;

    /// <summary>A tick that is late by more means that a core has more to do than it can.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    private TimeSpan _restsUntil;

    /// <summary>How many may run.</summary>
    public int Allowed { get; private set; } = adaptive ? Math.Min(first, most) : most;

    /// <summary>A tick: grows by an eighth when all was used.</summary>
    public void Tick(int running, TimeSpan lateness, TimeSpan now)
    {
        if (!adaptive)
        {
            return;
        }

        if (lateness > Late)
        {
            Shrink(now);
        }
        else if (running >= Allowed && now >= _restsUntil)
        {
            Allowed = Math.Min(most, Allowed + Math.Max(1, Allowed / 8));
        }
    }

    /// <summary>There was no socket, port or memory for a visit: whatever the settings say, fewer fit.</summary>
    public void Overloaded(TimeSpan now) => Shrink(now);

    private void Shrink(TimeSpan now)
    {
        if (now < _restsUntil)
        {
            return; // One shortage fails many visits, and is one.
        }

        Allowed = Math.Max(Math.Min(Least, most), Allowed / 2);
        _restsUntil = now + Rest;
    }
}
