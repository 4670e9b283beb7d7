using System.Net;
using Akka.Actor;
using Akka.Event;
using Peers.Wire;

namespace Peers;

/// <content>Who is let in: before a connection is made, and when its remote has said who it is.</content>
internal sealed partial class PeerManagerActor
{
    private IActorRef _hooks = ActorRefs.Nobody;

    private void Connect(Connect connect)
    {
        var id = NextId();
        if (WhyNot(id, Direction.Outbound, connect.Remote) is { } why)
        {
            Refuse(id, connect.Remote, Direction.Outbound, connect.Listener, why);
            return;
        }

        Start(id, Direction.Outbound, connect.Remote, new ConnectionOrigin.Dial(connect.Remote), connect.Listener, connect.Consumption, connect.Options);
    }

    private void Start(
        PeerId id, Direction direction, EndPoint endpoint, ConnectionOrigin origin, IActorRef? listener, Consumption consumption, PeerOptions? options = null)
    {
        options ??= PeerOptions.Default;
        PublishConnecting(new PeerConnecting(id, endpoint, direction), listener);
        var nonce = _settings.Random.NextNonce();
        _admission.Enter(id, direction, Identity(id, endpoint), nonce);
        var start = new PeerStart(id, direction, endpoint, origin, _network, nonce, listener, consumption, options, _budget, _budgetKeeper);
        var actor = Context.ActorOf(PeerActor.Props(start, Self, _settings), $"peer-{id}");
        Context.Watch(actor);
        var entry = new PeerEntry(id, actor, endpoint, direction, listener, options.HearVersion);
        _peers.Add(id, entry);
        _byActor.Add(actor, entry);
    }

    private void Refuse(PeerId id, EndPoint endpoint, Direction direction, IActorRef? listener, string why)
    {
        _log.Debug("Refused {Direction} {Endpoint}: {Why}", direction, endpoint.Text(), why);
        PublishConnecting(new PeerConnecting(id, endpoint, direction), listener);
        PublishStopped(new PeerStopped(id, endpoint, direction, new DisconnectReason.Refused(why), null), listener);
    }

    private string? WhyNot(PeerId id, Direction direction, EndPoint remote) =>
        _stopping ? "the engine stops"
        : direction == Direction.Inbound ? _admission.MayAccept()
        : _admission.MayConnect(Identity(id, remote));

    /// <summary>What makes two connections duplicates: their remote. Behind an address that nobody told, or the proxy's, anybody may be.</summary>
    private string Identity(PeerId id, EndPoint remote) =>
        remote.IsUntold() || (remote is IPEndPoint address && _settings.IsProxy(address)) ? $"peer-{id}" : remote.Text();

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
