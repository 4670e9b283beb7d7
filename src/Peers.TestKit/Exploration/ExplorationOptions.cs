using System.Collections.Immutable;
using System.Globalization;

namespace Peers.TestKit;

/// <summary>How an exploration goes about it.</summary>
public sealed record ExplorationOptions
{
    /// <summary>The environment variable that says how many seeds to run: <c>PEERS_EXPLORE_SEEDS</c>.</summary>
    public const string SeedsVariable = "PEERS_EXPLORE_SEEDS";

    /// <summary>How many seeds to run; 1,000 unless <see cref="SeedsVariable"/> says otherwise.</summary>
    public int Seeds { get; init; } = SeedsFromEnvironment(1000);

    /// <summary>The first of them; the others follow it.</summary>
    public int FirstSeed { get; init; } = 1;

    /// <summary>The one seed to run instead of all others; that of <see cref="Simulation.SeedVariable"/> unless it is set otherwise, null for none.</summary>
    public int? OnlySeed { get; init; } = FromEnvironment(Simulation.SeedVariable);

    /// <summary>Which faults befall a run.</summary>
    public FaultProfile Faults { get; init; } = FaultProfile.Chaos;

    /// <summary>What must hold, made anew for each run.</summary>
    public ImmutableArray<Func<Invariant>> Invariants { get; init; } = Invariant.Standard;

    /// <summary>The time between two samples of the statistics of every connection.</summary>
    public TimeSpan SampleInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The time after the end of all engines in which what is on its way may end; a forgotten dial takes <see cref="SimulatedNetwork.SynTimeout"/>.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Runs at most that shrinking a failure may take; 0 leaves it as it was found.</summary>
    public int ShrinkRuns { get; init; } = 200;

    /// <summary>Lines of the trace, and of the conversation, in a report; 0 for none.</summary>
    public int TraceLines { get; init; } = 30;

    /// <summary>The number of seeds that <see cref="SeedsVariable"/> names.</summary>
    /// <param name="otherwise">When it names none.</param>
    public static int SeedsFromEnvironment(int otherwise) => FromEnvironment(SeedsVariable) ?? otherwise;

    private static int? FromEnvironment(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;
}
