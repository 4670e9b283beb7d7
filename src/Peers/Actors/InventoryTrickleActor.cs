using Akka.Actor;
using Peers.Wire;

namespace Peers;

/// <summary>
/// Announces inventory to one remote: blocks at once, everything else at times that tell nothing of when it came.
/// Born with the first inventory of a ready peer, dies with it. It sends <c>inv</c>, <c>headers</c> of new blocks, and nothing else.
/// </summary>
internal sealed class InventoryTrickleActor : UntypedActor, IWithTimers
{
    private const string Timer = "trickle";

    private readonly IActorRef _connection;
    private readonly PeerSettings _settings;
    private readonly TimeSpan _interval;
    private readonly TimeSpan _ready;
    private readonly KnownInventory _known;
    private readonly RelayPreferences _preferences;
    private readonly TrickleQueue _queue;

    public InventoryTrickleActor(IActorRef connection, Direction direction, PeerFeatures features, bool blocksOnly, TimeSpan ready, PeerSettings settings)
    {
        _connection = connection;
        _settings = settings;
        _interval = TrickleTiming.Interval(settings.Trickle, direction);
        _ready = ready;
        _known = new KnownInventory(settings.Trickle.KnownInventory);
        _preferences = new RelayPreferences(features.RelayTransactions, blocksOnly);
        _queue = new TrickleQueue(settings.Trickle.Queue, _known, _preferences, features.WtxIdRelay);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IActorRef connection, Direction direction, PeerFeatures features, bool blocksOnly, TimeSpan ready, PeerSettings settings) =>
        ActorFactory.Props(() => new InventoryTrickleActor(connection, direction, features, blocksOnly, ready, settings)).OnDispatcherOf(settings);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Announce announce:
                Take(announce.What);
                Schedule();
                break;
            case News news:
                foreach (var announce in news.Announcements)
                {
                    Take(announce.What);
                }

                Schedule();
                break;
            case RemoteKnows knows:
                Note(knows);
                break;
            case Beat:
                Trickle();
                break;
            case CompleteStats stats:
                var figures = new TrickleStats(_queue.Announced, _queue.AlreadyKnown, _queue.Unwanted, _queue.GaveWay, _queue.Count);
                _connection.Tell(stats with { Stats = stats.Stats with { Trickle = figures } });
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Take(Announcement what)
    {
        if (what is Announcement.OfBlock block)
        {
            if (_queue.TakeNow(block) is { } news)
            {
                _connection.Tell(new Write(news));
            }

            return;
        }

        _queue.Enqueue(what);
        if (_settings.Trickle.Policy == TricklePolicy.Immediate)
        {
            Trickle();
        }
    }

    private void Note(RemoteKnows knows)
    {
        foreach (var message in knows.Messages)
        {
            InventoryNotes.Note(message, knows.Said, _known);
            if (!knows.Said)
            {
                _preferences.Note(message);
            }
        }
    }

    /// <summary>The timer runs only while something waits, which nobody can observe: Poisson times have no memory, and a beat keeps to its own.</summary>
    private void Schedule()
    {
        if (_queue.Count > 0 && !Timers.IsTimerActive(Timer))
        {
            var sinceReady = _settings.Clock.Monotonic() - _ready;
            Timers.StartSingleTimer(Timer, Beat.Instance, TrickleTiming.Next(_settings.Trickle.Policy, _interval, sinceReady, _settings.Random));
        }
    }

    private void Trickle()
    {
        while (_queue.Count > 0)
        {
            var items = _queue.Take(_settings.Trickle.MaxPerMessage);
            if (items.Length > 0)
            {
                _connection.Tell(new Write(new InvMessage(items)));
            }
        }
    }

    private sealed record Beat
    {
        public static Beat Instance { get; } = new();
    }
}
