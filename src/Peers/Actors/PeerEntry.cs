using System.Net;
using Akka.Actor;

namespace Peers;

/// <summary>What the manager knows of one peer.</summary>
internal sealed class PeerEntry(
    PeerId id, IActorRef actor, EndPoint endpoint, Direction direction, IActorRef? listener, bool hearsVersion, RemoteIdentity identity, TimeSpan connected)
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

    /// <summary>Who is there, as far as the address tells; a name becomes an address when the connection opens.</summary>
    public RemoteIdentity Identity { get; set; } = identity;

    /// <summary>When it came to be, by the monotonic clock.</summary>
    public TimeSpan Connected { get; } = connected;

    public TimeSpan? MinimumPing { get; set; }

    /// <summary>When it last gave us a transaction that was worth announcing.</summary>
    public TimeSpan? LastTransaction { get; set; }

    /// <summary>When it last gave us a block that was worth announcing.</summary>
    public TimeSpan? LastBlock { get; set; }

    /// <summary>Whether it was told to end, and has no place any more.</summary>
    public bool IsExpelled { get; set; }

    public PeerSummary Summary() => new(Id, Actor, Endpoint, Direction, Phase, Remote);
}
