using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Peers.Wire;

namespace Peers;

/// <summary>When a message that was delivered counts as consumed, so that more may be read.</summary>
public enum Consumption
{
    /// <summary>When it was put into the listener's mailbox.</summary>
    OnDelivery,

    /// <summary>When the listener says so by <see cref="Consumed"/>: a slow listener slows the remote.</summary>
    Explicit,

    /// <summary>At once: nobody wants the messages.</summary>
    Discard,

    /// <summary>Not yet: messages wait, within the read window, until <see cref="Attach"/> says who gets them.</summary>
    Held,
}

/// <summary>
/// What a peer's actor can be told. Commands to a peer that is gone are answered where they carry a receipt, else dropped in silence.
/// </summary>
public abstract record PeerCommand : INoSerializationVerificationNeeded, INotInfluenceReceiveTimeout, IDeadLetterSuppression
{
    private protected PeerCommand()
    {
    }
}

/// <summary>Send a message.</summary>
/// <param name="Message">What to send.</param>
/// <param name="Receipt">Who gets one <see cref="SendResult"/>; null for nobody.</param>
public sealed record Send(Message Message, IActorRef? Receipt = null) : PeerCommand;

/// <summary>Announce something: blocks at once, everything else trickles; nothing goes to a remote that knows it or does not want it.</summary>
/// <param name="What">What to announce.</param>
public sealed record Announce(Announcement What) : PeerCommand
{
    /// <summary>Announces what that names.</summary>
    public Announce(InventoryVector item)
        : this(Announcement.Of(item))
    {
    }
}

/// <summary>Deliver messages to that listener from now on.</summary>
/// <param name="Listener">Who gets each <see cref="PeerMessage"/>.</param>
/// <param name="Consumption">When a message delivered to the listener counts as consumed.</param>
public sealed record Attach(IActorRef Listener, Consumption Consumption = Consumption.OnDelivery) : PeerCommand;

/// <summary>Messages were consumed: more may be read. Only for listeners attached with <see cref="Consumption.Explicit"/>.</summary>
/// <param name="Cost">The sum of their <see cref="PeerMessage.Cost"/>.</param>
public sealed record Consumed(long Cost) : PeerCommand;

/// <summary>Ping now, whatever the interval.</summary>
public sealed record PingNow : PeerCommand
{
    private PingNow()
    {
    }

    /// <summary>The only one.</summary>
    public static PingNow Instance { get; } = new();
}

/// <summary>Note the height of the remote's best block, as you learnt it; a lower one than is known changes nothing.</summary>
/// <param name="Height">The height.</param>
public sealed record UpdateLastBlock(int Height) : PeerCommand;

/// <summary>Note the block that the remote announced last, as you see it; nothing follows from it (as btcd).</summary>
/// <param name="Hash">The block; null for none.</param>
public sealed record UpdateLastAnnouncedBlock(Hash256? Hash) : PeerCommand;

/// <summary>Note that the remote has items, so that they are not announced to it.</summary>
/// <param name="Items">The items.</param>
public sealed record AddKnownInventory(WireArray<InventoryVector> Items) : PeerCommand;

/// <summary>Tell the remote that a message of its was rejected (BIP 61), where <c>peers.reject.enabled</c> allows it: hardly anybody listens.</summary>
/// <param name="Command">The command of the message.</param>
/// <param name="Code">Why.</param>
/// <param name="Reason">The same in words; more than 111 bytes are cut.</param>
/// <param name="Hash">The transaction or block, for <c>tx</c> and <c>block</c> only.</param>
/// <param name="Receipt">Who gets one <see cref="SendResult"/>; null for nobody.</param>
public sealed record Reject(string Command, RejectCode Code, string Reason, Hash256? Hash = null, IActorRef? Receipt = null) : PeerCommand
{
    internal RejectMessage ToMessage() => Rejection.Of(Command, Code, Reason, Hash);
}

/// <summary>
/// Tell the remote addresses of other nodes, as <c>addrv2</c> where it wants that, else as <c>addr</c>. Left out are those that it could not read and
/// those that BIP 155 does not let be told on; of more than 1,000 a uniform random choice of 1,000 goes out; nothing when none is left.
/// Answered by <see cref="AddressesSent"/>.
/// </summary>
/// <param name="Addresses">The addresses.</param>
/// <param name="ReplyTo">Who gets the answer; null for nobody.</param>
public sealed record SendAddresses(ImmutableArray<AddressEntry> Addresses, IActorRef? ReplyTo = null) : PeerCommand
{
    /// <summary>The addresses.</summary>
    public ImmutableArray<AddressEntry> Addresses { get; init; } = Addresses.IsDefault ? [] : Addresses;
}

/// <summary>Say how the connection is doing. Answered by <see cref="PeerStats"/>.</summary>
/// <param name="ReplyTo">Who gets the answer.</param>
public sealed record GetStats(IActorRef ReplyTo) : PeerCommand;

/// <summary>End the connection: what is queued is written first.</summary>
/// <param name="Why">Becomes the reason.</param>
public sealed record Disconnect(string Why) : PeerCommand;

/// <summary>What became of <see cref="SendAddresses"/>.</summary>
/// <param name="Addresses">Those that were said; none when the connection has ended, or not begun.</param>
public sealed record AddressesSent(ImmutableArray<AddressEntry> Addresses) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>A message that was heard, as a listener gets it.</summary>
/// <param name="Id">The connection.</param>
/// <param name="Peer">Its actor; answer by <see cref="Send"/>.</param>
/// <param name="Message">What was heard.</param>
/// <param name="Cost">What it takes of the read window; explicit listeners give it back by <see cref="Consumed"/>.</param>
public sealed record PeerMessage(PeerId Id, IActorRef Peer, Message Message, int Cost) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>
/// What became of a <see cref="Send"/>: exactly one for each, also when the connection ends first. A closed family.
/// </summary>
public abstract record SendResult : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    private SendResult(Message message) => Message = message;

    /// <summary>What was to be sent.</summary>
    public Message Message { get; init; }

    /// <summary>It was handed to the operating system.</summary>
    /// <param name="Message">What was sent.</param>
    public sealed record Sent(Message Message) : SendResult(Message);

    /// <summary>The connection ended first; part of it may have been sent.</summary>
    /// <param name="Message">What was to be sent.</param>
    /// <param name="Reason">Why, in words.</param>
    public sealed record Dropped(Message Message, string Reason) : SendResult(Message);

    /// <summary>It was left out on purpose: the same was asked already, or the remote does not understand it.</summary>
    /// <param name="Message">What was to be sent.</param>
    /// <param name="Reason">Why, in words.</param>
    public sealed record Suppressed(Message Message, string Reason) : SendResult(Message);

    /// <summary>The message cannot be written; the connection goes on.</summary>
    /// <param name="Message">What was to be sent.</param>
    /// <param name="Error">What is wrong with it.</param>
    public sealed record Failed(Message Message, WireException Error) : SendResult(Message);
}
