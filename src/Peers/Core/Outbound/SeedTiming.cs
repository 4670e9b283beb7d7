namespace Peers;

/// <summary>
/// When seeds are asked: at once while no address is known, else when those that are known have not come to two connections within a time (as Bitcoin
/// Core); and each time later than the time before, so that those who keep them are not asked without end.
/// </summary>
internal sealed class SeedTiming(SeedSettings settings, Random random)
{
    /// <summary>Connections that show that what is known will do.</summary>
    private const int Enough = 2;

    private static readonly RetrySettings Again = new(TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), 0.2);

    private readonly DialBackoff _asked = new(Again, random);
    private TimeSpan _began;

    /// <summary>Connections are to be kept from now on.</summary>
    public void Begin(TimeSpan now) => _began = now;

    /// <summary>Whether to ask now; it counts as asked.</summary>
    /// <param name="known">Addresses that are known.</param>
    /// <param name="ready">Full-relay connections.</param>
    /// <param name="now">The time.</param>
    public bool IsDue(int known, int ready, TimeSpan now)
    {
        if (ready >= Enough || now < _asked.Until("") || (known > 0 && now - _began < settings.Wait))
        {
            return false;
        }

        _asked.Failed("", now);
        return true;
    }
}
