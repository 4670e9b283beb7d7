using System.Net;
using Akka.Actor;
using Akka.Event;
using Peers.Wire;

namespace Peers;

/// <content>Who is let in: before a connection is made, and when its remote has said who it is.</content>
internal sealed partial class PeerManagerActor
{
    private IActorRef _hooks = ActorRefs.Nobody;

    private void Connect(Connect connect) => Connect(NextId(), connect);

    private void Connect(PeerId id, Connect connect)
    {
        Trace(id, connect.Trace);
        var identity = IdentityOf(id, connect.Remote, connect.Options);
        if (WhyNot(Direction.Outbound, identity) is { } why)
        {
            Refuse(id, connect.Remote, Direction.Outbound, connect.Listener, why);
            return;
        }

        Start(id, Direction.Outbound, identity, connect.Remote, new ConnectionOrigin.Dial(connect.Remote), connect.Listener, connect.Consumption, connect.Options);
    }

    private void Start(
        PeerId id, Direction direction, in RemoteIdentity identity, EndPoint endpoint, ConnectionOrigin origin, IActorRef? listener, Consumption consumption,
        PeerOptions? options = null)
    {
        options ??= PeerOptions.Default;
        PublishConnecting(new PeerConnecting(id, endpoint, direction), listener);
        var nonce = _settings.Random.NextNonce();
        _admission.Enter(id, direction, identity, nonce);
        var start = new PeerStart(id, direction, endpoint, origin, _network, nonce, listener, consumption, options, _budget, _budgetKeeper, _keeper);
        var actor = Context.ActorOf(PeerActor.Props(start, Self, _settings), $"peer-{id}");
        Context.Watch(actor);
        var entry = new PeerEntry(id, actor, endpoint, direction, listener, options.HearVersion, identity, Now);
        _peers.Add(id, entry);
        _byActor.Add(actor, entry);
    }

    private void Refuse(PeerId id, EndPoint endpoint, Direction direction, IActorRef? listener, DisconnectReason why)
    {
        _log.Debug("Refused {Direction} {Endpoint}: {Why}", direction, endpoint.Text(), why);
        PublishConnecting(new PeerConnecting(id, endpoint, direction), listener);
        var stopped = new PeerStopped(id, endpoint, direction, why, null);
        PublishStopped(stopped, listener);
        TellKept(id, stopped);
    }

    /// <summary>Judges a connection before it is dialled, or before anything is read of it. Who has to make room for it is told to.</summary>
    private DisconnectReason? WhyNot(Direction direction, in RemoteIdentity remote)
    {
        if (_stopping)
        {
            return new DisconnectReason.Refused("the engine stops");
        }

        if (direction == Direction.Outbound)
        {
            return _reputation.MayConnect(remote, Now, Today) ?? Refusal(_admission.MayConnect(remote));
        }

        var why = _reputation.MayAccept(remote, _admission.IsNearlyFull, Today) ?? Refusal(_admission.MayBegin(remote));
        return why ?? (_admission.MayAccept() is { } full && !MakeRoom() ? Refusal(full) : null);
    }

    private static DisconnectReason.Refused? Refusal(string? why) => why is null ? null : new DisconnectReason.Refused(why);

    private RemoteIdentity IdentityOf(PeerId id, EndPoint remote, PeerOptions? options) =>
        RemoteIdentity.Of(id, remote, remote is IPEndPoint endpoint && _settings.IsProxy(endpoint), options?.Manual == true);

    /// <summary>A dial has reached somebody: where a name was dialled, only now is it known who that is.</summary>
    private void Opened(PeerEntry entry, PeerIsOpen open)
    {
        entry.Phase = PeerPhase.Handshaking;
        _subscribers.Publish(new PeerOpened(open.Id, open.Remote, open.Local, entry.Direction));
        if (entry.Identity.Address is null && entry.Endpoint is DnsEndPoint && !_settings.IsProxy(open.Remote))
        {
            entry.Identity = entry.Identity with { Address = RemoteIdentity.Of(entry.Id, open.Remote, isProxy: false, isManual: false).Address };
            if ((_reputation.MayConnect(entry.Identity, Now, Today) ?? Refusal(_admission.Found(entry.Id, entry.Identity))) is { } why)
            {
                Expel(entry, why);
            }
        }
    }

    /// <summary>Judges a remote that said its version; what the user says of it comes back as <see cref="VersionJudged"/>.</summary>
    private void Judge(PeerEntry entry, VersionMessage version)
    {
        if (_admission.Owner(version.Nonce) is { } self)
        {
            // Both halves end for the same reason; the one that hears the other close before it hears this, too.
            var refusal = new NotAdmitted(new DisconnectReason.SelfConnection());
            foreach (var half in (PeerEntry[])[_peers[self], entry])
            {
                half.Reason ??= refusal.Reason;
                half.Actor.Tell(refusal);
            }
        }
        else if (_settings.Admit is null)
        {
            entry.Actor.Tell(Admitted.Instance);
        }
        else
        {
            _hooks.Tell(new JudgeVersion(entry.Id, version));
        }
    }
}
