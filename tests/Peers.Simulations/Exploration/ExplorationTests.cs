using Akka.Actor;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Simulations;

/// <summary>What an exploration does with seeds, faults and failures, on scenarios made for it.</summary>
public sealed class ExplorationTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact(DisplayName = "The same seed of chaos gives the same trace twice, and another seed another one")]
    public void Chaos_follows_from_the_seed()
    {
        var first = TraceOfChaos(seed: 11);

        Assert.Equal(first, TraceOfChaos(seed: 11));
        Assert.NotEqual(first, TraceOfChaos(seed: 12));
    }

    [Fact(DisplayName = "The faults of a run follow from its seed, strike in order and in time, and differ from seed to seed")]
    public void Plans_follow_from_the_seed()
    {
        var plans = Enumerable.Range(1, 50).Select(FaultProfile.Chaos.Plan).ToArray();

        Assert.Equal(plans[6].AsEnumerable(), FaultProfile.Chaos.Plan(7));
        Assert.All(plans, plan => Assert.Equal(plan.OrderBy(fault => fault.At), plan));
        Assert.All(plans.SelectMany(plan => plan), fault => Assert.InRange(fault.At, TimeSpan.Zero, FaultProfile.Chaos.Within));
        Assert.Equal(FaultProfile.Chaos.Kinds.Length, plans.SelectMany(plan => plan).Select(fault => fault.GetType()).Distinct().Count());
        Assert.Empty(FaultProfile.None.Plan(7));
    }

    [Fact(DisplayName = "An exploration stops at the first seed that fails, and says which")]
    public void Stops_at_the_first_failure()
    {
        var summary = Exploration.Find(Options(), run => run.Fail("No seed is 4 or 6", $"{run.Seed}", when: run.Seed is 4 or 6));

        Assert.Equal((4, 4, "4"), (summary.Failure?.Seed, summary.Failure?.Runs, summary.Failure?.Detail));
    }

    [Fact(DisplayName = "One seed can be run alone")]
    public void Runs_one_seed_alone()
    {
        List<int> seeds = [];
        Exploration.Explore(Options() with { OnlySeed = 42 }, run => seeds.Add(run.Seed));

        Assert.Equal([42], seeds);
    }

    [Fact(DisplayName = "A failure is shrunk to the faults that it takes, made short and early")]
    public void Shrinks()
    {
        var options = Options() with { Faults = Marks };
        var failure = Exploration.Find(options, run =>
        {
            var struck = new HashSet<int>();
            run.Simulation.Network.Host("10.0.0.1");
            foreach (var mark in run.Faults.Cast<Mark>())
                run.After(mark.At, () => struck.Add(mark.Number));
            run.Advance(Minute);
            run.Fail("Marks 1 and 2 never come together", "they did", when: struck.IsSupersetOf([1, 2]));
        }).Failure!;

        Assert.Equal([1, 2], failure.Faults.Cast<Mark>().Select(mark => mark.Number).Order());
        Assert.Equal(12, failure.Planned);
        Assert.All(failure.Faults, fault => Assert.InRange(fault.At, TimeSpan.Zero, TimeSpan.FromSeconds(2)));
        Assert.All(failure.Faults, fault => Assert.InRange(fault.For, TimeSpan.Zero, TimeSpan.FromSeconds(1)));
        Assert.InRange(failure.ShrinkRuns, 5, 100);
    }

    [Fact(DisplayName = "Only what breaks the same rule counts as the same failure")]
    public void Shrinks_to_the_same_rule()
    {
        var failure = Exploration.Find(Options() with { Faults = Marks }, run =>
        {
            run.Fail("There are never five marks", "there are", when: run.Faults.Length >= 5);
            run.Fail("There is never a mark", "there is", when: run.Faults.Length > 0);
        }).Failure!;

        Assert.Equal(("There are never five marks", 5), (failure.Rule, failure.Faults.Length));
    }

    [Fact(DisplayName = "The report names the rule, the seed, the faults, the last that happened and the line that repeats it")]
    public void Reports()
    {
        var exception = Assert.Throws<ExplorationException>(() => Exploration.Explore(Options() with { Faults = Marks, FirstSeed = 3 }, run =>
        {
            run.Advance(Minute);
            run.Simulation.Trace.Write("the straw");
            run.Fail("No mark 1", "a mark", when: run.Faults.Any(fault => fault is Mark { Number: 1 }));
        }));

        Assert.Contains("Broken: No mark 1\n  a mark\n", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"  PEERS_SEED={exception.Failure!.Seed} dotnet test --filter FullyQualifiedName~{nameof(Reports)}", exception.Message, StringComparison.Ordinal);
        Assert.Contains("It takes 1 of 12 faults", exception.Message, StringComparison.Ordinal);
        Assert.Contains("  Mark { At = 00:00:0", exception.Message, StringComparison.Ordinal);
        Assert.Contains("00:01:00.0000000 the straw", exception.Message, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "What a scenario throws is a failure like any other")]
    public void Finds_what_a_scenario_throws()
    {
        var failure = Exploration.Find(Options(), run => run.Simulation.Until(() => false, Minute)).Failure!;

        Assert.Equal((1, "The scenario runs to its end", Minute), (failure.Seed, failure.Rule, failure.At));
        Assert.IsType<SimulationException>(failure.Exception);
    }

    [Fact(DisplayName = "An invariant of one's own sees what is told, said and heard, and ends the run at the event that breaks it")]
    public void Own_invariants()
    {
        var options = Options() with { Invariants = [() => new NoVerAck()], Seeds = 1 };
        var failure = Exploration.Find(options, run =>
        {
            var (one, other) = (run.Engine("10.0.0.1"), run.Engine("10.0.0.2"));
            one.Dial(other.Listen());
            run.Advance(Minute);
        }).Failure!;

        Assert.Equal("Nobody says verack", failure.Rule);
        Assert.Contains("10.0.0.2's connection 1", failure.Detail, StringComparison.Ordinal);
        Assert.InRange(failure.At, TimeSpan.FromMilliseconds(60), TimeSpan.FromMilliseconds(100));
        Assert.Contains("verack", failure.Conversation[^1], StringComparison.Ordinal);
    }

    [Fact(DisplayName = "What the scenario leaves behind in an engine's hands is not left: engines are stopped before the end is looked at")]
    public void Engines_are_stopped()
    {
        var summary = Exploration.Explore(Options() with { Seeds = 3, Faults = FaultProfile.None }, run =>
        {
            var (one, other) = (run.Engine("10.0.0.1"), run.Engine("10.0.0.2"));
            one.Connect(other.Listen());
        });

        Assert.Equal((3, 6), (summary.Runs, summary.Connections));
    }

    [Fact(DisplayName = "A timer that a scenario leaves behind is found")]
    public void A_timer_is_found()
    {
        var failure = Exploration.Find(Options(), run =>
            ((IActionScheduler)run.Simulation.Scheduler).ScheduleRepeatedly(Minute, Minute, () => { })).Failure!;

        Assert.Equal("Nothing is left when the engines are gone", failure.Rule);
    }

    private static FaultProfile Marks { get; } = new()
    {
        Least = 12,
        Most = 12,
        Within = TimeSpan.FromSeconds(50),
        Kinds = [new FaultKind(1, (random, at) => new Mark(at, TimeSpan.FromSeconds(random.Next(60)), random.Next(5)))],
    };

    private static ExplorationOptions Options() => new() { Seeds = 50, OnlySeed = null };

    private static string TraceOfChaos(int seed)
    {
        var digest = "";
        Exploration.Explore(new ExplorationOptions { OnlySeed = seed, Faults = ChaosScenario.Faults }, run =>
        {
            ChaosScenario.Play(run);
            digest = run.Simulation.Trace.Digest;
        });
        return digest;
    }

    private sealed record Mark(TimeSpan At, TimeSpan For, int Number) : PlannedFault(At, For)
    {
        public override Action? Strike(ExplorationRun run) => () => { };
    }

    private sealed class NoVerAck : Invariant
    {
        public override string Rule => "Nobody says verack";

        public override void Said(ObservedConnection connection, Message message)
        {
            if (message is VerAckMessage)
                Broken($"{connection} does");
        }
    }
}

internal static class FailureExtensions
{
    public static void Fail(this ExplorationRun run, string rule, string detail, bool when)
    {
        if (when)
            run.Fail(rule, detail);
    }
}
