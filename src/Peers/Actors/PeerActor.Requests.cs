using Akka.Actor;
using Akka.Event;
using Peers.Wire;

namespace Peers;

/// <content>
/// What the remote owes: requests, their answers, and the alarm for those that do not come. The receive timeout is an alarm clock, not
/// the rule: nothing that this actor is told influences it, so chatter neither moves it nor costs anything, and when it rings the
/// deadlines say what is due.
/// </content>
internal sealed partial class PeerActor
{
    /// <summary>An alarm that comes so late was not the remote's doing: we did not run.</summary>
    private static readonly TimeSpan Oversleep = TimeSpan.FromSeconds(2);

    private readonly List<Outstanding<Request>> _ended = [];

    /// <summary>None before something was asked: many remotes, those above all that connect to us, are asked for nothing.</summary>
    private ResponseDeadlines<Request>? _deadlines;

    private StallPolicy? _stall;
    private IdleDeadline? _idle;
    private TimeSpan? _alarm;
    private TimeSpan? _pausedUntil;
    private long _tickets;
    private RequestStats _requests = RequestStats.None;

    private void Ask(Request request)
    {
        if (WhyNot(request) is { } why)
        {
            request.ReplyTo.Tell(new RequestResult.Refused(request, why));
            return;
        }

        Say(request.Question, null, request);
    }

    private string? WhyNot(Request request)
    {
        if (RequestedAnswers.To(request.Question) is null)
        {
            return $"{request.Question.Command} asks for nothing";
        }

        if (_deadlines?.IsOut(request) == true)
        {
            return "that very request is out already";
        }

        if (_deadlines?.Count >= _settings.Requests.MaxOutstanding)
        {
            return $"peers.requests.max-outstanding = {_settings.Requests.MaxOutstanding} is reached";
        }

        return _pausedUntil is { } until && until > Now ? $"the remote stalled: it is asked nothing for {(until - Now).TotalSeconds:0.#} s" : null;
    }

    /// <summary>Writes a message, and notes what it asks for.</summary>
    private void Say(Message message, IActorRef? receipt, Request? asker = null)
    {
        long ticket = 0;
        if ((asker is not null || _stall!.IsOn) && RequestedAnswers.To(message) is { } kind)
        {
            ticket = ++_tickets;
            (_deadlines ??= NewDeadlines()).Expect(ticket, kind, message, asker);
        }

        _awaitsAddresses |= message is GetAddrMessage;
        _connection.Tell(new Write(message, receipt, ticket));
        if (InventoryNotes.AreIn(message))
        {
            Trickle.Tell(new RemoteKnows([message], Said: true));
        }
    }

    private void OnWritten(Wrote wrote)
    {
        foreach (var ticket in wrote.Tickets)
        {
            _deadlines?.Written(ticket, Now);
        }

        SetAlarm();
    }

    private void OnNotWritten(NotWritten not)
    {
        if (_deadlines?.Withdraw(not.Ticket)?.Asker is { } asker)
        {
            asker.ReplyTo.Tell(new RequestResult.Refused(asker, $"it cannot be written: {not.Error.Message}"));
        }
    }

    private void Cancel(Request request)
    {
        if (_deadlines?.Withdraw(request, owed: _stall!.IsOn) is not null)
        {
            _requests = _requests with { Cancelled = _requests.Cancelled + 1 };
            request.ReplyTo.Tell(new RequestResult.Cancelled(request));
        }
    }

    /// <summary>Tells those whose requests were just completed.</summary>
    private void TellAnswered()
    {
        foreach (var request in _ended)
        {
            var found = request.Missing.Count == 0;
            _requests = found ? _requests with { Answered = _requests.Answered + 1 } : _requests with { NotFound = _requests.NotFound + 1 };
            if (request.Asker is { } asker)
            {
                asker.ReplyTo.Tell(found
                    ? new RequestResult.Answered(asker, [.. request.Answers])
                    : new RequestResult.NotFound(asker, [.. request.Missing], [.. request.Answers]));
            }
        }

        _ended.Clear();
        if (_deadlines is null or { Count: 0 })
        {
            SetAlarm();
        }
    }

    /// <summary>Ends every request, as the connection ends.</summary>
    private void EndRequests()
    {
        foreach (var request in _deadlines?.TakeAll() ?? [])
        {
            _requests = _requests with { PeerStopped = _requests.PeerStopped + 1 };
            request.Asker?.ReplyTo.Tell(new RequestResult.PeerStopped(request.Asker, _reason ?? new DisconnectReason.Requested("the connection is gone")));
        }
    }

