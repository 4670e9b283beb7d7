using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Akka.Actor;
using Peers.Wire;

namespace Peers;

/// <summary>The reading end of an inbox: each message taken gives its credit back.</summary>
internal sealed class InboxReader(ChannelReader<HeardMessage> inner, IActorRef inbox) : ChannelReader<Message>
{
    public override Task Completion => inner.Completion;

    public override bool CanCount => inner.CanCount;

    public override int Count => inner.Count;

    public override bool CanPeek => inner.CanPeek;

    public override bool TryRead([MaybeNullWhen(false)] out Message item)
    {
        if (inner.TryRead(out var heard))
        {
            inbox.Tell(new InboxActor.Taken(heard.Cost));
            item = heard.Message;
            return true;
        }

        item = null;
        return false;
    }

    public override bool TryPeek([MaybeNullWhen(false)] out Message item)
    {
        item = inner.TryPeek(out var heard) ? heard.Message : null;
        return item is not null;
    }

    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => inner.WaitToReadAsync(cancellationToken);
}
