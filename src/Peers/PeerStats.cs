using System.Collections.Immutable;
using System.Net;
using Peers.Wire;

namespace Peers;

/// <summary>A snapshot of one connection.</summary>
public sealed record PeerStats
{
    /// <summary>The connection.</summary>
    public required PeerId Id { get; init; }

    /// <summary>The remote's address; null until it is known.</summary>
    public required EndPoint Endpoint { get; init; }

    /// <summary>Who opened the connection.</summary>
    public required Direction Direction { get; init; }

    /// <summary>Where in its life it is.</summary>
    public required PeerPhase Phase { get; init; }

    /// <summary>Who is at the other end; null until the handshake is done.</summary>
    public RemotePeer? Remote { get; init; }

    /// <summary>The height of the remote's best block: that of its version until <see cref="UpdateLastBlock"/> told a higher one.</summary>
    public int LastBlock { get; init; }

    /// <summary>The block that the remote announced last, as <see cref="UpdateLastAnnouncedBlock"/> told; null for none.</summary>
    public Hash256? LastAnnouncedBlock { get; init; }

    /// <summary>Whether the remote wants new blocks as <c>headers</c> (BIP 130).</summary>
    public bool WantsHeaders { get; init; }

    /// <summary>The lowest fee rate that the remote wants to hear of, in satoshis per 1,000 virtual bytes (BIP 133); null when it named none.</summary>
    public long? FeeFilter { get; init; }

    /// <summary>The wire transport: <c>v1</c>.</summary>
    public required string Transport { get; init; }

    /// <summary>When the socket was opened; null until then.</summary>
    public DateTimeOffset? ConnectedAt { get; init; }

    /// <summary>When the last bytes were written; null until then.</summary>
    public DateTimeOffset? LastSend { get; init; }

    /// <summary>When the last complete message came; null until then.</summary>
    public DateTimeOffset? LastReceive { get; init; }

    /// <summary>Bytes written to the socket, headers and handshake among them.</summary>
    public long BytesSent { get; init; }

    /// <summary>Bytes read from the socket, dropped messages and handshake among them.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Messages and bytes written, by command.</summary>
    public ImmutableSortedDictionary<string, MessageCount> Sent { get; init; } = ImmutableSortedDictionary<string, MessageCount>.Empty;

    /// <summary>Messages and bytes read, by command; all unknown commands are counted as <c>*other*</c>.</summary>
    public ImmutableSortedDictionary<string, MessageCount> Received { get; init; } = ImmutableSortedDictionary<string, MessageCount>.Empty;

    /// <summary>Messages that were dropped because they could not be read.</summary>
    public long Dropped { get; init; }

    /// <summary>Messages and addresses that were left out because too many came: <c>peers.rate-limits</c>.</summary>
    public long RateLimited { get; init; }

    /// <summary>Bytes that wait to be written.</summary>
    public long QueuedBytes { get; init; }

    /// <summary>Messages that wait to be written.</summary>
    public int QueuedMessages { get; init; }

    /// <summary>Bytes that were delivered and not yet consumed.</summary>
    public long UnconsumedBytes { get; init; }

    /// <summary>Whether reading pauses until messages are consumed.</summary>
    public bool ReadingPaused { get; init; }

    /// <summary>Our pings and their answers.</summary>
    public PingStats Ping { get; init; } = PingStats.None;

    /// <summary>Our requests.</summary>
    public RequestStats Requests { get; init; } = RequestStats.None;

    /// <summary>Our announcements.</summary>
    public TrickleStats Trickle { get; init; } = TrickleStats.None;

}

/// <summary>How many messages, of how many bytes on the wire.</summary>
/// <param name="Messages">Messages.</param>
/// <param name="Bytes">Bytes, with their headers.</param>
public readonly record struct MessageCount(long Messages, long Bytes);

/// <summary>Our pings to a remote.</summary>
/// <param name="Nonce">Nonce of the ping that is not answered yet; null when none is out.</param>
/// <param name="SentAt">When the last ping was sent; null before the first.</param>
/// <param name="Last">The last round trip; null before the first.</param>
/// <param name="Minimum">The shortest round trip; null before the first.</param>
/// <param name="Average">The mean round trip; null before the first.</param>
/// <param name="Answered">Pings that were answered.</param>
public sealed record PingStats(ulong? Nonce, DateTimeOffset? SentAt, TimeSpan? Last, TimeSpan? Minimum, TimeSpan? Average, long Answered)
{
    /// <summary>No ping yet.</summary>
    public static PingStats None { get; } = new(null, null, null, null, null, 0);
}

/// <summary>Our requests to a remote: those that were awaited, and those that stall detection watches.</summary>
/// <param name="Outstanding">Requests without an answer.</param>
/// <param name="Answered">Requests that were answered.</param>
/// <param name="NotFound">Requests for something that the remote does not have.</param>
/// <param name="TimedOut">Requests that were not answered in time.</param>
public sealed record RequestStats(int Outstanding, long Answered, long NotFound, long TimedOut)
{
    /// <summary>Requests that who asked waits for no longer.</summary>
    public long Cancelled { get; init; }

    /// <summary>Requests that the end of the connection left without an answer.</summary>
    public long PeerStopped { get; init; }

    /// <summary>No request yet.</summary>
    public static RequestStats None { get; } = new(0, 0, 0, 0);
}

/// <summary>Our announcements to a remote.</summary>
/// <param name="Announced">Items that were announced.</param>
/// <param name="AlreadyKnown">Items that were not, because the remote knew them.</param>
/// <param name="Unwanted">Items that were not, because the remote wants no such: <c>relay = 0</c>, fee filter, bloom filter, blocks only.</param>
/// <param name="GaveWay">Items that were not, because too many waited.</param>
/// <param name="Queued">Items that wait.</param>
public sealed record TrickleStats(long Announced, long AlreadyKnown, long Unwanted, long GaveWay, int Queued)
{
    /// <summary>No announcement yet.</summary>
    public static TrickleStats None { get; } = new(0, 0, 0, 0, 0);
}
