using System.Net;
using Akka.Actor;
using Akka.Event;
using Peers.Wire;

namespace Peers.TestKit;

/// <summary>
/// The listener of a <see cref="RelayNode"/>'s engine: hears, asks, takes and lets the engine announce. One for each life of a node, gone
/// when its engine is.
/// </summary>
internal sealed partial class RelayNodeActor : UntypedActor, IWithTimers
{
    private const ulong CompactVersion = 2;
    private const int MostUnconnected = 10;

    private readonly RelayNode _node;
    private readonly IActorRef _manager;
    private readonly PeerSettings _settings;
    private readonly Dictionary<PeerId, RelayPeer> _byId = [];
    private readonly List<RelayPeer> _peers = [];
    private readonly List<IPEndPoint> _dialled = [];
    private readonly List<(PeerId Peer, InventoryVector Item)> _asking = [];
    private readonly AnnouncedItems _transactions;
    private readonly AnnouncedItems _blocks;
    private TimeSpan? _alarm;

    public RelayNodeActor(RelayNode node, IActorRef manager, PeerSettings settings)
    {
        _node = node;
        _manager = manager;
        _settings = settings;
        node.Peers = _peers;
        _transactions = new AnnouncedItems(node.Options.TransactionPatience);
        _blocks = new AnnouncedItems(node.Options.BlockPatience);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private TimeSpan Now => _settings.Clock.Monotonic();

    protected override void PreStart()
    {
        Context.Watch(_manager);
        Manage(new Listen(_node.Endpoint, ActorRefs.Nobody, Self));
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case PeerMessage heard:
                if (_byId.TryGetValue(heard.Id, out var peer))
                {
                    Hear(peer, heard.Message);
                }

                break;
            case PeerReady ready:
                Meet(new RelayPeer(ready));
                break;
            case PeerStopped stopped:
                Lose(stopped);
                break;
            case Alarm:
                _alarm = null;
                Ask();
                break;
            case Made made:
                Take(made.Item);
                break;
            case DialOne dial:
                Dial(dial.Remote);
                break;
            case DialAgain again:
                DialAnother(again.Lost);
                break;
            case MeasureAll:
                foreach (var each in _peers)
                {
                    each.Command(new GetStats(Self));
                }

                break;
            case PeerStats stats:
                _node.Measured = _node.Measured.And(RelayTraffic.Of(stats));
                break;
            case LeaveNetwork:
                Manage(StopEngine.Instance);
                break;
            case Terminated:
                Context.Stop(Self);
                break;
            case PeerConnecting:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Hear(RelayPeer peer, Message message)
    {
        switch (message)
        {
            case InvMessage inv:
                HearOf(peer, inv);
                break;
            case TransactionMessage transaction:
                Take(peer, transaction.Transaction);
                break;
            case GetDataMessage get:
                Answer(peer, get);
                break;
            case NotFoundMessage missing:
                foreach (var item in missing.Items)
                {
                    _node.Counters.Refused++;
                    _transactions.Refused(KeyOf(item.Hash), peer.Id);
                    _blocks.Refused(item.Hash, peer.Id);
                }

                Ask();
                break;
            case HeadersMessage headers:
                HearOf(peer, headers);
                break;
            case BlockMessage block:
                Take(peer, block.Block);
                break;
            case CompactBlockMessage compact:
                Take(peer, compact);
                break;
            case BlockTransactionsMessage rest:
                Take(peer, rest);
                break;
            case GetBlockTransactionsMessage get:
                Answer(peer, get);
                break;
            case GetHeadersMessage get:
                peer.Say(_node.Holdings.HeadersAfter(get.Locator, get.Stop));
                break;
            case SendCompactMessage { Version: CompactVersion } wish:
                peer.Compact = _node.Options.CompactBlocks;
                peer.WantsUnasked = peer.Compact && wish.HighBandwidth;
                break;
            default:
                break; // Pings are the engine's; the rest tells a relay nothing.
        }
    }

    private void Meet(RelayPeer peer)
    {
        _byId.Add(peer.Id, peer);
        _peers.Add(peer);
        _node.Watcher?.Connection(_node, peer.Address, peer.IsInbound ? Direction.Inbound : Direction.Outbound, null);
        peer.Say(SendHeadersMessage.Instance);
        if (_node.Options.CompactBlocks)
        {
            peer.Say(new SendCompactMessage(false, CompactVersion));
        }

        if (peer.StartHeight > _node.Height)
        {
            AskHeaders(peer);
        }
    }

    private void Lose(PeerStopped stopped)
    {
        if (stopped.Stats is { } stats)
        {
            _node.Ended = _node.Ended.And(RelayTraffic.Of(stats));
        }

        if (_byId.Remove(stopped.Id, out var peer))
        {
            _peers.Remove(peer);
            _chosen.Remove(peer);
            _transactions.Gone(peer.Id);
            _blocks.Gone(peer.Id);
            Ask();
            _node.Watcher?.Connection(_node, peer.Address, stopped.Direction, stopped.Reason);
        }

        if (stopped.Direction == Direction.Outbound && stopped.Endpoint is IPEndPoint remote)
        {
            _dialled.Remove(remote);
            if (_node.IsOnline && _node.Options.RedialAfter is { } after)
            {
                After(after + (after * _settings.Random.NextDouble()), new DialAgain(remote));
            }
        }
    }

    private void Dial(IPEndPoint remote)
    {
        if (_node.IsOnline)
        {
            _dialled.Add(remote);
            Manage(new Connect(remote, Self));
        }
    }

    private void DialAnother(IPEndPoint lost)
    {
        var remote = lost;
        if (_node.Options.Addresses is { Count: > 0 } addresses)
        {
            // A few tries: in a small network everybody may be dialled already.
            for (var tries = 0; tries < 10; tries++)
            {
                remote = addresses[_settings.Random.Next(addresses.Count)];
                if (!remote.Equals(_node.Endpoint) && !_dialled.Contains(remote))
                {
                    break;
                }
            }
        }

        if (remote.Equals(_node.Endpoint) || _dialled.Contains(remote))
        {
            After(_node.Options.RedialAfter!.Value, new DialAgain(lost));
        }
        else
        {
            Dial(remote);
        }
    }

    private void Ask()
    {
        var now = Now;
        _transactions.Ask(now, _asking);
        _blocks.Ask(now, _asking);
        if (_asking.Count > 0)
        {
            foreach (var (peer, _) in _asking.DistinctBy(asking => asking.Peer))
            {
                _byId[peer].Say(new GetDataMessage(_asking.Where(asking => asking.Peer == peer).Select(asking => asking.Item).ToWireArray()));
            }

            _asking.Clear();
        }

        var next = Earlier(_transactions.Next(), _blocks.Next());
        if (next is { } at && (_alarm is null || at < _alarm))
        {
            _alarm = at;
            Timers.StartSingleTimer(Alarm.Instance, Alarm.Instance, at - now);
        }
    }

    private void Manage(ManagerCommand command) => _manager.Tell(command, Self);

    private void AskHeaders(RelayPeer peer) => peer.Command(new RequestHeaders(_node.Holdings.Locator(), Hash256.Zero));

    // Each has a key of its own: connections may end together.
    private void After(TimeSpan time, DialAgain again) => Timers.StartSingleTimer(again, again, time);

    private static TimeSpan? Earlier(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other ?? one : one;

    /// <summary>What is asked for by txid and by wtxid is one transaction.</summary>
    private Hash256 KeyOf(Hash256 id) => _node.Inventory.Find(id)?.WitnessId ?? id;

    private void Misbehaves(RelayPeer peer, string how)
    {
        _node.Counters.Refused++;
        peer.Command(new Disconnect(how));
    }

    internal sealed record Made(RelayItem Item) : IDeadLetterSuppression;

    internal sealed record DialOne(IPEndPoint Remote) : IDeadLetterSuppression;

    internal sealed class DialAgain(IPEndPoint lost) : IDeadLetterSuppression
    {
        public IPEndPoint Lost => lost;
    }

    internal sealed record MeasureAll : IDeadLetterSuppression
    {
        public static MeasureAll Instance { get; } = new();
    }

    internal sealed record LeaveNetwork : IDeadLetterSuppression
    {
        public static LeaveNetwork Instance { get; } = new();
    }

    private sealed record Alarm : IDeadLetterSuppression
    {
        public static Alarm Instance { get; } = new();
    }
}
