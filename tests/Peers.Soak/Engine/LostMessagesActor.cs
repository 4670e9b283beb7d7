using Akka.Actor;
using Akka.Event;
using Akka.IO;

namespace Peers.Soak;

/// <summary>
/// Counts what reaches nobody. Messages that say of themselves that they may come late are not among it, nor commands to a socket that has just
/// ended: whoever writes to a network is sometimes too late.
/// </summary>
internal sealed class LostMessagesActor(LostMessages lost) : UntypedActor
{
    protected override void PreStart()
    {
        var events = Context.System.EventStream;
        events.Subscribe(Self, typeof(UnhandledMessage));
        events.Subscribe(Self, typeof(DeadLetter));
        events.Subscribe(Self, typeof(Error));
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case DeadLetter { Message: Tcp.Command }:
                break;
            case DeadLetter letter:
                lost.DeadLetter($"{letter.Message} to {letter.Recipient?.Path.ToStringWithoutAddress()}");
                break;
            case UnhandledMessage unhandled:
                lost.Unhandled($"{unhandled.Message} by {unhandled.Recipient?.Path.ToStringWithoutAddress()}");
                break;
            case Error error:
                lost.Unhandled($"{error.Message} {error.Cause?.GetType().Name} by {error.LogSource}");
                break;
            default:
                break;
        }
    }
}

/// <summary>What <see cref="LostMessagesActor"/> has counted.</summary>
internal sealed class LostMessages
{
    private const int MostTold = 10;

    private readonly Lock _lock = new();
    private readonly List<string> _told = [];

    public long DeadLetters { get; private set; }

    public long UnhandledMessages { get; private set; }

    public IReadOnlyList<string> Told
    {
        get
        {
            lock (_lock)
            {
                return [.. _told];
            }
        }
    }

    public void DeadLetter(string what)
    {
        DeadLetters++;
        Tell(what);
    }

    public void Unhandled(string what)
    {
        UnhandledMessages++;
        Tell(what);
    }

    private void Tell(string what)
    {
        lock (_lock)
        {
            if (_told.Count < MostTold)
            {
                _told.Add(what);
            }
        }
    }
}
