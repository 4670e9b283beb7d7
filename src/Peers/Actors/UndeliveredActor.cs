using Akka.Actor;
using Akka.Event;

namespace Peers;

/// <summary>
/// Answers the receipts of sends that found their peer gone: a send in a mailbox when the peer stops would else never be answered.
/// One per engine; born and dies with its manager.
/// </summary>
internal sealed class UndeliveredActor : UntypedActor
{
    private const string Why = "the connection is gone";

    public static Props Props(PeerSettings settings) => Akka.Actor.Props.Create(() => new UndeliveredActor()).OnDispatcherOf(settings);

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(SuppressedDeadLetter));

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        // Every engine of an actor system hears of every dead letter: each answers for its own peers only.
        if (message is not SuppressedDeadLetter { Recipient: { } recipient } letter || !IsOurs(recipient))
        {
            return;
        }

        switch (letter.Message)
        {
            case Send { Receipt: { } receipt } send:
                receipt.Tell(new SendResult.Dropped(send.Message, Why));
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

    private bool IsOurs(IActorRef recipient) =>
        recipient.Path.ToString().StartsWith(Self.Path.Parent.ToString() + "/", StringComparison.Ordinal);
}
