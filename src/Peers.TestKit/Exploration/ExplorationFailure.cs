using System.Collections.Immutable;

namespace Peers.TestKit;

/// <summary>What an exploration found: the first seed under which a rule was broken, and the least faults that it takes.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Rule">What should hold.</param>
/// <param name="Detail">What was seen instead.</param>
/// <param name="At">When, in virtual time.</param>
/// <param name="Faults">The faults that it takes, as simple as they could be made.</param>
/// <param name="Planned">How many faults there were before shrinking.</param>
/// <param name="Trace">The last that happened.</param>
public sealed record ExplorationFailure(
    int Seed, string Rule, string Detail, TimeSpan At, ImmutableArray<PlannedFault> Faults, int Planned, ImmutableArray<string> Trace)
{
    /// <summary>Which run of the exploration it was: 1 for the first.</summary>
    public int Runs { get; init; }

    /// <summary>Runs that shrinking took.</summary>
    public int ShrinkRuns { get; init; }

    /// <summary>Who said what, in the end: as many messages as lines of the trace.</summary>
    public ImmutableArray<string> Conversation { get; init; } = [];

    /// <summary>The scenario, as the test is called.</summary>
    public string Scenario { get; init; } = "";

    /// <summary>What was thrown, when it was no invariant that was broken; null otherwise.</summary>
    public Exception? Exception { get; init; }

    /// <summary>The line that repeats it.</summary>
    public string Reproduce => $"{Simulation.SeedVariable}={Seed} dotnet test --filter FullyQualifiedName~{Scenario}";

    /// <inheritdoc />
    public override string ToString() => string.Join('\n', (string[])
    [
        $"Broken: {Rule}",
        $"  {Detail}",
        $"Seed {Seed} (run {Runs}), virtual time {At}. Repeat with",
        $"  {Reproduce}",
        Faults.IsEmpty ? $"It takes no fault of the {Planned} planned." : $"It takes {Faults.Length} of {Planned} faults (shrunk in {ShrinkRuns} runs):",
        .. Faults.Select(fault => $"  {fault}"),
        "What was said last:",
        .. Conversation.Select(line => $"  {line}"),
        "The last that happened:",
        .. Trace.Select(line => $"  {line}"),
    ]);
}

/// <summary>An exploration found a seed under which a rule is broken; the message says everything of it.</summary>
public sealed class ExplorationException : Exception
{
    /// <summary>Creates the exception of a failure.</summary>
    public ExplorationException(ExplorationFailure failure)
        : base(failure?.ToString(), failure?.Exception) => Failure = failure;

    /// <summary>Creates the exception without a message.</summary>
    public ExplorationException()
    {
    }

    /// <summary>Creates the exception with its <paramref name="message"/>.</summary>
    public ExplorationException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its <paramref name="message"/> and what caused it.</summary>
    public ExplorationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>What was found.</summary>
    public ExplorationFailure? Failure { get; }
}
