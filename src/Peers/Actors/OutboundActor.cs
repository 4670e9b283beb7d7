using System.Collections.Frozen;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Peers.Wire;

namespace Peers;

/// <summary>
/// Keeps connections: the keeper of the address book, who picks whom to dial, has the manager dial, and replaces what ends. One per engine that was
/// told to keep any, born with the first word for it, dies with its manager.
/// </summary>
/// <remarks>Loading (the user's store is read apart) → Keeping → Finishing (saved once more).</remarks>
internal sealed partial class OutboundActor : UntypedActor, IWithTimers
{
    /// <summary>How long a node may take to tell the addresses that it was dialled for.</summary>
    private static readonly TimeSpan FetchTime = TimeSpan.FromMinutes(1);

    private readonly IActorRef _manager;
    private readonly PeerSettings _settings;
    private readonly KeepingSettings _keeping;
    private readonly KeptConnections _kept;
    private readonly DialBackoff _backoff;
    private readonly OfflineWatch _offline;
    private readonly ManualNodes _nodes;
    private readonly FrozenSet<NetworkKind> _networks;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private KeepOutbound? _told;
    private AddressBook _book;
    private CandidateChoice _choice;
    private TimeSpan _nextDial;
    private TimeSpan? _nextFeeler;
    private bool _isLoaded;
    private bool _isFinishing;

    public OutboundActor(IActorRef manager, PeerSettings settings)
    {
        _manager = manager;
        _settings = settings;
        _keeping = settings.Keeping;
        _kept = new KeptConnections(_keeping);
        _backoff = new DialBackoff(_keeping.Retry, settings.Random);
        _offline = new OfflineWatch(_keeping.Retry, settings.Random);
        _nodes = new ManualNodes(_keeping.Retry, settings.Random);
        _networks = Enum.GetValues<NetworkKind>().Where(network => settings.Routes.Reaches(network)).ToFrozenSet();
        _answers = new AddressAnswers(settings.AddressAnswers, settings.Random);
        _relay = new AddressRelay(settings.Network, settings.AddressAnswers.RelayInterval, settings.Random);
        _seedTiming = new SeedTiming(_keeping.Seeds, settings.Random);
        _book = new AddressBook(settings.Random);
        _choice = new CandidateChoice(_book, _kept, _backoff, _networks);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private TimeSpan Now => _settings.Clock.Monotonic();

    private DateTimeOffset Today => _settings.Clock.GetUtcNow();

    public static Props Props(IActorRef manager, PeerSettings settings) =>
        ActorFactory.Props(() => new OutboundActor(manager, settings)).OnDispatcherOf(settings);

    protected override void PreStart() => Load();

    protected override void PostStop()
    {
        _ending.Cancel(); // Not disposed: the user's seeds may still look at the token.
        base.PostStop();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case KeepOutbound keep:
                Keep(keep);
                break;
            case AddNode add:
                if (!_nodes.Add(add))
                {
                    _log.Warning("{Remote} is a node that is kept already, or one more than can be", add.Remote.Text());
                }

                DialWhatIsMissing();
                break;
            case RemoveNode remove:
                _nodes.Remove(remove.Remote);
                break;
            case GetOutbound get:
                get.ReplyTo.Tell(Status());
                break;
            case KeptDialled dialled:
                dialled.Kept.Id = dialled.Id;
                break;
            case PeerReady ready when _kept.Find(ready.Id) is { } kept:
                OnReady(kept, ready);
                break;
            case PeerStopped stopped when _kept.Find(stopped.Id) is { } kept:
                OnStopped(kept, stopped);
                break;
            case LookAgain:
                DialWhatIsMissing();
                break;
            case FetchIsOver over:
                _manager.Tell(new DisconnectPeer(over.Id, "its addresses were asked for"));
                break;
            case FinishKeeping:
                Finish();
                break;
            default:
                OnAddresses(message);
                break;
        }
    }

    private void Keep(KeepOutbound keep)
    {
        var isFirst = _told is null;
        _told = keep;
        if (isFirst)
        {
            _nextFeeler = Now + _keeping.FeelerInterval;
            _seedTiming.Begin(Now);
        }

        DialWhatIsMissing();
    }

    /// <summary>Dials until nothing is missing, nobody fits, or it has to wait; then sees that it looks again.</summary>
    private void DialWhatIsMissing()
    {
        if (!_isLoaded || _isFinishing)
        {
            return;
        }

        var attempts = _offline.IsOffline ? 1 : _keeping.Attempts;
        while (_kept.UnderWay < attempts)
        {
            var wait = _nextDial > _offline.NextProbe ? _nextDial : _offline.NextProbe;
            if (wait > Now)
            {
                LookAgainAt(wait);
                return;
            }

            if (!DialNext())
            {
                LookAgainAt(NextLook());
                return;
            }

            _nextDial = Now + _keeping.Pace;
        }
    }

