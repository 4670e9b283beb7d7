using System.Collections.Immutable;
using Akka.Actor;
using Peers.Wire;

namespace Peers.TestKit;

/// <summary>
/// What must hold in every run of an exploration. Made anew for each run. It is shown what happens and says when it is broken; it must
/// change nothing, and tell nobody anything.
/// </summary>
public abstract class Invariant
{
    private ExplorationRun? _run;

    /// <summary>Those that hold for any engines and any scenario.</summary>
    public static ImmutableArray<Func<Invariant>> Standard { get; } =
    [
        () => new OneStopPerConnection(),
        () => new NoRequestForgotten(),
        () => new NoReceiptForgotten(),
        () => new MemoryWithinLimits(),
        () => new CreditComesBack(),
        () => new NothingHeardIsLost(),
        () => new NoNewsTwice(),
        () => new HandshakesStand(),
        () => new PingsAreAnswered(),
        () => new DeadlinesFire(),
        () => new NoCrash(),
        () => new NothingIsLeft(),
    ];

    /// <summary>What must hold, in a sentence.</summary>
    public abstract string Rule { get; }

    /// <summary>The run.</summary>
    protected ExplorationRun Run => _run ?? throw new InvalidOperationException("The run has not begun.");

    /// <summary>Virtual time.</summary>
    protected TimeSpan Now => Run.Simulation.Elapsed;

    /// <summary>An actor is being told a message. Called at once, whoever tells.</summary>
    /// <param name="recipient">Who is told; it may be gone.</param>
    /// <param name="message">What.</param>
    /// <param name="sender">Who tells.</param>
    public virtual void Told(IActorRef recipient, object message, IActorRef sender)
    {
    }

    /// <summary>An engine handed a message to its socket. Called at the end of the event, in the order of the wire.</summary>
    public virtual void Said(ObservedConnection connection, Message message)
    {
    }

    /// <summary>An engine took the last byte of a message from its socket. Called at the end of the event, in the order of the wire.</summary>
    public virtual void Heard(ObservedConnection connection, Message message)
    {
    }

    /// <summary>A connection said how it is doing, every <see cref="ExplorationOptions.SampleInterval"/>.</summary>
    public virtual void Sampled(ObservedConnection connection, PeerStats stats)
    {
    }

    /// <summary>The actors have come to rest.</summary>
    public virtual void AfterEvent()
    {
    }

    /// <summary>The scenario is over, the engines were stopped, and time enough has passed for everything to end.</summary>
    public virtual void Ended()
    {
    }

    /// <summary>Says that it does not hold: the run ends with this event.</summary>
    /// <param name="detail">What was seen.</param>
    protected void Broken(string detail) => Run.Fail(Rule, detail);

    internal void Begin(ExplorationRun run) => _run = run;
}
