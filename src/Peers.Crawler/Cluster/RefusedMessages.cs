namespace Peers.Crawler;

/// <summary>Counts messages that were refused, and says when to tell of them: whoever sends nonsense must not fill the log, too. For any thread.</summary>
internal sealed class RefusedMessages
{
    /// <summary>Between two lines of the log.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private TimeSpan? _told;
    private long _untold;

    /// <summary>Counts one more.</summary>
    /// <param name="now">The time since any fixed moment.</param>
    /// <returns>How many to tell of; 0 when it is too soon to tell again.</returns>
    public long Add(TimeSpan now)
    {
        lock (_lock)
        {
            _untold++;
            if (now - _told < Silence)
            {
                return 0;
            }

            var untold = _untold;
            (_told, _untold) = (now, 0);
            return untold;
        }
    }
}
