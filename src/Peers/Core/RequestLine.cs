namespace Peers;

/// <summary>
/// The outstanding requests of one kind in the order in which they were made. Each is due a time after it was written, or after the
/// remote last answered it or one before it: a remote serves in order, so a long line is not late while it moves, but whoever is passed
/// over is not saved by what others get. Hence nobody is due before the head of the line.
/// </summary>
internal sealed class RequestLine<TAsker>(TimeSpan timeout)
    where TAsker : class
{
    private Outstanding<TAsker>? _tail;

    public Outstanding<TAsker>? Head { get; private set; }

    /// <summary>When the next one is late; null when none can be.</summary>
    public TimeSpan? Due => Head?.WrittenAt is { } written ? Later(written, Head.Progress) + timeout : null;

    /// <summary>How long the remote has owed the head its answer.</summary>
    public TimeSpan Waited(TimeSpan now) => now - Later(Head!.WrittenAt!.Value, Head.Progress);

    public void Add(Outstanding<TAsker> request)
    {
        request.Previous = _tail;
        if (_tail is null)
        {
            Head = request;
        }
        else
        {
            _tail.Next = request;
        }

        _tail = request;
    }

    /// <summary>Takes one out; its progress is that of those behind it, too.</summary>
    public void Remove(Outstanding<TAsker> request)
    {
        if (request.Next is { } next)
        {
            next.Progress = Later(next.Progress, request.Progress);
            next.Previous = request.Previous;
        }
        else
        {
            _tail = request.Previous;
        }

        if (request.Previous is { } previous)
        {
            previous.Next = request.Next;
        }
        else
        {
            Head = request.Next;
        }

        request.Previous = request.Next = null;
    }

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
