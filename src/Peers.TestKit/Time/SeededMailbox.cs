using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace Peers.TestKit;

/// <summary>
/// Makes the mailboxes of simulated actors. They are small: the queue that Akka makes by default takes a kilobyte before its first
/// message, and a simulated network of a thousand engines has a hundred thousand mailboxes.
/// </summary>
public sealed class SeededMailbox : MailboxType, IProducesMessageQueue<SeededMessageQueue>
{
    /// <summary>Called by Akka when a mailbox type names this class.</summary>
    public SeededMailbox(Settings settings, Config config)
        : base(settings, config)
    {
    }

    /// <inheritdoc />
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new SeededMessageQueue();
}

/// <summary>The messages of one simulated actor, and what the seed has drawn for it.</summary>
public sealed class SeededMessageQueue : IMessageQueue, IUnboundedMessageQueueSemantics
{
    private readonly Queue<Envelope> _messages = new();

    /// <inheritdoc />
    public bool HasMessages => Count > 0;

    /// <inheritdoc />
    public int Count
    {
        get
        {
            lock (_messages)
                return _messages.Count;
        }
    }

    internal Draws? Draws { get; set; }

    // Locked because a task's continuation or a real dispatcher may tell a simulated actor from its own thread.
    /// <inheritdoc />
    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        lock (_messages)
            _messages.Enqueue(envelope);
    }

    /// <inheritdoc />
    public bool TryDequeue(out Envelope envelope)
    {
        lock (_messages)
            return _messages.TryDequeue(out envelope);
    }

    /// <inheritdoc />
    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        ArgumentNullException.ThrowIfNull(deadletters);
        while (TryDequeue(out var envelope))
            deadletters.Enqueue(owner, envelope);
    }
}