    private void OnReady(KeptConnection kept, PeerReady ready)
    {
        kept.IsReady = true;
        kept.Services = ready.Remote.Services;
        if (_offline.Heard())
        {
            _log.Info("Connections can be made again, after {Time:0} s in which none could", (Now - _offline.Since).TotalSeconds);
        }

        _backoff.Succeeded(kept.Remote.Text());
        if (kept.Address is { } address)
        {
            _book.SetServices(address, ready.Remote.Services);
            _book.Good(address, Today);
        }

        switch (kept.Type)
        {
            case ConnectionType.Feeler:
                _manager.Tell(new DisconnectPeer(kept.Id, "somebody is there"));
                break;
            case ConnectionType.AddressFetch:
                ready.Peer.Tell(new Send(GetAddrMessage.Instance));
                Timers.StartSingleTimer(kept, new FetchIsOver(kept.Id), FetchTime);
                break;
            case ConnectionType.OutboundFullRelay or ConnectionType.Manual when _told is not null:
                ready.Peer.Tell(new Send(GetAddrMessage.Instance));
                break;
        }

        DialWhatIsMissing();
    }

    private void OnStopped(KeptConnection kept, PeerStopped stopped)
    {
        _kept.Remove(kept);
        Timers.Cancel(kept);
        if (kept.IsReady && kept.Address is { } address)
        {
            _book.Connected(address, Today);
        }
        else if (kept.Address is { } poor && stopped.Reason is DisconnectReason.MissingServices lacking)
        {
            _book.SetServices(poor, kept.Services & ~lacking.Missing);
        }

        if (kept.Type == ConnectionType.Manual)
        {
            _nodes.Ended(kept.Remote, kept.IsReady, Now);
        }
        else if (kept.Type is not (ConnectionType.Feeler or ConnectionType.AddressFetch) || !kept.IsReady)
        {
            _backoff.Failed(kept.Remote.Text(), Now);
        }

        NoteOffline(kept, stopped.Reason);
        DialWhatIsMissing();
    }

    /// <summary>A dial that came to nothing counts, while nobody whom we keep is there; what we refused ourselves was none.</summary>
    private void NoteOffline(KeptConnection kept, DisconnectReason reason)
    {
        if (kept.IsReady || ConductTable.Of(reason) != Conduct.Failure || _kept.Any(other => other.IsReady))
        {
            return;
        }

        var netgroup = kept.Address is { } address ? Netgroup.Of(address.Address) : 0;
        if (_offline.Failed(netgroup, Now))
        {
            _backoff.Forgive(_offline.Since);
            _log.Warning("No connection can be made at all: from now on somebody is dialled now and then only, until one can");
        }
    }

    private OutboundStatus Status() => new(
        _told is null ? 0 : _keeping.Target,
        Enum.GetValues<ConnectionType>().Select(type => (Type: type, Count: _kept.Ready(type))).Where(ready => ready.Count > 0)
            .ToImmutableDictionary(ready => ready.Type, ready => ready.Count),
        _kept.UnderWay, _offline.IsOffline, _book.Count, _book.TriedCount,
        ByNetwork(_book.CountOf), ByNetwork(_book.TriedCountOf),
        _nodes.Count);

    private static ImmutableDictionary<NetworkKind, int> ByNetwork(Func<NetworkKind, int> count) =>
        Enum.GetValues<NetworkKind>().Select(kind => (Kind: kind, Count: count(kind))).Where(known => known.Count > 0)
            .ToImmutableDictionary(known => known.Kind, known => known.Count);

    private TimeSpan NextLook()
    {
        var next = TimeSpan.MaxValue;
        Consider(_nodes.Due);
        if (_told is not null && _kept.Missing().Any())
        {
            Consider(Now + _keeping.Retry.Floor);
        }
        else if (_kept.Count(ConnectionType.Feeler) == 0)
        {
            Consider(_nextFeeler);
        }

        return next;

        void Consider(TimeSpan? due) => next = due is { } time && time < next ? time : next;
    }

    private void LookAgainAt(TimeSpan time)
    {
        if (time < TimeSpan.MaxValue)
        {
            var wait = time - Now;
            Timers.StartSingleTimer("look", LookAgain.Instance, wait > TimeSpan.FromMilliseconds(1) ? wait : TimeSpan.FromMilliseconds(1));
        }
    }

    /// <summary>Somebody may be missing, and somebody may fit by now.</summary>
    private sealed record LookAgain : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static LookAgain Instance { get; } = new();
    }

    /// <summary>A node has had its time to tell addresses.</summary>
    private sealed record FetchIsOver(PeerId Id) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}
