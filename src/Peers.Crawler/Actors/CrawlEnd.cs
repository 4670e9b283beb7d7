namespace Peers.Crawler;

/// <summary>
/// Sees the end of a crawl, which nobody can see at one glance: while one partition answers, another may be told of a node. So the crawl is over when two
/// rounds, one after the other, found nothing to do anywhere and nothing begun in between, and a third found the same after every partition had
/// read the store again.
/// </summary>
internal sealed class CrawlEnd
{
    private const int QuietRounds = 2;

    /// <summary>Rounds after which a partition that does not answer has moved, and with it the question.</summary>
    private const int MostPatience = 30;

    private readonly PartitionStatus?[] _round = new PartitionStatus?[Netgroup.Partitions];
    private int _quiet;
    private int _patience;
    private bool _reloading;
    private long _begun = -1;

    /// <summary>A partition answered.</summary>
    public void Heard(PartitionStatus status)
    {
        if (status.Reloaded == _reloading)
        {
            _round[status.Partition] = status;
        }
    }

    /// <summary>Judges the round that is over, and begins the next.</summary>
    /// <param name="workersAtRest">Whether no worker has anything, by what each said after the round began.</param>
    /// <param name="draining">Whether nodes may be left over.</param>
    /// <param name="begun">Visits that began so far.</param>
    public EndVerdict Judge(bool workersAtRest, bool draining, long begun)
    {
        if (draining)
        {
            return workersAtRest ? EndVerdict.Over : EndVerdict.GoesOn;
        }

        var complete = !Array.Exists(_round, status => status is null);
        if (_reloading && !complete && workersAtRest && begun == _begun && ++_patience < MostPatience)
        {
            return EndVerdict.GoesOn; // Reading takes its time; asking again would begin it again.
        }

        _patience = 0;

        var isQuiet = workersAtRest && complete && Array.TrueForAll(_round, status => status is { Waiting: 0, Leased: 0 }) && begun == _begun;
        _begun = begun;
        Array.Clear(_round);
        if (!isQuiet)
        {
            (_quiet, _reloading) = (0, false);
            return EndVerdict.GoesOn;
        }

        if (_reloading)
        {
            return EndVerdict.Over;
        }

        _reloading = ++_quiet >= QuietRounds;
        return _reloading ? EndVerdict.Reload : EndVerdict.GoesOn;
    }
}

/// <summary>Whether a crawl is over.</summary>
internal enum EndVerdict
{
    /// <summary>There is something to do, or that is not known yet.</summary>
    GoesOn,

    /// <summary>It seems to be: the partitions shall read the store again.</summary>
    Reload,

    /// <summary>It is.</summary>
    Over,
}
