using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Peers.TestKit;

#pragma warning disable CA1031 // What a scenario throws is not known beforehand.

/// <summary>
/// Runs a scenario under many seeds, each with faults of its own, checks invariants after each event, stops at the first failure, and makes
/// it as small as it can.
/// </summary>
/// <example>
/// <code>
/// Exploration.Explore(seeds: 1000, run =>
/// {
///     var one = run.Engine("10.0.0.1");
///     var other = run.Engine("10.0.0.2");
///     one.Dial(other.Listen());
///     run.Advance(TimeSpan.FromMinutes(5));
/// });
/// </code>
/// </example>
public static class Exploration
{
    /// <summary>Runs a scenario under so many seeds with chaos.</summary>
    /// <param name="seeds">How many seeds.</param>
    /// <param name="scenario">Builds engines, and lets time pass.</param>
    /// <param name="name">How the test is called; the compiler fills it in.</param>
    /// <returns>What was run.</returns>
    /// <exception cref="ExplorationException">A rule was broken.</exception>
    public static ExplorationSummary Explore(int seeds, Action<ExplorationRun> scenario, [CallerMemberName] string name = "") =>
        Explore(new ExplorationOptions { Seeds = seeds }, scenario, name);

    /// <summary>Runs a scenario under many seeds.</summary>
    /// <param name="options">How.</param>
    /// <param name="scenario">Builds engines, and lets time pass.</param>
    /// <param name="name">How the test is called; the compiler fills it in.</param>
    /// <returns>What was run.</returns>
    /// <exception cref="ExplorationException">A rule was broken.</exception>
    public static ExplorationSummary Explore(ExplorationOptions options, Action<ExplorationRun> scenario, [CallerMemberName] string name = "")
    {
        var summary = Find(options, scenario, name);
        return summary.Failure is { } failure ? throw new ExplorationException(failure) : summary;
    }

    /// <summary>Runs a scenario under many seeds and says what was found, instead of throwing it.</summary>
    /// <param name="options">How.</param>
    /// <param name="scenario">Builds engines, and lets time pass.</param>
    /// <param name="name">How the test is called; the compiler fills it in.</param>
    public static ExplorationSummary Find(ExplorationOptions options, Action<ExplorationRun> scenario, [CallerMemberName] string name = "")
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(scenario);
        var summary = new ExplorationSummary();
        var (first, count) = options.OnlySeed is { } only ? (only, 1) : (options.FirstSeed, options.Seeds);
        for (var seed = first; seed < first + count; seed++)
        {
            var faults = options.Faults.Plan(seed);
            var (failure, run) = Once(seed, faults, options, scenario, listening: false);
            summary = summary with
            {
                Runs = summary.Runs + 1,
                Events = summary.Events + run.Events,
                Connections = summary.Connections + run.Connections.Count,
                Faults = summary.Faults + faults.Length,
            };
            if (failure is not null)
            {
                var shrinker = new FaultShrinker(options.ShrinkRuns, plan => Once(seed, plan, options, scenario, listening: false).Failure);
                var smallest = shrinker.Shrink(failure);
                // Listening costs, so it is done once, when it is known what is worth it.
                var told = options.TraceLines > 0 ? Once(seed, smallest.Faults, options, scenario, listening: true).Failure ?? smallest : smallest;
                return summary with
                {
                    Failure = told with { Planned = faults.Length, Runs = summary.Runs, ShrinkRuns = shrinker.Runs, Scenario = name },
                };
            }
        }

        return summary;
    }

    private static (ExplorationFailure? Failure, ExplorationRun Run) Once(
        int seed, ImmutableArray<PlannedFault> faults, ExplorationOptions options, Action<ExplorationRun> scenario, bool listening)
    {
        var simulation = new Simulation(seed);
        simulation.Conversation.IsOn = listening;
        var run = new ExplorationRun(simulation, faults, options);
        ExplorationFailure? failure = null;
        try
        {
            run.Run(scenario);
        }
        catch (Exception exception)
        {
            var (rule, detail, at) = run.Failure ?? ("The scenario runs to its end", exception.Message, simulation.Elapsed);
            failure = new ExplorationFailure(seed, rule, detail, at, faults, faults.Length, [.. simulation.Trace.Lines.TakeLast(options.TraceLines)])
            {
                Exception = run.Failure is null ? exception : null,
                Conversation = [.. simulation.Conversation.Utterances.TakeLast(options.TraceLines).Select(said => said.ToString())],
            };
        }

        ((IDisposable)run).Dispose();
        try
        {
            simulation.Dispose();
        }
        catch (SimulationException) when (failure is not null)
        {
            // A run that failed may end badly.
        }

        return (failure, run);
    }
}

/// <summary>What an exploration ran.</summary>
public sealed record ExplorationSummary
{
    /// <summary>Seeds.</summary>
    public int Runs { get; init; }

    /// <summary>Events, after each of which the invariants were checked.</summary>
    public long Events { get; init; }

    /// <summary>Connections of the engines that were watched.</summary>
    public long Connections { get; init; }

    /// <summary>Faults that were planned.</summary>
    public long Faults { get; init; }

    /// <summary>What was found; null for nothing.</summary>
    public ExplorationFailure? Failure { get; init; }
}
