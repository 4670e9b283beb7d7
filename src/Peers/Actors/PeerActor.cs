using System.Net;
using Akka.Actor;
using Akka.Event;

namespace Peers;

/// <summary>
/// The life of one connection: one per connection, born when it is to be opened or was accepted, dies after its one report of why.
/// Routes what is heard and what is said, keeps the deadlines. It decodes nothing, blocks on nothing and runs no user code.
/// </summary>
/// <remarks>Connecting → Handshaking ⇄ AwaitingVerdict → Ready → Leaving. Anything fatal leads to Leaving.</remarks>
internal sealed partial class PeerActor : UntypedActor
{
    private readonly PeerStart _start;
    private readonly PeerSettings _settings;
    private readonly IActorRef _manager;
    private readonly PeerLogContext _logContext;
    private readonly Queue<Received> _stashed = new();
    private readonly PeerOutlet _outlet;

    private IActorRef _connection = ActorRefs.Nobody;
    private IActorRef _handshake = ActorRefs.Nobody;
    private PeerPhase _phase = PeerPhase.Connecting;
    private IPEndPoint? _remoteEndpoint;
    private IPEndPoint? _localEndpoint;
    private RemotePeer? _remote;
    private PingStats _pings = PingStats.None;
    private DisconnectReason? _reason;
    private bool _versionHeard;
    private bool _readingPaused;

    public PeerActor(PeerStart start, IActorRef manager, PeerSettings settings)
    {
        _start = start;
        _manager = manager;
        _settings = settings;
        _logContext = new PeerLogContext(start.Id, start.Endpoint, start.Direction);
        _outlet = new PeerOutlet(start.Id, Self, start.Listener, start.Consumption);
    }

    public static Props Props(PeerStart start, IActorRef manager, PeerSettings settings) =>
        ActorFactory.Props(() => new PeerActor(start, manager, settings)).OnDispatcherOf(settings);

    /// <summary>A child that crashed takes the connection with it: nothing of a connection can be restarted.</summary>
    protected override SupervisorStrategy SupervisorStrategy()
    {
        var self = Self;
        return new OneForOneStrategy(exception =>
        {
            self.Tell(new ChildCrashed(exception));
            return Directive.Stop;
        });
    }

    protected override void PreStart()
    {
        _connection = Context.ActorOf(
            TcpConnectionActor.Props(Self, _start.Network, _start.Origin, _settings, _start.Budget, _start.BudgetKeeper, _logContext), "connection");
        Context.Watch(_connection);
    }

    protected override void PostStop() => EndRequests();

    /// <summary>Connecting.</summary>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Opened opened:
                _remoteEndpoint = opened.Remote;
                _localEndpoint = opened.Local;
                _manager.Tell(new PeerIsOpen(_start.Id, opened.Remote, opened.Local));
                var us = HandshakeActor.LocalSide(_settings, _start.Direction, opened.Remote, _start.Nonce);
                us = us with { RequiredServices = us.RequiredServices | _start.Options.Services };
                if (_start.Options.BlockRelayOnly)
                {
                    us = us with { Version = us.Version with { Relay = false } };
                }

