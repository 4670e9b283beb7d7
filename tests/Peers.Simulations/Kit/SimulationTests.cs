using Akka.Actor;
using Peers.TestKit;

namespace Peers.Simulations.Kit;

public sealed class SimulationTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact(DisplayName = "The same seed runs the same actors in the same order")]
    public void Same_seed_same_order() => Assert.Equal(Gossip(seed: 7), Gossip(seed: 7));

    [Fact(DisplayName = "Another seed runs them in another order")]
    public void Other_seed_other_order() => Assert.NotEqual(Gossip(seed: 7), Gossip(seed: 8));

    [Fact(DisplayName = "Seed 0 runs actors in the order in which they became runnable")]
    public void Seed_zero_is_first_come_first_served() =>
        Assert.Equal(Enumerable.Range(0, 20).Select(number => $"actor {number}"), Gossip(seed: 0).Split('\n').Select(line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]).Take(20));

    [Fact(DisplayName = "With a seed, the order in which actors become runnable does not decide the order in which they run")]
    public void Order_of_arrival_does_not_matter() => Assert.Equal(Gossip(seed: 7), Gossip(seed: 7, backwards: true));

    [Fact(DisplayName = "Messages from one actor to another keep their order under every seed")]
    public void Order_between_two_actors_is_kept()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            using var simulation = new Simulation(seed);
            var recorder = simulation.Recorder();
            for (var number = 0; number < 50; number++)
                recorder.Ref.Tell(number);
            simulation.Run();
            Assert.Equal(Enumerable.Range(0, 50).Cast<object>(), recorder.Messages);
        }
    }

    [Fact(DisplayName = "Simulations side by side on several threads do not disturb each other")]
    public void Simulations_are_independent()
    {
        var alone = Gossip(seed: 3);
        var together = new string[8];

        Parallel.For(0, together.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, index => together[index] = Gossip(seed: 3));

        Assert.All(together, trace => Assert.Equal(alone, trace));
    }

    [Fact(DisplayName = "Until stops at the first instant at which the condition holds")]
    public void Until_stops_at_once()
    {
        using var simulation = new Simulation();
        var recorder = simulation.Recorder();
        ((ITellScheduler)simulation.Scheduler).ScheduleTellRepeatedly(Second, Second, recorder.Ref, "tick", ActorRefs.NoSender);

        simulation.Until(() => recorder.All.Count == 3, 10 * Second);

        Assert.Equal(3 * Second, simulation.Elapsed);
    }

    [Fact(DisplayName = "Until that fails says what it waited for, the virtual time and the seed")]
    public void Until_says_what_failed()
    {
        using var simulation = new Simulation(seed: 42);
        var never = false;

        var message = Assert.Throws<SimulationException>(() => simulation.Until(() => never, 10 * Second)).Message;

        Assert.Contains("() => never", message, StringComparison.Ordinal);
        Assert.Contains("PEERS_SEED=42", message, StringComparison.Ordinal);
        Assert.Equal(10 * Second, simulation.Elapsed);
    }

    [Fact(DisplayName = "A top-level actor of the system itself starts in virtual time as well")]
    public void Top_level_actors_are_simulated()
    {
        using var simulation = new Simulation();
        var started = new List<TimeSpan>();
        simulation.Advance(Second);

        simulation.System.ActorOf(Props.Create(() => new Starts(started, simulation.Scheduler)), "engine");
        simulation.Advance(Second);

        Assert.Equal([Second], started);
    }

    [Fact(DisplayName = "A question to an actor is answered when the simulation is run")]
    public void Ask_is_answered()
    {
        using var simulation = new Simulation();
        var echo = simulation.ActorOf(Props.Create(() => new Echo()));

        var answer = echo.Ask<string>("hello", TimeSpan.FromSeconds(5));
        simulation.Until(() => answer.IsCompleted, Second);

        Assert.Equal(TimeSpan.Zero, simulation.Elapsed);
        Assert.True(answer.IsCompletedSuccessfully);
    }

    [Fact(DisplayName = "A message that nobody handles fails the simulation when it ends")]
    public void Unhandled_messages_fail()
    {
        var simulation = new Simulation(seed: 5);
        simulation.ActorOf(Props.Create(() => new Picky()), "picky").Tell("what?");

        var message = Assert.Throws<SimulationException>(simulation.Dispose).Message;

        Assert.Contains("Unhandled: what?", message, StringComparison.Ordinal);
        Assert.Contains("/user/simulation/picky", message, StringComparison.Ordinal);
        Assert.Contains("seed 5", message, StringComparison.Ordinal);
        Assert.True(simulation.System.WhenTerminated.IsCompleted);
    }

    [Fact(DisplayName = "A dead letter fails the simulation unless it was declared")]
    public void Dead_letters_can_be_declared()
    {
        using var simulation = new Simulation();
        var actor = simulation.ActorOf(Props.Create(() => new Echo()));
        actor.Tell(PoisonPill.Instance);
        simulation.Run();

        actor.Tell("too late");
        simulation.Run();

        Assert.Equal("too late", Assert.Single(simulation.Undeclared).Message);
        simulation.Declare(lost => lost is { Message: "too late", Kind: LostMessageKind.DeadLetter });
        Assert.Empty(simulation.Undeclared);
        Assert.Single(simulation.Lost);
    }

    [Fact(DisplayName = "A recorder hands out its messages in order, and says what it got when another was expected")]
    public void Recorder_expects_in_order()
    {
        using var simulation = new Simulation();
        var recorder = simulation.Recorder("listener");
        recorder.Tell(simulation.ActorOf(Props.Create(() => new Echo())), "one");
        recorder.Ref.Tell(2);

        Assert.Equal(2, recorder.Expect<int>());
        Assert.Contains("received one", Assert.Throws<SimulationException>(() => recorder.Expect<int>()).Message, StringComparison.Ordinal);
        recorder.ExpectNothing();
        Assert.Throws<SimulationException>(() => recorder.Expect<int>());
    }

    [Fact(DisplayName = "A recorder that watches an actor records its end")]
    public void Recorder_watches()
    {
        using var simulation = new Simulation();
        var recorder = simulation.Recorder();
        var actor = simulation.ActorOf(Props.Create(() => new Echo()));

        recorder.Watch(actor);
        actor.Tell(PoisonPill.Instance);

        Assert.Equal(actor, recorder.Expect<Terminated>().ActorRef);
    }

    [Fact(DisplayName = "Errors that actors log are kept")]
    public void Errors_are_kept()
    {
        using var simulation = new Simulation();
        simulation.ActorOf(Props.Create(() => new Picky())).Tell(new InvalidOperationException("on purpose"));

        simulation.Run();

        Assert.Contains("on purpose", Assert.Single(simulation.Log).ToString(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Random sources of different purposes differ, those of one purpose and seed are equal")]
    public void Random_sources()
    {
        using var simulation = new Simulation(seed: 1);
        using var again = new Simulation(seed: 1);
        using var other = new Simulation(seed: 2);

        var number = simulation.Random("nonces").NextInt64();

        Assert.Equal(number, again.Random("nonces").NextInt64());
        Assert.NotEqual(number, simulation.Random("addresses").NextInt64());
        Assert.NotEqual(number, other.Random("nonces").NextInt64());
    }

    private static string Gossip(int seed, bool backwards = false)
    {
        using var simulation = new Simulation(seed);
        var actors = new List<IActorRef>();
        for (var number = 0; number < 20; number++)
        {
            var name = $"actor {number}";
            actors.Add(simulation.ActorOf(Props.Create(() => new Gossiper(name, actors, simulation.Trace))));
        }

        foreach (var actor in backwards ? Enumerable.Reverse(actors) : actors)
            actor.Tell(3);
        simulation.Advance(Second);
        return simulation.Trace.Text;
    }

    private sealed class Gossiper(string name, List<IActorRef> all, SimulationTrace trace) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            trace.Write(name);
            if (message is int left and > 0)
            {
                all[(left * 7) % all.Count].Tell(left - 1);
                Context.System.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(left), all[(left * 3) % all.Count], 0, Self);
            }
        }
    }

    private sealed class Starts(List<TimeSpan> started, VirtualTimeScheduler scheduler) : UntypedActor
    {
        protected override void PreStart() => started.Add(scheduler.Elapsed);

        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message);
    }

    private sealed class Picky : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is Exception exception)
                throw exception;
            Unhandled(message);
        }
    }
}
