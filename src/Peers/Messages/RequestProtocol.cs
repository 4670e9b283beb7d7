using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Peers.Wire;

namespace Peers;

/// <summary>
/// Ask the remote, and be told what became of it: exactly one <see cref="RequestResult"/>, whatever happens. Many may be out at once; what
/// comes is matched by its content, not by its order, and goes to who asked instead of to the listener.
/// </summary>
/// <param name="Question">
/// <c>getdata</c>, <c>getheaders</c>, <c>getblocks</c>, <c>getaddr</c>, <c>mempool</c>, <c>getblocktxn</c>, <c>getcfilters</c>,
/// <c>getcfheaders</c> or <c>getcfcheckpt</c>. The <c>inv</c> that answers <c>getblocks</c> or <c>mempool</c> goes to the listener as well.
/// </param>
/// <param name="ReplyTo">Who gets the result.</param>
public sealed record Request(Message Question, IActorRef ReplyTo) : PeerCommand;

/// <summary>Wait no longer for a request. Answered, if it has no result yet, by <see cref="RequestResult.Cancelled"/>.</summary>
/// <param name="Request">The request: that very object.</param>
public sealed record CancelRequest(Request Request) : PeerCommand;

/// <summary>Ask for headers, unless the same was asked last and may still be answered (as btcd).</summary>
/// <param name="Locator">Hashes of our chain from the tip down; as many as the strictness policy takes, 101 or 500.</param>
/// <param name="Stop">The last one wanted; zero for as many as come.</param>
/// <param name="Receipt">Who gets one <see cref="SendResult"/>; null for nobody.</param>
public sealed record RequestHeaders(WireArray<Hash256> Locator, Hash256 Stop, IActorRef? Receipt = null) : PeerCommand;

/// <summary>Ask for block hashes, unless the same was asked last and may still be answered (as btcd).</summary>
/// <param name="Locator">Hashes of our chain from the tip down; as many as the strictness policy takes, 101 or 500.</param>
/// <param name="Stop">The last one wanted; zero for as many as come.</param>
/// <param name="Receipt">Who gets one <see cref="SendResult"/>; null for nobody.</param>
public sealed record RequestBlocks(WireArray<Hash256> Locator, Hash256 Stop, IActorRef? Receipt = null) : PeerCommand;

/// <summary>
/// What became of a <see cref="Request"/>: exactly one for each. A closed family.
/// </summary>
public abstract record RequestResult : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    private RequestResult(Request request) => Request = request;

    /// <summary>The request: that very object.</summary>
    public Request Request { get; init; }

    /// <summary>It was answered.</summary>
    /// <param name="Request">The request.</param>
    /// <param name="Messages">The answers, in the order in which they came.</param>
    public sealed record Answered(Request Request, ImmutableArray<Message> Messages) : RequestResult(Request);

    /// <summary>The remote does not have it, or not all of it.</summary>
    /// <param name="Request">The request.</param>
    /// <param name="Missing">What it does not have.</param>
    /// <param name="Messages">What it had.</param>
    public sealed record NotFound(Request Request, ImmutableArray<InventoryVector> Missing, ImmutableArray<Message> Messages) : RequestResult(Request);

    /// <summary>No answer came in time: <c>peers.stall.response-timeout</c>, or <c>headers-timeout</c> for headers.</summary>
    /// <param name="Request">The request.</param>
    /// <param name="SinceProgress">How long ago it was written, or the remote last answered it or one before it.</param>
    public sealed record TimedOut(Request Request, TimeSpan SinceProgress) : RequestResult(Request);

    /// <summary>The connection ended first.</summary>
    /// <param name="Request">The request.</param>
    /// <param name="Reason">Why.</param>
    public sealed record PeerStopped(Request Request, DisconnectReason Reason) : RequestResult(Request);

    /// <summary>It was not asked.</summary>
    /// <param name="Request">The request.</param>
    /// <param name="Why">Why not, in words.</param>
    public sealed record Refused(Request Request, string Why) : RequestResult(Request);

    /// <summary>Who asked waits no longer.</summary>
    /// <param name="Request">The request.</param>
    public sealed record Cancelled(Request Request) : RequestResult(Request);
}
