using System.Net;
using Akka.Actor;

namespace Peers;

/// <summary>What the manager knows of one peer.</summary>
internal sealed class PeerEntry(PeerId id, IActorRef actor, EndPoint endpoint, Direction direction, IActorRef? listener, bool hearsVersion)
{
    public PeerId Id { get; } = id;

    public IActorRef Actor { get; } = actor;

    public EndPoint Endpoint { get; } = endpoint;

    public Direction Direction { get; } = direction;

    public IActorRef? Listener { get; set; } = listener;

    /// <summary>Whether its listener was told its version already.</summary>
    public bool HearsVersion { get; } = hearsVersion;

    public PeerPhase Phase { get; set; }

    public RemotePeer? Remote { get; set; }

    public DisconnectReason? Reason { get; set; }

    public PeerStats? Stats { get; set; }

    public PeerSummary Summary() => new(Id, Actor, Endpoint, Direction, Phase, Remote);
}