    private void StartDeadlines(RemotePeer remote)
    {
        _stall = new StallPolicy(_settings.Stall, _settings.Network, _start.Options, remote.Endpoint.Address);
        _idle = _settings.Idle.Enabled ? new IdleDeadline(_settings.Idle.Timeout, Now) : null;
        if (_readingPaused)
        {
            ReadingStops(); // It may begin before the handshake is done.
        }

        SetAlarm();
    }

    private ResponseDeadlines<Request> NewDeadlines()
    {
        var deadlines = new ResponseDeadlines<Request>(
            _settings.Stall.ResponseTimeout, _settings.Stall.HeadersTimeout, _settings.Network.GenesisHash, NetworkAddress.From(_remote!.Endpoint.Address));
        if (_readingPaused)
        {
            deadlines.Paused(Now);
        }

        return deadlines;
    }

    private void ReadingStops()
    {
        _readingPaused = true;
        _idle?.Paused(Now);
        _deadlines?.Paused(Now);
        _ping.Tell(ReadingPaused.Instance); // Nobody hears it before there are pings.
    }

    private void ReadingGoesOn(ReadingResumed resumed)
    {
        _readingPaused = false;
        _idle?.Resumed(Now);
        _deadlines?.Resumed(Now);
        _ping.Tell(resumed);
        SetAlarm();
    }

    /// <summary>An alarm is moved to an earlier time only: one that rings too early is cheaper than one that each message moves.</summary>
    private void SetAlarm()
    {
        var due = Earlier(Earlier(_idle?.Due, _deadlines?.Due), _firstPing);
        if (due is null)
        {
            if (_alarm is not null)
            {
                _alarm = null;
                Context.SetReceiveTimeout(null);
            }
        }
        else if (_alarm is null || due < _alarm)
        {
            _alarm = due;
            Self.Tell(AlarmMoved.Instance);
        }
    }

    private void MoveAlarm()
    {
        if (_alarm is { } alarm)
        {
            var left = alarm - Now;
            Context.SetReceiveTimeout(left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1)); // Zero would ring for ever.
        }
    }

    private void OnAlarm()
    {
        var late = Now - (_alarm ?? Now);
        _alarm = null;
        Context.SetReceiveTimeout(null);
        if (late > Oversleep)
        {
            _idle?.Overslept(late + Oversleep);
            _deadlines?.Overslept(late + Oversleep);
        }

        if (_firstPing <= Now)
        {
            PingFirst();
        }

        if (_idle?.Due <= Now)
        {
            Leave(new DisconnectReason.Idle(_settings.Idle.Timeout));
            return;
        }

        while (_phase == PeerPhase.Ready && _deadlines is not null && _deadlines.TakeOverdue(Now, out var waited) is { } overdue)
        {
            OnOverdue(overdue, waited);
        }

        if (_phase == PeerPhase.Ready)
        {
            SetAlarm();
        }
    }

    private void OnOverdue(Outstanding<Request> overdue, TimeSpan waited)
    {
        _requests = _requests with { TimedOut = _requests.TimedOut + 1 };
        overdue.Asker?.ReplyTo.Tell(new RequestResult.TimedOut(overdue.Asker, waited));
        (overdue.Kind == AnswerKind.Headers ? _headersAsked : _blocksAsked)?.Reset();
        if (!_stall!.IsOn)
        {
            return;
        }

        var (awaiting, after) = (overdue.Question.Command, _deadlines!.TimeoutOf(overdue.Kind));
        switch (_stall.On(awaiting))
        {
            case StallAction.Disconnect:
                Leave(new DisconnectReason.Stalled(awaiting, after));
                break;
            case StallAction.Pause:
                _pausedUntil = Now + _settings.Stall.Pause;
                _manager.Tell(new PeerOwes(_start.Id, awaiting, after, _settings.Stall.Pause));
                break;
            default:
                _manager.Tell(new PeerOwes(_start.Id, awaiting, after, TimeSpan.Zero));
                break;
        }
    }

    private static TimeSpan? Earlier(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other ?? one : one;

    /// <summary>
    /// Akka moves a receive timeout that runs only while it handles a message that influences it: so this one, alone of all that this actor is
    /// told, has no <see cref="INotInfluenceReceiveTimeout"/>.
    /// </summary>
    private sealed record AlarmMoved : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static AlarmMoved Instance { get; } = new();
    }
}
