using Peers.Wire;

namespace Peers;

/// <summary>
/// What the remote owes us, and until when. Each request counts for itself, is matched by the content of what comes, is late a time after
/// it was written or last moved, and never late on account of time in which we did not read.
/// </summary>
/// <param name="response">How long a remote may take.</param>
/// <param name="headers">How long it may take for headers.</param>
/// <param name="genesis">The first block of the network: a remote that knows nothing of a locator answers from there.</param>
/// <param name="remote">The remote's address: that one it tells unasked.</param>
internal sealed partial class ResponseDeadlines<TAsker>(TimeSpan response, TimeSpan headers, Hash256 genesis, NetworkAddress remote)
    where TAsker : class
{
    private readonly PausableTime _time = new();
    private readonly AnswerIndex<Outstanding<TAsker>> _index = new();
    private readonly Dictionary<long, Outstanding<TAsker>> _byTicket = [];
    private readonly Dictionary<TAsker, Outstanding<TAsker>> _byAsker = new(ReferenceEqualityComparer.Instance);
    private readonly RequestLine<TAsker>[] _lines =
        [.. Enum.GetValues<AnswerKind>().Select(kind => new RequestLine<TAsker>(kind == AnswerKind.Headers ? headers : response))];

    /// <summary>Requests without an answer.</summary>
    public int Count => _byTicket.Count;

    /// <summary>When the next request is late, as far as is known now; null when none can be.</summary>
    public TimeSpan? Due => _time.IsPaused || _byTicket.Count == 0 ? null : _lines.Min(line => line.Due) is { } due ? _time.Moment(due) : null;

    /// <summary>Notes a request that is about to be written.</summary>
    public void Expect(long ticket, AnswerKind kind, Message question, TAsker? asker)
    {
        var request = new Outstanding<TAsker>(ticket, kind, question, asker, question is GetDataMessage data ? data.Items.Length : 1);
        _byTicket.Add(ticket, request);
        _lines[(int)kind].Add(request);
        if (asker is not null)
        {
            _byAsker.Add(asker, request);
        }

        foreach (var key in RequestedAnswers.KeysOf(question))
        {
            _index.Add(key, request);
        }
    }

    /// <summary>From now on the request can be late.</summary>
    public void Written(long ticket, TimeSpan now)
    {
        if (_byTicket.TryGetValue(ticket, out var request))
        {
            request.WrittenAt = _time.At(now);
        }
    }

    /// <summary>Takes out a request that could not be written.</summary>
    public Outstanding<TAsker>? Withdraw(long ticket) => _byTicket.TryGetValue(ticket, out var request) ? Remove(request) : null;

    /// <summary>Takes out the request of one who waits no longer.</summary>
    /// <param name="asker">Who.</param>
    /// <param name="owed">Whether the remote owes the answer all the same.</param>
    /// <returns>The request; null when it has ended.</returns>
    public Outstanding<TAsker>? Withdraw(TAsker asker, bool owed)
    {
        if (!_byAsker.Remove(asker, out var request))
        {
            return null;
        }

        request.Asker = null;
        return owed ? request : Remove(request);
    }

    /// <summary>How long the remote may take for answers of that kind.</summary>
    public TimeSpan TimeoutOf(AnswerKind kind) => kind == AnswerKind.Headers ? headers : response;

    /// <summary>Whether that request is out.</summary>
    public bool IsOut(TAsker asker) => _byAsker.ContainsKey(asker);

    /// <summary>Takes out the next request that is late; null when none is.</summary>
    /// <param name="now">The time.</param>
    /// <param name="waited">How long it has waited.</param>
    public Outstanding<TAsker>? TakeOverdue(TimeSpan now, out TimeSpan waited)
    {
        waited = default;
        now = _time.At(now);
        if (!_time.IsPaused && Array.Find(_lines, line => line.Due <= now) is { } late)
        {
            waited = late.Waited(now);
            return Remove(late.Head!);
        }

        return null;
    }

    /// <summary>Takes out every request.</summary>
    public List<Outstanding<TAsker>> TakeAll()
    {
        List<Outstanding<TAsker>> all = [];
        foreach (var line in _lines)
        {
            while (line.Head is { } head)
            {
                all.Add(Remove(head));
            }
        }

        return all;
    }

    /// <summary>We do not read from now on.</summary>
    public void Paused(TimeSpan now) => _time.Pause(now);

    /// <summary>We read again.</summary>
    public void Resumed(TimeSpan now) => _time.Resume(now);

    /// <summary>We did not run for so long.</summary>
    public void Overslept(TimeSpan time) => _time.Skip(time);

    private RequestLine<TAsker> Line(AnswerKind kind) => _lines[(int)kind];

    private Outstanding<TAsker> Remove(Outstanding<TAsker> request)
    {
        _byTicket.Remove(request.Ticket);
        if (request.Asker is { } asker)
        {
            _byAsker.Remove(asker);
        }

        Line(request.Kind).Remove(request);
        if (request.Kind == AnswerKind.Filters && Line(AnswerKind.Filters).Head is null)
        {
            _filters.Clear();
        }

        if (request.Parts > 0)
        {
            foreach (var key in RequestedAnswers.KeysOf(request.Question))
            {
                _index.Remove(key, request);
            }
        }

        return request;
    }
}
