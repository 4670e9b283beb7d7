using System.Globalization;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.IO;

namespace Peers.TestKit;

/// <summary>
/// Actors in virtual time on the thread of the test: one actor system, its scheduler, dispatcher and clock, a network, and one seed
/// from which everything random follows. Nothing happens until <see cref="Run"/>, <see cref="Advance"/> or <see cref="Until"/> is called.
/// </summary>
/// <remarks>
/// It knows no test runner and shares nothing with other simulations: many may run in one process. Inside a simulation nothing may wait
/// for another thread (<c>Task.Delay</c>, streams, remoting): virtual time would not wait for it.
/// </remarks>
public sealed class Simulation : IDisposable
{
    /// <summary>The environment variable that names the seed of every simulation that was not given one: <c>PEERS_SEED</c>.</summary>
    public const string SeedVariable = "PEERS_SEED";

    private const int DefaultSeed = 1;
    private const int SlicesToTerminate = 2000;
    private const int LinesOfAnAccount = 60;
    private static readonly TimeSpan TerminationSlice = TimeSpan.FromMilliseconds(5);

    private readonly List<LostMessage> _lost = [];
    private readonly List<LogEvent> _log = [];
    private readonly List<Func<LostMessage, bool>> _declared = [];
    private readonly IActorRef _root;
    private bool _disposed;

    /// <summary>Starts a simulation.</summary>
    /// <param name="seed">Where all randomness comes from; when <c>null</c>, <c>PEERS_SEED</c>, else 1. Seed 0 runs actors in order of arrival.</param>
    /// <param name="config">HOCON on top of what virtual time needs, such as the engine's reference configuration.</param>
    public Simulation(int? seed = null, Config? config = null)
    {
        Seed = seed ?? SeedFromEnvironment() ?? DefaultSeed;
        System = ActorSystem.Create("simulation", SimulationConfig.For(Seed, config));
        Scheduler = (VirtualTimeScheduler)System.Scheduler;
        Clock = new VirtualClock(Scheduler);
        Trace = new SimulationTrace(Scheduler);
        _root = System.ActorOf(ActorFactory.Props(() => new SimulationRoot()), "simulation");
        Network = new SimulatedNetwork(Seed, Scheduler, Trace, ActorOf);
        Conversation = new Conversation(Scheduler, Network);
        ActorOf(ActorFactory.Props(() => new LostMessagesActor(_lost, _log, Scheduler)), "lost-messages");
    }

    /// <summary>The seed: the same seed gives the same <see cref="Trace"/>.</summary>
    public int Seed { get; }

    /// <summary>The actor system in virtual time.</summary>
    public ActorSystem System { get; }

    /// <summary>Its scheduler.</summary>
    public VirtualTimeScheduler Scheduler { get; }

    /// <summary>A clock that shows its time.</summary>
    public VirtualClock Clock { get; }

    /// <summary>Its network.</summary>
    public SimulatedNetwork Network { get; }

    /// <summary>What happened.</summary>
    public SimulationTrace Trace { get; }

    /// <summary>Who said what, when it is switched on.</summary>
    public Conversation Conversation { get; }

    /// <summary>Virtual time since the start.</summary>
    public TimeSpan Elapsed => Scheduler.Elapsed;

    /// <summary>Every message that was not handled or reached nobody, those that were declared or are meant to be lost included.</summary>
    public IReadOnlyList<LostMessage> Lost => _lost;

    /// <summary>
    /// The lost messages that no <see cref="Declare"/> foresaw. Suppressed dead letters do not count, nor do commands to a socket that has
    /// just ended: whoever writes to a network is sometimes too late.
    /// </summary>
    public IReadOnlyList<LostMessage> Undeclared =>
        _lost.Where(lost => lost is not ({ Kind: LostMessageKind.SuppressedDeadLetter } or { Kind: LostMessageKind.DeadLetter, Message: Tcp.Command })
            && !_declared.Exists(foresaw => foresaw(lost))).ToArray();

    /// <summary>What actors logged as warning or error.</summary>
    public IReadOnlyList<LogEvent> Log => _log;

    /// <summary>Runs until nothing more happens at this instant.</summary>
    public void Run() => Scheduler.Run();

    /// <summary>Lets <paramref name="time"/> pass: everything due meanwhile runs, each at its own instant.</summary>
    public void Advance(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        Scheduler.AdvanceTo(Elapsed + time);
    }

