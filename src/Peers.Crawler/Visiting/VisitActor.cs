using Akka.Actor;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>
/// One visit: dial, handshake, one <c>getaddr</c>, close; one outcome. Born by its worker, dies with its connection; it tells its worker once, by
/// <see cref="VisitEnded"/>, when nothing of the connection is left.
/// </summary>
/// <remarks>Dialling → Handshaking → Asking → Leaving. Each has a deadline of its own, which nothing that the remote says moves.</remarks>
internal sealed class VisitActor : UntypedActor, IWithTimers
{
    private const string Deadline = "deadline";
    private const string Settled = "settled";

    /// <summary>A few addresses are waited with for longer: the answer of an old node may be behind others' announcements.</summary>
    private const int FewWaitLonger = 5;

    private readonly LeasedNode _node;
    private readonly VisitSurroundings _around;
    private readonly NetworkTimeouts _timeouts;
    private readonly DateTimeOffset _started;
    private readonly TimeSpan _began;

    private IDisposable? _dial;
    private IActorRef _peer = ActorRefs.Nobody;
    private PeerId? _id;
    private AddressCollector? _addresses;
    private NodeVersion? _version;
    private TimeSpan? _connected;
    private TimeSpan? _ready;
    private TimeSpan? _answered;
    private (VisitOutcome Outcome, string Detail)? _verdict;

    public VisitActor(LeasedNode node, VisitSurroundings around)
    {
        _node = node;
        _around = around;
        _timeouts = around.Timeouts.Of(node.Endpoint.Address.Kind);
        _started = around.Clock.GetUtcNow();
        _began = Now;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>What a visit's connection has otherwise than others.</summary>
    public static PeerOptions Options { get; } = PeerOptions.Default with { StallDetection = false, HearVersion = true };

    private TimeSpan Now => _around.Clock.Monotonic();

    public static Props Props(LeasedNode node, VisitSurroundings around) => ActorFactory.Props(() => new VisitActor(node, around));

    protected override void PreStart()
    {
        Timers.StartSingleTimer(Deadline, TooLate.Instance, _timeouts.Connect);
        _dial = _around.Dialler.Dial(_node.Endpoint, Self);
    }

    protected override void PostStop() => _dial?.Dispose();

    /// <summary>Dialling.</summary>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case NotDialled not:
                End(_verdict ?? (not.Outcome, not.Detail), null);
                break;
            case Dialled dialled:
                _verdict = null; // It may have come in the last instant.
                _connected = Now;
                Become(Handshaking);
                Timers.StartSingleTimer(Deadline, TooLate.Instance, _timeouts.Message);
                _around.Engine.Tell(dialled.Adopt(Self));
                break;
            case TooLate:
                // The dialler answers in any case: then nothing of the dial is left.
                _verdict = (VisitOutcome.ConnectTimedOut, "");
                _dial?.Dispose();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Handshaking(object message)
    {
        switch (message)
        {
            case VersionHeard { Version: var version }:
                var offset = (Int128)version.Time - _around.Clock.GetUtcNow().ToUnixTimeSeconds();
                _version = new NodeVersion(
                    version.Version, version.Services, version.UserAgent, version.StartHeight,
                    TimeSpan.FromSeconds((long)Int128.Clamp(offset, int.MinValue, int.MaxValue)));
                Timers.StartSingleTimer(Deadline, TooLate.Instance, _timeouts.Message);
                break;
            case PeerReady ready:
                _ready = Now;
                _peer = ready.Peer;
                Ask();
                break;
            case TooLate:
                Leave(_version is null ? VisitOutcome.VersionTimedOut : VisitOutcome.VerackTimedOut);
                break;
            default:
                Common(message);
                break;
        }
    }

    private void Asking(object message)
    {
        switch (message)
        {
            case PeerMessage { Message: AddrMessage heard }:
                Take(heard.Addresses);
                break;
            case PeerMessage { Message: AddrV2Message heard }:
                Take(heard.Addresses);
                break;
            case TooLate:
                Leave(_addresses!.HasAny ? VisitOutcome.Complete : VisitOutcome.AddressesTimedOut);
                break;
            default:
                Common(message);
                break;
        }
    }

    private void Common(object message)
    {
        switch (message)
        {
            case PeerConnecting connecting:
                _id = connecting.Id;
                break;
            case PeerStopped stopped:
                End(_verdict ?? VisitVerdict.Of(stopped.Reason, _version is not null, _addresses?.HasAny == true), stopped.Stats);
                break;
            case PeerMessage or VersionHeard or PeerReady or TooLate:
                break; // Of no use any more, or not yet.
            default:
                Unhandled(message);
                break;
        }
    }

    private void Ask()
    {
        if (!_node.AskAddresses)
        {
            Leave(VisitOutcome.Complete);
            return;
        }

        _addresses = new AddressCollector(_node.Endpoint);
        Become(Asking);
        Timers.StartSingleTimer(Deadline, TooLate.Instance, _timeouts.Addresses);
        _peer.Tell(new Send(GetAddrMessage.Instance));
    }

    private void Take(WireArray<AddressEntry> entries)
    {
        _answered = Now;
        switch (_addresses!.Add(entries))
        {
            case AnswerProgress.Whole:
                Leave(VisitOutcome.Complete);
                break;
            case AnswerProgress.Settling when !Timers.IsTimerActive(Settled):
                Timers.StartSingleTimer(Settled, TooLate.Instance, _around.Timeouts.Settle);
                break;
            case AnswerProgress.Few when !Timers.IsTimerActive(Settled):
                Timers.StartSingleTimer(Settled, TooLate.Instance, _around.Timeouts.Settle * FewWaitLonger);
                break;
        }
    }

    private void Leave(VisitOutcome outcome)
    {
        _verdict = (outcome, "");
        Timers.CancelAll();
        Become(Common);
        if (!_peer.IsNobody())
        {
            _peer.Tell(new Disconnect("the visit is over"));
        }
        else if (_id is { } id)
        {
            _around.Engine.Tell(new DisconnectPeer(id, "the visit is over"));
        }
    }

    private void End((VisitOutcome Outcome, string Detail) verdict, PeerStats? stats)
    {
        var answer = _addresses is { HasAny: true } ? _addresses.Answer : null;
        var durations = new VisitDurations(_connected - _began, _ready - _connected, answer is null ? null : _answered - _ready, Now - _began);
        var visit = new Visit(_node.Endpoint, _started, verdict.Outcome, verdict.Detail, durations, _version, answer);
        _around.Worker.Tell(new VisitEnded(visit, stats?.BytesReceived ?? 0, stats?.BytesSent ?? 0), Self);
        Context.Stop(Self);
    }

    private sealed record TooLate
    {
        public static TooLate Instance { get; } = new();
    }
}
