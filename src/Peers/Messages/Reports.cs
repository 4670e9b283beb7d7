using System.Collections.Immutable;
using System.Net;
using Akka.Actor;
using Akka.Event;
using Peers.Wire;

namespace Peers;

/// <summary>What children tell their <see cref="PeerActor"/>.</summary>
internal abstract record ChildReport : INoSerializationVerificationNeeded, INotInfluenceReceiveTimeout, IDeadLetterSuppression;

/// <summary>The remote said its version: may it stay?</summary>
internal sealed record VersionOffered(VersionMessage Version) : ChildReport;

/// <summary>The handshake is done; the handshake actor stops itself.</summary>
internal sealed record HandshakeSucceeded(VersionMessage Version, PeerFeatures Features) : ChildReport;

/// <summary>The handshake failed; the handshake actor stops itself.</summary>
internal sealed record HandshakeFailed(DisconnectReason Reason) : ChildReport;

/// <summary>Our pings changed: one was sent or answered.</summary>
/// <param name="Stats">How they stand.</param>
/// <param name="RoundTrip">What was just measured; null when a ping was sent.</param>
internal sealed record PingReported(PingStats Stats, TimeSpan? RoundTrip) : ChildReport;

/// <summary>A ping was not answered in time; the peer decides.</summary>
internal sealed record PingOverdue(TimeSpan After) : ChildReport;

/// <summary>A child crashed; supervision has stopped it.</summary>
internal sealed record ChildCrashed(Exception Exception) : ChildReport;

/// <summary>Down to the handshake: messages that were heard.</summary>
internal sealed record HandshakeHeard(IReadOnlyList<Message> Messages) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>Down to the pinger: pings and pongs that were heard.</summary>
internal sealed record PingsHeard(IReadOnlyList<Message> Messages) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>Down to the trickle: what was heard or said shows what the remote knows. The hashing is done there, not on the peer's way.</summary>
/// <param name="Messages">The messages.</param>
/// <param name="Said">Whether we said them.</param>
internal sealed record RemoteKnows(IReadOnlyList<Message> Messages, bool Said) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>The manager's answer to <see cref="VersionOffered"/>.</summary>
internal abstract record AdmissionVerdict : INoSerializationVerificationNeeded, INotInfluenceReceiveTimeout, IDeadLetterSuppression;

/// <summary>The remote may stay.</summary>
internal sealed record Admitted : AdmissionVerdict
{
    public static Admitted Instance { get; } = new();
}

/// <summary>It may not.</summary>
internal sealed record NotAdmitted(DisconnectReason Reason) : AdmissionVerdict;

/// <summary>From the manager to a ready peer, and from there to the trickle: what was announced to all in one go.</summary>
/// <param name="Announcements">What, in order.</param>
internal sealed record News(ImmutableArray<AnnounceToAll> Announcements) : PeerCommand
{
    /// <summary>Without what a peer told us itself; the same for all others.</summary>
    public News For(PeerId peer) =>
        Announcements.Any(announce => announce.Except == peer) ? new News(Announcements.RemoveAll(announce => announce.Except == peer)) : this;
}

/// <summary>The manager's order to a peer in any phase: end for that reason, at once.</summary>
internal sealed record Expel(DisconnectReason Reason) : INoSerializationVerificationNeeded, INotInfluenceReceiveTimeout, IDeadLetterSuppression;

/// <summary>What a peer tells the manager: small, rare, about its life.</summary>
internal abstract record PeerReport(PeerId Id) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>The socket is open.</summary>
internal sealed record PeerIsOpen(PeerId Id, IPEndPoint Remote, IPEndPoint Local) : PeerReport(Id);

/// <summary>The remote said its version: may it stay?</summary>
internal sealed record AdmissionAsked(PeerId Id, VersionMessage Version) : PeerReport(Id);

/// <summary>From the user's hook: whether the remote may stay.</summary>
/// <param name="Id">The connection.</param>
/// <param name="Refusal">Why not; null when it may.</param>
internal sealed record VersionJudged(PeerId Id, string? Refusal) : PeerReport(Id);

/// <summary>The remote asked for addresses, and the user's hook may know some.</summary>
internal sealed record AddressesWanted(PeerId Id) : PeerReport(Id);

/// <summary>The handshake is done.</summary>
internal sealed record PeerIsReady(PeerId Id, RemotePeer Remote) : PeerReport(Id);

/// <summary>A ping was answered.</summary>
internal sealed record PeerPinged(PeerId Id, TimeSpan RoundTrip) : PeerReport(Id);

/// <summary>The remote asked for so much in one read that it counts as misbehaviour.</summary>
internal sealed record PeerMisbehaved(PeerId Id, int Points, string Why) : PeerReport(Id);

/// <summary>The remote owes an answer for too long.</summary>
internal sealed record PeerOwes(PeerId Id, string Awaiting, TimeSpan After, TimeSpan Pause) : PeerReport(Id);

/// <summary>Why the peer stops; its actor is gone next.</summary>
internal sealed record PeerLeft(PeerId Id, DisconnectReason Reason, PeerStats? Stats) : PeerReport(Id);

/// <summary>The messages of a peer go to another listener, who is to hear of its end, too.</summary>
internal sealed record ListenerAttached(PeerId Id, IActorRef Listener) : PeerReport(Id);

/// <summary>A listener accepted a connection.</summary>
internal sealed record ConnectionAccepted(int Key, ConnectionSocket Socket, IPEndPoint Remote, IPEndPoint Local)
    : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>Down to a listener: one of those that it accepted is a peer now, or refused.</summary>
internal sealed record ConnectionJudged : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static ConnectionJudged Instance { get; } = new();
}

/// <summary>Down to a listener: accept no more.</summary>
internal sealed record StopListening : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static StopListening Instance { get; } = new();
}

/// <summary>A listener is bound, could not be, or is no more.</summary>
internal abstract record ListenerReport(int Key) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>It is bound.</summary>
internal sealed record ListenerBound(int Key, IPEndPoint Local) : ListenerReport(Key);

/// <summary>It could not be.</summary>
internal sealed record ListenerFailed(int Key, string Why) : ListenerReport(Key);

/// <summary>It is no more.</summary>
internal sealed record ListenerClosed(int Key) : ListenerReport(Key);
