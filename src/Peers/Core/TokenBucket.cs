namespace Peers;

/// <summary>So many a second, and some at once: tokens come with time up to a burst, and each thing that is let through takes one.</summary>
internal sealed class TokenBucket
{
    private readonly RateLimit _limit;
    private double _tokens;
    private TimeSpan _at;

    /// <param name="limit">The rate and the burst.</param>
    /// <param name="tokens">Tokens to begin with.</param>
    /// <param name="now">When it begins.</param>
    public TokenBucket(RateLimit limit, double tokens, TimeSpan now)
    {
        _limit = limit;
        _tokens = tokens;
        _at = now;
    }

    /// <summary>Tokens that did not come with time: they may go above the burst (as Bitcoin Core's for an answer that was asked for).</summary>
    public void Grant(int tokens) => _tokens += tokens;

    /// <summary>Takes as many as there are, up to so many.</summary>
    public int Take(int most, TimeSpan now)
    {
        Fill(now);
        var taken = (int)Math.Min(most, _tokens);
        _tokens -= taken;
        return taken;
    }

    /// <summary>Takes all or nothing. What is larger than the burst costs a full bucket, or it would never pass.</summary>
    public bool TryTake(int all, TimeSpan now)
    {
        Fill(now);
        var cost = Math.Min(all, _limit.Burst);
        if (_tokens < cost)
        {
            return false;
        }

        _tokens -= cost;
        return true;
    }

    private void Fill(TimeSpan now)
    {
        var passed = now - _at;
        if (passed > TimeSpan.Zero)
        {
            _at = now;
            if (_tokens < _limit.Burst)
            {
                _tokens = Math.Min(_limit.Burst, _tokens + (passed.TotalSeconds * _limit.PerSecond));
            }
        }
    }
}
