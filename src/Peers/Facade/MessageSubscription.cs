using Akka.Actor;
using Peers.Wire;

namespace Peers;

/// <summary>One <see cref="IPeer.Subscribe{T}"/>: what it hears, and the user's way to end it.</summary>
internal sealed class MessageSubscription(IActorRef inbox, Type type, Action<Message> heard) : IDisposable
{
    private volatile bool _isDisposed;

    public Type Type { get; } = type;

    public Action<Message> Heard { get; } = heard;

    /// <summary>Whether no call may begin any more.</summary>
    public bool IsDisposed => _isDisposed;

    public void Dispose()
    {
        _isDisposed = true;
        inbox.Tell(new InboxActor.Unsubscribe(this));
    }
}
