namespace Peers.Crawler;

/// <summary>Lets visits begin at a rate: what is not used is kept for a fifth of a second, so that a second begins without a burst.</summary>
internal sealed class VisitRate
{
    private const double Burst = 0.2;

    private double _perSecond;
    private double _tokens;
    private TimeSpan _at;

    /// <summary>Sets the rate, in visits a second.</summary>
    public void Set(double perSecond) => _perSecond = perSecond;

    /// <summary>Whether one more may begin now.</summary>
    public bool TryBegin(TimeSpan now)
    {
        _tokens = Math.Min(Math.Max(1, _perSecond * Burst), _tokens + (_perSecond * (now - _at).TotalSeconds));
        _at = now;
        if (_tokens < 1)
        {
            return false;
        }

        _tokens--;
        return true;
    }
}
