using Akka.Actor;

namespace Peers;

/// <content>
/// The children that not every peer needs: each is born with the first word for it. An actor costs two kilobytes, and a hundred microseconds of
/// birth and death with its kind: of the remotes that connect to a listening node most are gone again before there was any use for these.
/// </content>
internal sealed partial class PeerActor
{
    private IActorRef _ping = ActorRefs.Nobody;
    private IActorRef _trickle = ActorRefs.Nobody;
    private TimeSpan _readyAt;

    /// <summary>When the remote is pinged first, unless the pinger is there before; null when it is, or when there are no pings.</summary>
    private TimeSpan? _firstPing;

    private IActorRef Ping
    {
        get
        {
            if (_ping.IsNobody())
            {
                _ping = Context.ActorOf(
                    PingActor.Props(Self, _connection, _remote!.Features.ProtocolVersion, UntilFirstPing, _settings), "ping");
                _firstPing = null;
                if (_readingPaused)
                {
                    _ping.Tell(ReadingPaused.Instance);
                }
            }

            return _ping;
        }
    }

    /// <summary>Nobody when nothing is announced at all.</summary>
    private IActorRef Trickle
    {
        get
        {
            if (_trickle.IsNobody() && _settings.Trickle.Enabled)
            {
                _trickle = Context.ActorOf(
                    InventoryTrickleActor.Props(_connection, _start.Direction, _remote!.Features, _start.Options.BlockRelayOnly, _readyAt, _settings), "trickle");
            }

            return _trickle;
        }
    }

    /// <summary>A timer of no time at all would be refused.</summary>
    private TimeSpan? UntilFirstPing =>
        _firstPing is { } due ? due > Now ? due - Now : TimeSpan.FromMilliseconds(1) : null;

    private void PingFirst()
    {
        _firstPing = null;
        Ping.Tell(PingNow.Instance);
    }
}
