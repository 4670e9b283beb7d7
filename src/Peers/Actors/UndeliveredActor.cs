using Akka.Actor;
using Akka.Event;

namespace Peers;

/// <summary>
/// Answers the receipts of sends that found their peer gone: a send in a mailbox when the peer stops would else never be answered.
/// One per actor system, because a suppressed dead letter does not tell whom it was for; born with the first engine.
/// </summary>
internal sealed class UndeliveredActor : UntypedActor
{
    private const string Why = "the connection is gone";

    public static Props Props() => Akka.Actor.Props.Create(() => new UndeliveredActor());

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(SuppressedDeadLetter));

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        switch ((message as SuppressedDeadLetter)?.Message)
        {
            case Send { Receipt: { } receipt } send:
                receipt.Tell(new SendResult.Dropped(send.Message, Why));
                break;
            case Request request:
                request.ReplyTo.Tell(new RequestResult.PeerStopped(request, new DisconnectReason.Requested(Why)));
                break;
            case RequestHeaders { Receipt: { } receipt } ask:
                receipt.Tell(new SendResult.Dropped(new Wire.GetHeadersMessage(ask.Locator), Why));
                break;
            case RequestBlocks { Receipt: { } receipt } ask:
                receipt.Tell(new SendResult.Dropped(new Wire.GetBlocksMessage(ask.Locator), Why));
                break;
            case Reject { Receipt: { } receipt } reject:
                receipt.Tell(new SendResult.Dropped(reject.ToMessage(), Why));
                break;
            case Write { Receipt: { } receipt } write:
                receipt.Tell(new SendResult.Dropped(write.Message, Why));
                break;
            case GetStats get:
                get.ReplyTo.Tell(new Status.Failure(new InvalidOperationException(Why)));
                break;
            case CompleteStats stats:
                stats.ReplyTo.Tell(stats.Stats);
                break;
        }
    }
}
