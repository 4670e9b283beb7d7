using System.Collections.Immutable;
using Akka.Actor;
using Peers.Wire;

namespace Peers;

/// <summary>Requests that end, and what btcd's push helpers do: a convenience over <see cref="PeerCommand"/>s, for those who use no actors.</summary>
public static class PeerExtensions
{
    /// <summary>
    /// Asks for something and waits until it comes: exactly one <see cref="Answer{T}"/>, whatever happens. Many may be out at once; what comes
    /// is matched by its content and does not go into <see cref="IPeer.Messages"/>. While reading pauses because nobody takes those, no
    /// answer comes either, and the time does not count.
    /// </summary>
    /// <typeparam name="T">The message that answers, such as <see cref="HeadersMessage"/>.</typeparam>
    /// <param name="peer">Who is asked.</param>
    /// <param name="question">What asks: see <see cref="Request"/>.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    public static async Task<Answer<T>> RequestAsync<T>(this IPeer peer, Message question, CancellationToken cancellation = default)
        where T : Message
    {
        var all = await peer.RequestAllAsync<T>(question, cancellation);
        return all is Answer<ImmutableArray<T>>.Value { Item.IsEmpty: true } ? new Answer<T>.NotFound() : all.Select(answers => answers[0]);
    }

    /// <summary>As <see cref="RequestAsync{T}"/>, for what is answered by several messages: a <c>getdata</c> of several items, <c>getcfilters</c>.</summary>
    /// <typeparam name="T">The messages that answer.</typeparam>
    /// <param name="peer">Who is asked.</param>
    /// <param name="question">What asks.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>All that came when all came; <see cref="Answer{T}.NotFound"/> when the remote lacks any.</returns>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    public static async Task<Answer<ImmutableArray<T>>> RequestAllAsync<T>(this IPeer peer, Message question, CancellationToken cancellation = default)
        where T : Message
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(question);
        cancellation.ThrowIfCancellationRequested();
        if (peer.WhenStopped.IsCompleted)
        {
            return new Answer<ImmutableArray<T>>.PeerStopped(await peer.WhenStopped);
        }

        using var span = RequestSpan.Begin(peer, question.Command);
        Request? request = null;
        var result = peer.Actor.Ask<RequestResult>((IActorRef asker) => request = new Request(question, asker), null, CancellationToken.None);
        await using var registration = cancellation.UnsafeRegister(_ => peer.Actor.Tell(new CancelRequest(request!)), null);

