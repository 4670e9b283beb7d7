namespace Peers;

/// <summary>
/// One ping at a time, as Bitcoin Core: what is out, since when, and what the answers measured. Times are those of one monotonic clock.
/// </summary>
internal sealed class PingBook
{
    private TimeSpan _sentAt;
    private TimeSpan _total;

    /// <summary>The nonce that is out; null when none is.</summary>
    public ulong? Nonce { get; private set; }

    public TimeSpan? Last { get; private set; }

    public TimeSpan? Minimum { get; private set; }

    public TimeSpan? Average => Answered == 0 ? null : _total / Answered;

    public long Answered { get; private set; }

    /// <summary>Notes a ping that goes out. Zero is no nonce: a pong of zero cancels a ping.</summary>
    public void Sent(ulong nonce, TimeSpan now)
    {
        Nonce = nonce;
        _sentAt = now;
    }

    /// <summary>Takes a pong. A wrong nonce leaves the ping out, or a remote that answers late would be dropped for another's answer.</summary>
    /// <returns>The round trip, when the pong answers the ping that is out.</returns>
    public TimeSpan? Heard(ulong nonce, TimeSpan now)
    {
        if (Nonce is null || (nonce != Nonce && nonce != 0))
        {
            return null;
        }

        var answered = nonce == Nonce;
        Nonce = null;
        if (!answered)
        {
            return null;
        }

        var roundTrip = now > _sentAt ? now - _sentAt : TimeSpan.Zero;
        Last = roundTrip;
        Minimum = Minimum is { } least && least < roundTrip ? least : roundTrip;
        _total += roundTrip;
        Answered++;
        return roundTrip;
    }

    /// <summary>How long the ping that is out has been; null when none is.</summary>
    public TimeSpan? Outstanding(TimeSpan now) => Nonce is null ? null : now - _sentAt;
}
