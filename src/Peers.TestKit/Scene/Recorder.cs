using Akka.Actor;

namespace Peers.TestKit;

/// <summary>One message that a <see cref="Recorder"/> received.</summary>
/// <param name="At">Virtual time since the start of the simulation.</param>
/// <param name="Message">The message.</param>
/// <param name="Sender">Who sent it.</param>
public sealed record Recorded(TimeSpan At, object Message, IActorRef Sender);

/// <summary>An actor of the test's own: it keeps what it receives, in order, with the virtual time. Make it with <see cref="Simulation.Recorder"/>.</summary>
public sealed class Recorder
{
    private readonly Action _run;
    private readonly List<Recorded> _all;
    private int _taken;

    internal Recorder(IActorRef reference, List<Recorded> all, Action run)
    {
        Ref = reference;
        _all = all;
        _run = run;
    }

    /// <summary>The actor that records.</summary>
    public IActorRef Ref { get; }

    /// <summary>Everything received so far.</summary>
    public IReadOnlyList<Recorded> All => _all;

    /// <summary>Every message received so far, without time and sender.</summary>
    public IEnumerable<object> Messages => _all.Select(recorded => recorded.Message);

    /// <summary>Every message of type <typeparamref name="T"/> received so far.</summary>
    public IEnumerable<T> Of<T>() => Messages.OfType<T>();

    /// <summary>
    /// The oldest message not yet taken, which must be a <typeparamref name="T"/>. The actors are run first, time does not move.
    /// </summary>
    /// <exception cref="SimulationException">There is none, or it is of another type.</exception>
    public T Expect<T>()
    {
        var recorded = Next() ?? throw new SimulationException($"{Ref.Path.Name} expected {typeof(T).Name} and has received nothing new.");
        return recorded.Message is T message
            ? message
            : throw new SimulationException($"{Ref.Path.Name} expected {typeof(T).Name} and received {recorded.Message}.");
    }

    /// <summary>The oldest message not yet taken, with its time and sender; <c>null</c> when there is none.</summary>
    public Recorded? Next()
    {
        _run();
        return _taken < _all.Count ? _all[_taken++] : null;
    }

    /// <summary>Fails when a message is there that was not taken. Time does not move: advance it first to say for how long nothing came.</summary>
    /// <exception cref="SimulationException">A message is there.</exception>
    public void ExpectNothing()
    {
        if (Next() is { } recorded)
            throw new SimulationException($"{Ref.Path.Name} expected nothing and received {recorded.Message} at {recorded.At}.");
    }

    /// <summary>Sends <paramref name="message"/> to <paramref name="target"/> in the recorder's name, so that the answer is recorded.</summary>
    public void Tell(IActorRef target, object message) => target.Tell(message, Ref);

    /// <summary>Watches <paramref name="target"/>: its <see cref="Terminated"/> will be recorded.</summary>
    public void Watch(IActorRef target)
    {
        Ref.Tell(new WatchFor(target));
        _run();
    }

    internal static Props Props(List<Recorded> all, VirtualTimeScheduler scheduler) =>
        ActorFactory.Props(() => new RecorderActor(all, scheduler));

    private sealed record WatchFor(IActorRef Target);

    private sealed class RecorderActor(List<Recorded> all, VirtualTimeScheduler scheduler) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is WatchFor watch)
                Context.Watch(watch.Target);
            else
                all.Add(new Recorded(scheduler.Elapsed, message, Sender));
        }
    }
}
