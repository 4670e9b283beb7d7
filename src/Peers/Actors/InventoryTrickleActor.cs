using Akka.Actor;
using Peers.Wire;

namespace Peers;

/// <summary>
/// Announces inventory to one remote: blocks at once, everything else at times that tell nothing of when it came.
/// Born when a peer is ready, dies with it. It sends <c>inv</c> and nothing else.
/// </summary>
internal sealed class InventoryTrickleActor : UntypedActor, IWithTimers
{
    private const string Timer = "trickle";

    private readonly IActorRef _connection;
    private readonly PeerSettings _settings;
    private readonly TimeSpan _mean;
    private readonly bool _transactionsWanted;
    private readonly KnownInventory _known;
    private readonly TrickleQueue _queue;

    public InventoryTrickleActor(IActorRef connection, Direction direction, PeerFeatures features, PeerSettings settings)
    {
        _connection = connection;
        _settings = settings;
        _mean = direction == Direction.Inbound ? settings.Trickle.InboundInterval : settings.Trickle.OutboundInterval;
        _transactionsWanted = features.RelayTransactions;
        _known = new KnownInventory(settings.Trickle.KnownInventory);
        _queue = new TrickleQueue(settings.Trickle.Queue, _known);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IActorRef connection, Direction direction, PeerFeatures features, PeerSettings settings) =>
        Akka.Actor.Props.Create(() => new InventoryTrickleActor(connection, direction, features, settings)).OnDispatcherOf(settings);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Announce { Item: { IsBlock: true } block }:
                if (_queue.TakeNow(block))
                {
                    _connection.Tell(new Write(new InvMessage([block])));
                }

                break;
            case Announce { Item: { IsTransaction: true } } when !_transactionsWanted:
                break; // relay = 0 in its version (BIP 37, BIP 60).
            case Announce announce:
                _queue.Enqueue(announce.Item);
                Schedule();
                break;
            case RemoteKnows knows:
                foreach (var heard in knows.Heard)
                {
                    InventoryHeard.Note(heard, _known);
                }

                break;
            case Beat:
                Trickle();
                break;
            case CompleteStats stats:
                var figures = new TrickleStats(_queue.Announced, _queue.AlreadyKnown, _queue.GaveWay, _queue.Count);
                _connection.Tell(new CompleteStats(stats.Stats with { Trickle = figures }, stats.ReplyTo));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>The timer runs only while something waits; with Poisson times that changes nothing that could be observed.</summary>
    private void Schedule()
    {
        if (_settings.Trickle.Policy == TricklePolicy.Immediate)
        {
            Trickle();
        }
        else if (_queue.Count > 0 && !Timers.IsTimerActive(Timer))
        {
            Timers.StartSingleTimer(Timer, Beat.Instance, TrickleTiming.Next(_settings.Trickle.Policy, _mean, _settings.Random));
        }
    }

    private void Trickle()
    {
        while (_queue.Count > 0)
        {
            var items = _queue.Take(_settings.Trickle.MaxPerMessage);
            if (items.Count > 0)
            {
                _connection.Tell(new Write(new InvMessage(items.ToWireArray())));
            }
        }
    }

    private sealed record Beat
    {
        public static Beat Instance { get; } = new();
    }
}
