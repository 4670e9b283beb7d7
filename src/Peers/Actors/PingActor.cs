using Akka.Actor;
using Peers.Wire;

namespace Peers;

/// <summary>
/// Answers the remote's pings and sends ours; born with the first of them when a peer is ready, dies with it.
/// It reports what it measures and what is overdue, and disconnects nobody.
/// </summary>
internal sealed class PingActor : UntypedActor, IWithTimers
{
    private const string IntervalTimer = "interval";
    private const string TimeoutTimer = "timeout";

    private readonly IActorRef _peer;
    private readonly IActorRef _connection;
    private readonly PeerSettings _settings;
    private readonly bool _answered;
    private readonly TimeSpan? _first;
    private readonly PingBook _book = new();
    private readonly PausableTime _time = new();
    private TimeSpan _due;
    private DateTimeOffset? _sentAt;

    /// <param name="peer">The peer.</param>
    /// <param name="connection">Its connection.</param>
    /// <param name="protocolVersion">What both speak.</param>
    /// <param name="first">When our first ping is due; null when it is this one that we are born for, or when there are none.</param>
    /// <param name="settings">The settings.</param>
    public PingActor(IActorRef peer, IActorRef connection, int protocolVersion, TimeSpan? first, PeerSettings settings)
    {
        _peer = peer;
        _connection = connection;
        _settings = settings;
        _first = first;
        _answered = protocolVersion > ProtocolVersion.Bip31;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IActorRef peer, IActorRef connection, int protocolVersion, TimeSpan? first, PeerSettings settings) =>
        ActorFactory.Props(() => new PingActor(peer, connection, protocolVersion, first, settings)).OnDispatcherOf(settings);

    protected override void PreStart()
    {
        if (_settings.Ping.Enabled)
        {
            Timers.StartPeriodicTimer(IntervalTimer, PingNow.Instance, _first ?? _settings.Ping.Interval, _settings.Ping.Interval);
        }
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case PingsHeard heard:
                Answer(heard.Messages);
                break;
            case PingNow when _book.Nonce is null:
                Ping();
                break;
            case PingNow:
                break; // One at a time: the one that is out measures as well.
            case ReadingPaused:
                _time.Pause(Now);
                Timers.Cancel(TimeoutTimer); // An answer that we do not read is not late.
                break;
            case ReadingResumed:
                _time.Resume(Now);
                Watch();
                break;
            case CompleteStats stats:
                stats.Via.Tell(stats with { Stats = stats.Stats with { Ping = Stats() } });
                break;
            case Overdue:
                _peer.Tell(new PingOverdue(_book.Outstanding(Now) ?? _settings.Ping.Timeout));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private TimeSpan Now => _settings.Clock.Monotonic();

    private void Answer(IReadOnlyList<Message> messages)
    {
        List<Message> pongs = [];
        var pings = 0;
        foreach (var message in messages)
        {
            switch (message)
            {
                case PingMessage ping:
                    pings++;
                    if (_answered)
                    {
                        pongs.Add(new PongMessage(ping.Nonce));
                    }

                    break;
                case PongMessage pong:
                    Measure(pong.Nonce);
                    break;
            }
        }

        if (pings > 0)
        {
            _connection.Tell(new WriteRun(pongs, pings));
        }
    }

    private void Ping()
    {
        var nonce = _settings.Random.NextNonce();
        _connection.Tell(new Write(new PingMessage(nonce)));
        if (!_answered)
        {
            return; // Up to BIP 31 a ping only keeps the connection open.
        }

        _book.Sent(nonce, Now);
        _sentAt = _settings.Clock.GetUtcNow();
        _peer.Tell(new PingReported(Stats(), null));
        _due = _time.At(Now) + _settings.Ping.Timeout;
        Watch();
    }

    private void Watch()
    {
        if (_settings.Ping.Timeout > TimeSpan.Zero && _book.Nonce is not null && !_time.IsPaused)
        {
            var left = _due - _time.At(Now);
            Timers.StartSingleTimer(TimeoutTimer, Overdue.Instance, left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }
    }

    private void Measure(ulong nonce)
    {
        var roundTrip = _book.Heard(nonce, Now);
        if (_book.Nonce is null)
        {
            Timers.Cancel(TimeoutTimer);
        }

        if (roundTrip is not null)
        {
            _peer.Tell(new PingReported(Stats(), roundTrip));
        }
    }

    private PingStats Stats() => new(_book.Nonce, _sentAt, _book.Last, _book.Minimum, _book.Average, _book.Answered);

    private sealed record Overdue
    {
        public static Overdue Instance { get; } = new();
    }
}
