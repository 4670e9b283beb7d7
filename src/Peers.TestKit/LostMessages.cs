using Akka.Actor;
using Akka.Event;

namespace Peers.TestKit;

/// <summary>A message that reached nobody, or somebody who did not know what to do with it.</summary>
/// <param name="At">Virtual time since the start of the simulation.</param>
/// <param name="Message">The message itself.</param>
/// <param name="Sender">Who sent it.</param>
/// <param name="Recipient">Who should have had it.</param>
/// <param name="Kind">Why it was lost.</param>
public sealed record LostMessage(TimeSpan At, object Message, IActorRef Sender, IActorRef Recipient, LostMessageKind Kind)
{
    /// <inheritdoc />
    public override string ToString() => $"{At} {Kind}: {Message} from {Sender?.Path.ToStringWithoutAddress() ?? "nobody"} to {Recipient?.Path.ToStringWithoutAddress() ?? "nobody"}";
}

/// <summary>Why a message was lost.</summary>
public enum LostMessageKind
{
    /// <summary>The actor said it does not handle it.</summary>
    Unhandled,

    /// <summary>The actor was gone.</summary>
    DeadLetter,

    /// <summary>The actor was gone and the message says of itself that it may come late.</summary>
    SuppressedDeadLetter,

    /// <summary>A bounded mailbox or buffer dropped it.</summary>
    Dropped,
}

/// <summary>Collects unhandled messages, dead letters and the log's errors from the event stream.</summary>
internal sealed class LostMessagesActor(List<LostMessage> lost, List<LogEvent> log, VirtualTimeScheduler scheduler) : UntypedActor
{
    protected override void PreStart()
    {
        var events = Context.System.EventStream;
        events.Subscribe(Self, typeof(UnhandledMessage));
        events.Subscribe(Self, typeof(AllDeadLetters));
        events.Subscribe(Self, typeof(Error));
        events.Subscribe(Self, typeof(Warning));
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case UnhandledMessage unhandled:
                Lost(unhandled.Message, unhandled.Sender, unhandled.Recipient, LostMessageKind.Unhandled);
                break;
            case SuppressedDeadLetter letter:
                Lost(letter.Message, letter.Sender, letter.Recipient, LostMessageKind.SuppressedDeadLetter);
                break;
            case Dropped letter:
                Lost(letter.Message, letter.Sender, letter.Recipient, LostMessageKind.Dropped);
                break;
            case AllDeadLetters letter:
                Lost(letter.Message, letter.Sender, letter.Recipient, LostMessageKind.DeadLetter);
                break;
            case LogEvent entry:
                log.Add(entry);
                break;
        }
    }

    private void Lost(object message, IActorRef sender, IActorRef recipient, LostMessageKind kind) =>
        lost.Add(new LostMessage(scheduler.Elapsed, message, sender, recipient, kind));
}
