using Peers.Wire;

namespace Peers;

/// <summary>Why a connection ended. A closed family: match on it without a default.</summary>
public abstract record DisconnectReason
{
    private DisconnectReason()
    {
    }

    /// <summary>What it says of the remote.</summary>
    public Conduct ToConduct() => ConductTable.Of(this);

    /// <summary>The user asked for it.</summary>
    /// <param name="Why">In the user's words.</param>
    public sealed record Requested(string Why) : DisconnectReason;

    /// <summary>The remote closed the connection.</summary>
    /// <param name="Phase">Where in its life the connection was; <see cref="PeerPhase.Handshaking"/> is how a full node says no.</param>
    /// <param name="InsideMessage">Whether a message had begun to arrive.</param>
    public sealed record RemoteClosed(PeerPhase Phase, bool InsideMessage) : DisconnectReason;

    /// <summary>The connection broke: reset by the remote or lost by the network.</summary>
    /// <param name="Phase">Where in its life the connection was.</param>
    /// <param name="Why">In the operating system's words.</param>
    public sealed record ConnectionReset(PeerPhase Phase, string Why) : DisconnectReason;

    /// <summary>The socket could not be opened.</summary>
    /// <param name="Why">What stood in the way.</param>
    public sealed record ConnectFailed(string Why) : DisconnectReason;

    /// <summary>The proxy (<c>peers.proxy</c>) did not open the connection.</summary>
    /// <param name="Code">
    /// The code of its reply: 1 to 8 as in RFC 1928, 0xF0 to 0xF7 as Tor's; null when it gave none: it cannot be reached, does not answer, closes, or speaks no SOCKS5.
    /// </param>
    /// <param name="Why">The proxy's address and what it did, in words.</param>
    public sealed record ProxyFailed(int? Code, string Why) : DisconnectReason;

    /// <summary>The handshake did not end in time.</summary>
    /// <param name="Awaiting">
    /// What was missing: <c>version</c>, <c>verack</c>, or <c>admission</c>: our own answer, which <see cref="PeerSettings.Admit"/> gives.
    /// </param>
    public sealed record HandshakeTimedOut(string Awaiting) : DisconnectReason;

    /// <summary>A message came when it must not.</summary>
    /// <param name="Command">Its command.</param>
    /// <param name="Phase">Where in its life the connection was.</param>
    public sealed record Unexpected(string Command, PeerPhase Phase) : DisconnectReason;

    /// <summary>The remote's protocol version is too low.</summary>
    /// <param name="Version">What it offered.</param>
    /// <param name="Minimum">The least that we accept.</param>
    public sealed record Obsolete(int Version, int Minimum) : DisconnectReason;

    /// <summary>The remote lacks services that we need.</summary>
    /// <param name="Missing">Those that it lacks.</param>
    public sealed record MissingServices(ServiceFlags Missing) : DisconnectReason;

    /// <summary>The remote is this engine.</summary>
    public sealed record SelfConnection : DisconnectReason;

    /// <summary>The engine did not admit the connection.</summary>
    /// <param name="Why">The limit that it met, or what <see cref="PeerSettings.Admit"/> said.</param>
    public sealed record Refused(string Why) : DisconnectReason;

    /// <summary>The remote sent what the strictness policy does not forgive.</summary>
    /// <param name="Error">What was wrong.</param>
    /// <param name="Detail">Where, and what was found.</param>
    public sealed record Malformed(WireError Error, string Detail) : DisconnectReason
    {
        /// <summary>The field that was wrong, as in <c>inv.count</c>; empty when it is not known.</summary>
        public string Field { get; init; } = "";
    }

    /// <summary>The remote said nothing.</summary>
    /// <param name="After">For how long.</param>
    public sealed record Idle(TimeSpan After) : DisconnectReason;

    /// <summary>The remote owed an answer for too long.</summary>
    /// <param name="Awaiting">The command of the request.</param>
    /// <param name="After">How long it may have taken.</param>
    public sealed record Stalled(string Awaiting, TimeSpan After) : DisconnectReason;

    /// <summary>The remote asked for what we do not offer (BIP 111, BIP 157).</summary>
    /// <param name="Command">The command of its request.</param>
    /// <param name="Service">What would have to be offered.</param>
    public sealed record ServiceNotOffered(string Command, ServiceFlags Service) : DisconnectReason;

    /// <summary>The remote did not answer a ping.</summary>
    /// <param name="After">For how long.</param>
    public sealed record PingUnanswered(TimeSpan After) : DisconnectReason;

    /// <summary>The remote reads more slowly than we write.</summary>
    /// <param name="QueuedBytes">Bytes that waited for it.</param>
    public sealed record SlowReader(long QueuedBytes) : DisconnectReason;

    /// <summary>What we wrote did not leave: the remote reads nothing, or next to nothing.</summary>
    /// <param name="After">For how long.</param>
    public sealed record WriteTimedOut(TimeSpan After) : DisconnectReason;

    /// <summary>The remote said more of something than it may: <c>peers.rate-limits</c>.</summary>
    /// <param name="Command">The command of what it said.</param>
    public sealed record RateExceeded(string Command) : DisconnectReason;

    /// <summary>All remotes together made us hold more than we may, and this one had the largest message under way.</summary>
    /// <param name="Unfinished">Bytes of the message that had come.</param>
    /// <param name="Budget">Bytes that may be held: <c>peers.receive-budget</c>.</param>
    public sealed record OverBudget(long Unfinished, long Budget) : DisconnectReason;

    /// <summary>The remote is banned, or was banned while it was connected.</summary>
    /// <param name="Ban">The ban.</param>
    public sealed record Banned(Ban Ban) : DisconnectReason;

    /// <summary>The remote misbehaved, now or earlier, and is no longer wanted where places are few (as Bitcoin Core).</summary>
    /// <param name="Why">What it did, or which place it does not get.</param>
    public sealed record Discouraged(string Why) : DisconnectReason;

    /// <summary>All inbound places were taken, and the remote had to make room for another one.</summary>
    /// <param name="Neighbours">How many peers that nothing protected were connected from its netgroup, itself among them: more than from any other.</param>
    public sealed record Evicted(int Neighbours) : DisconnectReason;

    /// <summary>A fault of ours.</summary>
    /// <param name="Exception">What was thrown.</param>
    public sealed record InternalError(Exception Exception) : DisconnectReason
    {
        /// <summary>The exception without its stack: that one is logged once, where it happened.</summary>
        public override string ToString() => $"{nameof(InternalError)} {{ {Exception.GetType().Name}: {Exception.Message} }}";
    }
}
