using System.Net;
using Akka.Actor;

namespace Peers;

/// <summary>What the manager knows of one peer.</summary>
internal sealed class PeerEntry(PeerId id, IActorRef actor, EndPoint endpoint, Direction direction, IActorRef? listener, PeerOptions options)
{
    public PeerId Id { get; } = id;

    public IActorRef Actor { get; } = actor;

    public EndPoint Endpoint { get; } = endpoint;

    public Direction Direction { get; } = direction;

    public IActorRef? Listener { get; set; } = listener;

    public PeerOptions Options { get; } = options;

    public PeerPhase Phase { get; set; }

    public RemotePeer? Remote { get; set; }

    public DisconnectReason? Reason { get; set; }

    public PeerStats? Stats { get; set; }

    public PeerSummary Summary() => new(Id, Actor, Endpoint, Direction, Phase, Remote);
}