    /// <summary>Lets time pass, instant by instant, until <paramref name="condition"/> holds.</summary>
    /// <param name="condition">What to wait for.</param>
    /// <param name="limit">How much virtual time it may take.</param>
    /// <param name="expression">Said when it fails; the compiler fills in the source of <paramref name="condition"/>.</param>
    /// <exception cref="SimulationException">The limit passed first.</exception>
    public void Until(Func<bool> condition, TimeSpan limit, [CallerArgumentExpression(nameof(condition))] string expression = "")
    {
        ArgumentNullException.ThrowIfNull(condition);
        var end = Elapsed + limit;
        Scheduler.RunActors();
        while (!condition())
        {
            if (Scheduler.Step(end))
                continue;

            Scheduler.AdvanceTo(end);
            if (condition())
                return;
            throw new SimulationException(
                $"Not within {limit}: {expression}\nVirtual time {Elapsed}.\n{Account()}");
        }
    }

    /// <summary>Creates an actor under the simulation's root, and runs until it rests.</summary>
    public IActorRef ActorOf(Props props, string? name = null)
    {
        var create = new SimulationRoot.Create(props, name);
        _root.Tell(create, ActorRefs.NoSender);
        Scheduler.RunActors();
        if (create.Failure is { } failure)
            throw new SimulationException($"Cannot create {name ?? props.Type.Name}: {failure.Message}", failure);
        return create.Child ?? throw new SimulationException($"{name ?? props.Type.Name} was not created: the simulation is over.");
    }

    /// <summary>Creates an actor that keeps what it receives.</summary>
    public Recorder Recorder(string? name = null)
    {
        var all = new List<Recorded>();
        return new Recorder(ActorOf(TestKit.Recorder.Props(all, Scheduler), name), all, Scheduler.RunActors);
    }

    /// <summary>A source of randomness for <paramref name="purpose"/> that follows from the seed and from nothing else.</summary>
    public Random Random(string purpose) => Seeds.Derive(Seed, purpose);

    /// <summary>Foresees lost messages: those for which <paramref name="foreseen"/> holds do not fail the simulation.</summary>
    public void Declare(Func<LostMessage, bool> foreseen) => _declared.Add(foreseen);

    /// <summary>Fails when a message was lost that was not declared.</summary>
    /// <exception cref="SimulationException">A message was lost.</exception>
    public void Verify()
    {
        if (Undeclared is { Count: > 0 } undeclared)
            throw new SimulationException($"Messages were lost and not declared, seed {Seed} (repeat with {SeedVariable}={Seed}).{TheLost(undeclared)}");
    }

    /// <summary>Verifies, and ends the actor system whatever the outcome.</summary>
    /// <exception cref="SimulationException">A message was lost that was not declared, or the actor system does not end.</exception>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;

        try
        {
            Scheduler.RunActors();
            Verify();
        }
        finally
        {
            Terminate();
            Trace.Close();
        }
    }

    private void Terminate()
    {
        var terminated = System.Terminate();
        // The last steps of an actor system's end run on the thread pool, so this is the one place that waits in real time.
        for (var slice = 0; slice < SlicesToTerminate; slice++)
        {
            Scheduler.RunActors();
            if (terminated.Wait(TerminationSlice))
                return;
        }

        throw new SimulationException($"The actor system of the simulation with seed {Seed} does not end.");
    }

    /// <summary>
    /// What to read when a simulation has failed: the conversation (the last lines of the trace where it is switched off), what was lost,
    /// and the line that repeats the run.
    /// </summary>
    public string Account() =>
        $"Repeat with {SeedVariable}={Seed}.{(Conversation.IsOn ? TheConversation() : TheLastLines())}{TheLost(Undeclared)}";

    private string TheConversation() => Conversation.Utterances.Count == 0 ? "\nNobody has said anything."
        : "\nWhat was said:\n  " + string.Join("\n  ", Conversation.Utterances.TakeLast(LinesOfAnAccount));

    private string TheLastLines() =>
        Trace.Lines.Count == 0 ? "" : "\nThe last that happened:\n  " + string.Join("\n  ", Trace.Lines.TakeLast(20));

    private static string TheLost(IReadOnlyList<LostMessage> lost) =>
        lost.Count == 0 ? "" : "\nLost messages:\n  " + string.Join("\n  ", lost.Take(20));

    private static int? SeedFromEnvironment() =>
        int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seed) ? seed : null;
}
