using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Akka.Actor;
using Akka.Event;
using Peers.Wire;

namespace Peers;

/// <summary>
/// Measures and traces an engine: hears its events, and asks each connection now and then for its snapshot. One per engine, born when somebody listens first, dies
/// with the engine, behind its last event. Listeners' code runs here and nowhere else.
/// </summary>
internal sealed class TelemetryActor : UntypedActor, IWithTimers
{
    private readonly IActorRef _manager;
    private readonly PeerInstruments _instruments;
    private readonly PeerSettings _settings;
    private readonly ConnectionSpans _spans;
    private readonly SortedDictionary<long, MeasuredPeer> _peers = [];
    private ImmutableArray<Measurement<long>> _addresses = [];
    private bool _levelsChanged;

    public TelemetryActor(IActorRef manager, PeerInstruments instruments, ActivitySource activities, PeerSettings settings)
    {
        _manager = manager;
        _instruments = instruments;
        _settings = settings;
        _spans = new ConnectionSpans(activities, settings.Clock);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <remarks>On the default dispatcher, as all that runs code of others: what blocks in it takes no thread from the peers, where they have a dispatcher of their own.</remarks>
    public static Props Props(IActorRef manager, PeerInstruments instruments, ActivitySource activities, PeerSettings settings) =>
        ActorFactory.Props(() => new TelemetryActor(manager, instruments, activities, settings));

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer("ask", Due.Instance, _settings.MetricsInterval);
        _instruments.Tell(PeerLevels.None);
    }