                _handshake = Context.ActorOf(HandshakeActor.Props(Self, _connection, us, _settings), "handshake");
                Enter(PeerPhase.Handshaking, Handshaking);
                break;
            default:
                Common(message);
                break;
        }
    }

    private void Handshaking(object message)
    {
        switch (message)
        {
            case Received received:
                Hear(received);
                break;
            default:
                Negotiating(message);
                break;
        }
    }

    /// <summary>A verack that follows a version decides: what comes behind it waits, in order, for the verdict.</summary>
    private void AwaitingVerdict(object message)
    {
        switch (message)
        {
            case Received received:
                _stashed.Enqueue(received); // Bounded: what is stashed holds read credit.
                break;
            default:
                Negotiating(message);
                break;
        }
    }

    private void Negotiating(object message)
    {
        switch (message)
        {
            case VersionOffered offered:
                _manager.Tell(new AdmissionAsked(_start.Id, offered.Version));
                break;
            case AdmissionVerdict verdict:
                _handshake.Tell(verdict);
                break;
            case HandshakeSucceeded succeeded:
                BecomeReady(succeeded);
                break;
            case HandshakeFailed failed:
                Leave(failed.Reason);
                break;
            default:
                Common(message);
                break;
        }
    }

    private void Ready(object message)
    {
        switch (message)
        {
            case Received received:
                Route(received);
                break;
            case PeerCommand command:
                OnCommand(command);
                break;
            case Wrote wrote:
                OnWritten(wrote);
                break;
            case NotWritten not:
                OnNotWritten(not);
                break;
            case PingReported pinged:
                _pings = pinged.Stats;
                if (pinged.RoundTrip is { } roundTrip)
                {
                    _manager.Tell(new PeerPinged(_start.Id, roundTrip));
                }

                break;
            case PingOverdue overdue:
                Leave(new DisconnectReason.PingUnanswered(overdue.After));
                break;
            case AlarmMoved:
                MoveAlarm();
                break;
            case ReceiveTimeout:
                OnAlarm();
                break;
            default:
                Common(message);
                break;
        }
    }

    /// <summary>Waits for the connection to close, so that the last snapshot is complete and the socket is gone.</summary>
    private void Leaving(object message)
    {
        switch (message)
        {
            case ConnectionLost lost:
                Report(lost.Figures.Complete(Snapshot()));
                break;
            case Terminated:
                Report(null);
                break;
            case GetStats get:
                get.ReplyTo.Tell(Snapshot());
                break;
            case PeerCommand command:
                Drop(command, _reason, _reason!.ToString());
                break;
            default:
                break; // Everything else is late: the connection has ended for the user.
        }
    }

    private void Common(object message)
    {
        switch (message)
        {
            case ConnectionLost lost:
                _reason = InPhase(lost.Reason);
                EndRequests();
                Report(lost.Figures.Complete(Snapshot()));
                break;
            case ChildCrashed crashed:
                _logContext.Logger(Context).Error(crashed.Exception, "A part of the connection crashed");
                Leave(new DisconnectReason.InternalError(crashed.Exception), flush: false);
                break;
            case Disconnect disconnect:
                Leave(new DisconnectReason.Requested(disconnect.Why), flush: true);
                break;
            case Expel expel:
                Leave(expel.Reason);
                break;
            case NotAdmitted not:
                Leave(not.Reason); // The other half of a self-connection was found.
                break;
            case ReadingPaused:
                ReadingStops();
                break;
            case ReadingResumed resumed:
                ReadingGoesOn(resumed);
                break;
            case Attach attach:
                _manager.Tell(new ListenerAttached(_start.Id, attach.Listener));
                ReturnCredit(_outlet.Attach(attach.Listener, attach.Consumption));
                break;
            case Consumed consumed:
                ReturnCredit(_outlet.IsExplicit ? consumed.Cost : 0);
                break;
            case GetStats get:
                var via = _trickle.IsNobody() ? _connection : _trickle;
                (_ping.IsNobody() ? via : _ping).Tell(new CompleteStats(Snapshot(), get.ReplyTo, via));
                break;
            case CancelRequest cancel:
                Cancel(cancel.Request);
                break;
            case PeerCommand early:
                Drop(early, null, "the handshake is not done");
                break;
            case Terminated:
                Leave(new DisconnectReason.InternalError(new InvalidOperationException("the connection stopped without a report")), flush: false);
                Report(null);
                break;
            case Admitted or ReceiveTimeout or AlarmMoved or HandshakeFailed or Wrote or NotWritten:
                break; // Late or early, and of no effect: they were sent before their sender knew the phase.
            default:
                Unhandled(message);
                break;
        }
    }

    private TimeSpan Now => _settings.Clock.Monotonic();

    private void BecomeReady(HandshakeSucceeded done)
    {
        var version = done.Version;
        _lastBlock = version.StartHeight;
        var offset = Int128.Clamp((Int128)version.Time - _settings.Clock.GetUtcNow().ToUnixTimeSeconds(), int.MinValue, int.MaxValue);
        _remote = new RemotePeer(
            _remoteEndpoint!, _localEndpoint!, _start.Direction, version.Version, version.Services, version.UserAgent, version.StartHeight,
            TimeSpan.FromSeconds((double)offset), version.Receiver.Endpoint, done.Features)
        {
            ConnectionType = _start.Options.TypeOf(_start.Direction),
        };
        _readyAt = Now;
        _firstPing = _settings.Ping.Enabled ? _readyAt + _settings.Ping.Interval : null;
        Enter(PeerPhase.Ready, Ready);
        StartDeadlines(_remote);
        _manager.Tell(new PeerIsReady(_start.Id, _remote));
        _outlet.Open(new PeerReady(_start.Id, Self, _remote));
        if (_remote.ConnectionType is ConnectionType.OutboundFullRelay or ConnectionType.Manual)
        {
            WelcomeAddresses();
        }

        _negotiation.ForEach(message => _outlet.Deliver(message, 0)); // Its credit was given back when it was heard.
        while (_phase == PeerPhase.Ready && _stashed.TryDequeue(out var waiting))
        {
            Route(waiting);
        }
    }

    private void Enter(PeerPhase phase, UntypedReceive behaviour)
    {
        _phase = phase;
        Become(behaviour);
    }

    private void Leave(DisconnectReason reason, bool flush = false)
    {
        _reason = reason;
        _alarm = null;
        Context.SetReceiveTimeout(null);
        EndRequests();
        flush |= SayRejection(reason);
        _connection.Tell(new Close(reason is DisconnectReason.Requested requested ? requested.Why : reason.ToString(), flush));
        Enter(PeerPhase.Leaving, Leaving);
    }

    private void Report(PeerStats? stats)
    {
        Enter(PeerPhase.Leaving, Leaving);
        if (Context.System.EventStream.LogLevel == LogLevel.DebugLevel)
        {
            _logContext.Logger(Context).Debug("Stopped: {Reason}", _reason);
        }

        _manager.Tell(new PeerLeft(_start.Id, _reason!, stats));
        Context.Stop(Self);
    }

    /// <summary>The connection knows how it was lost, not when in the life of the peer.</summary>
    private DisconnectReason InPhase(DisconnectReason reason) => reason switch
    {
        DisconnectReason.RemoteClosed closed => closed with { Phase = _phase },
        DisconnectReason.ConnectionReset reset => reset with { Phase = _phase },
        _ => reason,
    };

    private PeerStats Snapshot() => new()
    {
        Id = _start.Id,
        Endpoint = _remoteEndpoint ?? _start.Endpoint,
        Direction = _start.Direction,
        Phase = _phase,
        Remote = _remote,
        LastBlock = _lastBlock,
        LastAnnouncedBlock = _lastAnnouncedBlock,
        WantsHeaders = _wantsHeaders,
        FeeFilter = _feeFilter,
        Requests = _requests with { Outstanding = _deadlines?.Count ?? 0 },
        Transport = "",
        Ping = _pings,
    };
}
