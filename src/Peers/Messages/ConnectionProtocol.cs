using System.Collections.Immutable;
using System.Net;
using Akka.Actor;
using Akka.Event;
using Peers.Wire;

namespace Peers;

/// <summary>How a connection comes to its socket.</summary>
internal abstract record ConnectionOrigin
{
    /// <summary>Open one.</summary>
    public sealed record Dial(EndPoint Remote) : ConnectionOrigin;

    /// <summary>Take over one that was accepted.</summary>
    /// <param name="Socket">The socket.</param>
    /// <param name="Remote">The remote's address.</param>
    /// <param name="Local">Ours.</param>
    public sealed record Accepted(ConnectionSocket Socket, IPEndPoint Remote, IPEndPoint Local) : ConnectionOrigin;
}

/// <summary>Down to the connection. Late ones are answered or dropped in silence: the connection may be gone first.</summary>
internal abstract record ConnectionCommand : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>Write a message: the only way out.</summary>
/// <param name="Message">What to write.</param>
/// <param name="Receipt">Who gets a <see cref="SendResult"/>; null for nobody.</param>
/// <param name="Ticket">The request that it makes, whose <see cref="Wrote"/> is awaited; 0 for none.</param>
internal sealed record Write(Message Message, IActorRef? Receipt = null, long Ticket = 0) : ConnectionCommand;

/// <summary>Write several, in one run.</summary>
/// <param name="Messages">What to write.</param>
/// <param name="Pings">Pings of the remote that are dealt with by that, with a pong or without.</param>
internal sealed record WriteRun(IReadOnlyList<Message> Messages, int Pings = 0) : ConnectionCommand;

/// <summary>Messages were consumed: more may be read.</summary>
/// <param name="Cost">What they took of the read window.</param>
/// <param name="Pings">Pings among them that get no pong.</param>
internal sealed record ReturnCredit(long Cost, int Pings = 0) : ConnectionCommand;

/// <summary>The receive budget has room again.</summary>
internal sealed record BudgetIsFree : ConnectionCommand
{
    public static BudgetIsFree Instance { get; } = new();
}

/// <summary>The receive budget is exceeded, and the message that is arriving is the largest that has not ended.</summary>
/// <param name="Limit">The budget in bytes.</param>
internal sealed record EndForBudget(long Limit) : ConnectionCommand;

/// <summary>A connection reads no more until there is room in the receive budget.</summary>
/// <param name="Connection">Who waits.</param>
internal sealed record BudgetAwaited(IActorRef Connection) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>End the connection.</summary>
/// <param name="Why">What receipts of unsent messages say.</param>
/// <param name="Flush">Whether what is queued is written first.</param>
internal sealed record Close(string Why, bool Flush) : ConnectionCommand;

/// <summary>
/// Complete the snapshot with what this actor knows and pass it on, at last to the asker. It goes the way that messages go, so it shows what
/// came of every message that was delivered before it.
/// </summary>
/// <param name="Stats">The snapshot so far.</param>
/// <param name="ReplyTo">The asker.</param>
/// <param name="Via">Who is next, behind the pinger.</param>
internal sealed record CompleteStats(PeerStats Stats, IActorRef ReplyTo, IActorRef Via) : ConnectionCommand, INotInfluenceReceiveTimeout;

/// <summary>Up from the connection.</summary>
internal abstract record ConnectionReport : INoSerializationVerificationNeeded, INotInfluenceReceiveTimeout, IDeadLetterSuppression;

/// <summary>The socket is open.</summary>
internal sealed record Opened(IPEndPoint Remote, IPEndPoint Local) : ConnectionReport;

/// <summary>Everything that one read completed: the only data event.</summary>
internal sealed record Received(IReadOnlyList<HeardMessage> Messages) : ConnectionReport;

/// <summary>One message of a run.</summary>
/// <param name="Message">What was heard.</param>
/// <param name="Cost">What it takes of the read window.</param>
internal readonly record struct HeardMessage(Message Message, int Cost);

/// <summary>Requests were handed to the operating system: from now on the remote owes answers.</summary>
internal sealed record Wrote(IReadOnlyList<long> Tickets) : ConnectionReport;

/// <summary>A request cannot be written.</summary>
internal sealed record NotWritten(long Ticket, WireException Error) : ConnectionReport;

/// <summary>The window is full: the socket is not read.</summary>
internal sealed record ReadingPaused : ConnectionReport
{
    public static ReadingPaused Instance { get; } = new();
}

/// <summary>The socket is read again.</summary>
/// <param name="For">How long it was not.</param>
internal sealed record ReadingResumed(TimeSpan For) : ConnectionReport;

/// <summary>The socket is gone, or never came. The last report of a connection.</summary>
internal sealed record ConnectionLost(DisconnectReason Reason, ConnectionFigures Figures) : ConnectionReport;

/// <summary>What the connection knows of a <see cref="PeerStats"/>.</summary>
internal sealed record ConnectionFigures(
    string Transport, DateTimeOffset? ConnectedAt, DateTimeOffset? LastSend, DateTimeOffset? LastReceive, long BytesSent, long BytesReceived,
    ImmutableSortedDictionary<string, MessageCount> Sent, ImmutableSortedDictionary<string, MessageCount> Received, long Dropped,
    long RateLimited, long QueuedBytes, int QueuedMessages, long UnconsumedBytes, bool ReadingPaused)
{
    public PeerStats Complete(PeerStats stats) => stats with
    {
        Transport = Transport,
        ConnectedAt = ConnectedAt,
        LastSend = LastSend,
        LastReceive = LastReceive,
        BytesSent = BytesSent,
        BytesReceived = BytesReceived,
        Sent = Sent,
        Received = Received,
        Dropped = Dropped,
        RateLimited = RateLimited,
        QueuedBytes = QueuedBytes,
        QueuedMessages = QueuedMessages,
        UnconsumedBytes = UnconsumedBytes,
        ReadingPaused = ReadingPaused,
    };
}