    protected override void PostStop()
    {
        _instruments.Tell(null);
        _spans.EndAll();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case PeerEvent happened:
                OnEvent(happened);
                break;
            case PeerStats stats:
                if (_peers.GetValueOrDefault(stats.Id.Value) is { } asked)
                {
                    asked.Count(stats, _instruments);
                    LevelsChanged();
                }

                break;
            case Due when _instruments.NeedStats:
                AskAll();
                break;
            case Due:
                break; // Nobody wants to know.
            case Parent parent:
                _spans.Parent = parent;
                break;
            case OldPeer old:
                _peers[old.Id.Value] = new MeasuredPeer(old.Endpoint, old.Direction, Now)
                {
                    IsOld = true,
                    Ready = old.Remote is { } remote ? (old.Actor, PeerTags.RoleOf(remote)) : null,
                };
                old.Actor.Tell(new GetStats(Self));
                break;
            case OutboundStatus book:
                _addresses = [.. book.AddressesByNetwork.SelectMany(network => AddressesOf(network.Key, network.Value, book.TriedByNetwork.GetValueOrDefault(network.Key)))];
                LevelsChanged();
                break;
            case Levels:
                _levelsChanged = false;
                TellLevels();
                break;
            case Finish:
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private TimeSpan Now => _settings.Clock.Monotonic();

    private void OnEvent(PeerEvent happened)
    {
        switch (happened)
        {
            case PeerConnecting connecting:
                _peers[connecting.Id.Value] = new MeasuredPeer(connecting.Endpoint, connecting.Direction, Now)
                {
                    Span = _spans.Begin(connecting),
                };
                LevelsChanged();
                break;
            case PeerOpened { Remote: var remote } opened when _peers.GetValueOrDefault(opened.Id.Value) is { Network: "name" } named && !_settings.IsProxy(remote):
                named.Network = PeerTags.NetworkOf(remote);
                break;
            case PeerReady ready when _peers.GetValueOrDefault(ready.Id.Value) is { Ready: null } peer:
                peer.Ready = (ready.Peer, PeerTags.RoleOf(ready.Remote));
                CountHandshake(peer, PeerTags.Ready);
                _spans.End(peer, null);
                if (_instruments.NeedStats)
                {
                    ready.Peer.Tell(new GetStats(Self)); // The transport is in it.
                }

                LevelsChanged();
                break;
            case PeerStopped stopped when _peers.Remove(stopped.Id.Value, out var peer):
                OnStopped(peer, stopped);
                LevelsChanged();
                break;
            case PingMeasured pinged when _peers.GetValueOrDefault(pinged.Id.Value) is { } peer:
                _instruments.RoundTrips.Record(pinged.RoundTrip.TotalSeconds, Tag(PeerTags.Direction, PeerTags.Of(peer.Direction)), Tag(PeerTags.Network, peer.Network));
                break;
            case PeerStalled stalled:
                CountStall(stalled.Awaiting, stalled.Pause > TimeSpan.Zero ? "pause" : "report");
                break;
            case SubnetBanned:
                _instruments.Bans.Add(1, Tag(PeerTags.BanAction, "ban"));
                break;
            case SubnetUnbanned { WasBanned: true }:
                _instruments.Bans.Add(1, Tag(PeerTags.BanAction, "unban"));
                break;
        }
    }

    private void OnStopped(MeasuredPeer peer, PeerStopped stopped)
    {
        if (stopped.Stats is { } last)
        {
            peer.Count(last, _instruments);
        }

        if (stopped.Reason is DisconnectReason.Stalled stall)
        {
            CountStall(stall.Awaiting, "disconnect");
        }

        var reason = PeerTags.Of(stopped.Reason);
        if (peer.Ready is not null)
        {
            _instruments.Disconnects.Add(
                1, Tag(PeerTags.Direction, PeerTags.Of(peer.Direction)), Tag(PeerTags.Reason, reason), Tag(PeerTags.Side, PeerTags.SideOf(stopped.Reason)));
        }
        else if (!peer.IsOld)
        {
            CountHandshake(peer, reason);
            _spans.End(peer, reason);
        }
    }

    private void CountHandshake(MeasuredPeer peer, string outcome)
    {
        if (!peer.IsOld)
        {
            var (direction, ended) = (Tag(PeerTags.Direction, PeerTags.Of(peer.Direction)), Tag(PeerTags.Outcome, outcome));
            _instruments.Handshakes.Add(1, direction, Tag(PeerTags.Network, peer.Network), ended);
            _instruments.HandshakeDuration.Record((Now - peer.Since).TotalSeconds, direction, ended);
        }
    }

    private void CountStall(string awaiting, string action)
    {
        var command = _settings.Catalog.Find(awaiting) is null ? PeerTags.Other : awaiting;
        _instruments.Stalls.Add(1, Tag(PeerTags.Command, command), Tag(PeerTags.StallAction, action));
    }

    private void AskAll()
    {
        foreach (var peer in _peers.Values)
        {
            peer.Ready?.Actor.Tell(new GetStats(Self));
        }

        _manager.Tell(new GetOutbound(Self));
    }

    /// <summary>Told behind all that waits here: one sum for many changes.</summary>
    private void LevelsChanged()
    {
        if (!_levelsChanged)
        {
            _levelsChanged = true;
            Self.Tell(Levels.Instance);
        }
    }

    private void TellLevels()
    {
        var ready = _peers.Values.Where(peer => peer.Ready is not null).ToList();
        _instruments.Tell(new PeerLevels(
            Sum(
                ready, peer => (PeerTags.Of(peer.Direction), peer.Network, peer.Transport, peer.Ready!.Value.Role), _ => 1,
                key => [Tag(PeerTags.Direction, key.Item1), Tag(PeerTags.Network, key.Network), Tag(PeerTags.Transport, key.Transport), Tag(PeerTags.Role, key.Role)]),
            Sum(_peers.Values.Where(peer => peer.Ready is null), peer => peer.Direction, _ => 1, DirectionOnly),
            Sum(ready, peer => peer.Direction, peer => peer.QueuedBytes, DirectionOnly),
            Sum(ready, peer => peer.Direction, peer => peer.UnconsumedBytes, DirectionOnly),
            _addresses));
    }

    private static IEnumerable<Measurement<long>> AddressesOf(NetworkKind network, int all, int tried)
    {
        yield return new Measurement<long>(all - tried, Tag(PeerTags.Network, PeerTags.Of(network)), Tag(PeerTags.Table, "new"));
        yield return new Measurement<long>(tried, Tag(PeerTags.Network, PeerTags.Of(network)), Tag(PeerTags.Table, "tried"));
    }

    private static KeyValuePair<string, object?>[] DirectionOnly(Direction direction) => [Tag(PeerTags.Direction, PeerTags.Of(direction))];

    private static List<Measurement<long>> Sum<T>(
        IEnumerable<MeasuredPeer> peers, Func<MeasuredPeer, T> keyOf, Func<MeasuredPeer, long> amountOf, Func<T, KeyValuePair<string, object?>[]> tagsOf) =>
        [.. peers.GroupBy(keyOf).Select(group => new Measurement<long>(group.Sum(amountOf), tagsOf(group.Key)))];

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    /// <summary>A connection that was there before anybody measured.</summary>
    internal sealed record OldPeer(PeerId Id, IActorRef Actor, EndPoint Endpoint, Direction Direction, RemotePeer? Remote) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>What the user was doing when he asked for a connection; told before its first event.</summary>
    internal sealed record Parent(PeerId Id, ActivityContext Context) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>The engine has told its last event: end.</summary>
    internal sealed record Finish : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static Finish Instance { get; } = new();
    }

    private sealed record Levels : INoSerializationVerificationNeeded
    {
        public static Levels Instance { get; } = new();
    }

    private sealed record Due : INoSerializationVerificationNeeded
    {
        public static Due Instance { get; } = new();
    }
}
