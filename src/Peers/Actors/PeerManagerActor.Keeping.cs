using Akka.Actor;
using Akka.Event;

namespace Peers;

/// <content>Connections that the engine keeps by itself: <see cref="OutboundActor"/> decides, here they are opened.</content>
internal sealed partial class PeerManagerActor
{
    private readonly HashSet<PeerId> _kept = [];
    private IActorRef _keeper = ActorRefs.Nobody;

    /// <summary>The keeper is born with the first word for it: an engine that keeps nothing has none.</summary>
    private void TellKeeper(ManagerCommand command)
    {
        if (_keeper.IsNobody() && command is GetOutbound asked)
        {
            asked.ReplyTo.Tell(OutboundStatus.None);
            return;
        }

        if (_keeper.IsNobody())
        {
            if (_stopping)
            {
                return;
            }

            _keeper = Context.ActorOf(OutboundActor.Props(Self, _settings), "outbound");
            Context.Watch(_keeper);
        }

        _keeper.Tell(command);
    }

    private void Dial(DialKept dial)
    {
        var id = NextId();
        _kept.Add(id);
        _keeper.Tell(new KeptDialled(dial.Kept, id));
        if (dial.Kept.Type != ConnectionType.Manual && IsKnown(dial.Command) is { } why)
        {
            Refuse(id, dial.Command.Remote, Direction.Outbound, dial.Command.Listener, why);
            return;
        }

        Connect(id, dial.Command);
    }

    /// <summary>Of one identity one connection is enough, whoever opened it, unless a person wants it; this machine is many.</summary>
    private DisconnectReason.Refused? IsKnown(Connect connect)
    {
        var identity = IdentityOf(default, connect.Remote, connect.Options);
        return identity is { Address: { } address, IsLocal: false } && _peers.Values.Any(entry => entry.Identity.Address == address)
            ? new DisconnectReason.Refused($"{connect.Remote.Text()} is connected already")
            : null;
    }

    private void TellKept(PeerId id, PeerEvent happened)
    {
        if (happened is PeerStopped ? _kept.Remove(id) : _kept.Contains(id))
        {
            _keeper.Tell(happened);
        }
    }

    private void KeeperGone()
    {
        if (!_stopping)
        {
            _log.Error("What keeps connections has crashed: those that there are stay, none is replaced; tell KeepOutbound to begin anew");
        }

        _keeper = ActorRefs.Nobody;
        _kept.Clear();
        ContinueStop();
    }
}