        // The peer ends its requests before its end is told; only a whole engine that stopped leaves one open.
        await Task.WhenAny(result, peer.WhenStopped);
        var ended = result.IsCompletedSuccessfully ? await result : null;
        RequestSpan.End(span, ended);
        return ended switch
        {
            RequestResult.Answered answered => new Answer<ImmutableArray<T>>.Value([.. answered.Messages.OfType<T>()]),
            RequestResult.NotFound => new Answer<ImmutableArray<T>>.NotFound(),
            RequestResult.TimedOut timedOut => new Answer<ImmutableArray<T>>.TimedOut(timedOut.SinceProgress),
            RequestResult.Refused refused => new Answer<ImmutableArray<T>>.Refused(refused.Why),
            RequestResult.Cancelled => throw new OperationCanceledException(cancellation),
            _ => new Answer<ImmutableArray<T>>.PeerStopped(await peer.WhenStopped),
        };
    }

    /// <summary>Asks for a block, with its witnesses where the remote offers them.</summary>
    /// <param name="peer">Who is asked.</param>
    /// <param name="hash">The block.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    public static async Task<Answer<Block>> GetBlockAsync(this IPeer peer, Hash256 hash, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(peer);
        var item = peer.Remote.Features.Witness ? InventoryVector.WitnessBlock(hash) : InventoryVector.Block(hash);
        return (await peer.RequestAsync<BlockMessage>(new GetDataMessage([item]), cancellation)).Select(answer => answer.Block);
    }

    /// <summary>Asks for a transaction by its txid, with its witnesses where the remote offers them.</summary>
    /// <param name="peer">Who is asked.</param>
    /// <param name="id">The txid.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    public static Task<Answer<Transaction>> GetTransactionAsync(this IPeer peer, Hash256 id, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(peer);
        return peer.GetTransactionAsync(
            new InventoryVector(peer.Remote.Features.Witness ? InventoryKind.WitnessTransaction : InventoryKind.Transaction, id), cancellation);
    }

    /// <summary>Asks for a transaction as it was announced: by txid or by wtxid.</summary>
    /// <param name="peer">Who is asked.</param>
    /// <param name="item">What names it.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    public static async Task<Answer<Transaction>> GetTransactionAsync(this IPeer peer, InventoryVector item, CancellationToken cancellation = default) =>
        (await peer.RequestAsync<TransactionMessage>(new GetDataMessage([item]), cancellation)).Select(answer => answer.Transaction);

    /// <summary>Asks for the headers after the first block of the locator that the remote has; none when it has no more.</summary>
    /// <param name="peer">Who is asked.</param>
    /// <param name="locator">Hashes of our chain from the tip down.</param>
    /// <param name="stop">The last one wanted; zero for as many as come, 2,000 at most.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    public static async Task<Answer<WireArray<BlockHeader>>> GetHeadersAsync(
        this IPeer peer, WireArray<Hash256> locator, Hash256 stop = default, CancellationToken cancellation = default) =>
        (await peer.RequestAsync<HeadersMessage>(new GetHeadersMessage(ProtocolVersion.Latest, locator, stop), cancellation)).Select(answer => answer.Headers);

    /// <summary>Asks for addresses of other nodes. A remote answers once, and only whom it did not dial (as Bitcoin Core).</summary>
    /// <param name="peer">Who is asked.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    public static async Task<Answer<WireArray<AddressEntry>>> GetAddressesAsync(this IPeer peer, CancellationToken cancellation = default) =>
        (await peer.RequestAsync<Message>(GetAddrMessage.Instance, cancellation)).Select(answer =>
            answer is AddrV2Message modern ? modern.Addresses : ((AddrMessage)answer).Addresses);

    /// <summary>Asks for headers, unless the same was asked last and may still be answered; they come with <see cref="IPeer.Messages"/>.</summary>
    /// <param name="peer">Who is asked.</param>
    /// <param name="locator">Hashes of our chain from the tip down; as many as the strictness policy takes, 101 or 500.</param>
    /// <param name="stop">The last one wanted; zero for as many as come.</param>
    public static Task<SendResult> RequestHeadersAsync(this IPeer peer, WireArray<Hash256> locator, Hash256 stop = default)
    {
        ArgumentNullException.ThrowIfNull(peer);
        return peer.TellAsync(receipt => new RequestHeaders(locator, stop, receipt), new GetHeadersMessage(ProtocolVersion.Latest, locator, stop));
    }

    /// <summary>Asks for block hashes, unless the same was asked last and may still be answered; they come with <see cref="IPeer.Messages"/>.</summary>
    /// <param name="peer">Who is asked.</param>
    /// <param name="locator">Hashes of our chain from the tip down; as many as the strictness policy takes, 101 or 500.</param>
    /// <param name="stop">The last one wanted; zero for as many as come.</param>
    public static Task<SendResult> RequestBlocksAsync(this IPeer peer, WireArray<Hash256> locator, Hash256 stop = default)
    {
        ArgumentNullException.ThrowIfNull(peer);
        return peer.TellAsync(receipt => new RequestBlocks(locator, stop, receipt), new GetBlocksMessage(ProtocolVersion.Latest, locator, stop));
    }

    /// <summary>Tells the remote that a message of its was rejected, where <c>peers.reject.enabled</c> allows it.</summary>
    /// <param name="peer">Who is told.</param>
    /// <param name="command">The command of the message.</param>
    /// <param name="code">Why.</param>
    /// <param name="reason">The same in words; more than 111 bytes are cut.</param>
    /// <param name="hash">The transaction or block, for <c>tx</c> and <c>block</c> only.</param>
    public static Task<SendResult> RejectAsync(this IPeer peer, string command, RejectCode code, string reason, Hash256? hash = null)
    {
        ArgumentNullException.ThrowIfNull(peer);
        var reject = new Reject(command, code, reason, hash);
        return peer.TellAsync(receipt => reject with { Receipt = receipt }, reject.ToMessage());
    }

    /// <summary>Announces what that names: see <see cref="IPeer.Announce"/>.</summary>
    /// <param name="peer">Who hears of it.</param>
    /// <param name="item">What to announce.</param>
    public static void Announce(this IPeer peer, InventoryVector item)
    {
        ArgumentNullException.ThrowIfNull(peer);
        peer.Announce(Announcement.Of(item));
    }

    private static async Task<SendResult> TellAsync(this IPeer peer, Func<IActorRef, PeerCommand> command, Message message)
    {
        if (peer.WhenStopped.IsCompleted)
        {
            return new SendResult.Dropped(message, (await peer.WhenStopped).ToString());
        }

        var result = peer.Actor.Ask<SendResult>(command, null, CancellationToken.None);
        await Task.WhenAny(result, peer.WhenStopped);
        return result.IsCompletedSuccessfully ? await result : new SendResult.Dropped(message, (await peer.WhenStopped).ToString());
    }
}
