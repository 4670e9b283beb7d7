using System.Collections.Immutable;

namespace Peers.TestKit;

/// <summary>
/// Makes a failure smaller: first fewer faults (delta debugging: halves, quarters and so on are left out), then simpler ones. Only what
/// breaks the same rule counts as the same failure.
/// </summary>
internal sealed class FaultShrinker(int mostRuns, Func<ImmutableArray<PlannedFault>, ExplorationFailure?> run)
{
    /// <summary>Runs so far.</summary>
    public int Runs { get; private set; }

    public ExplorationFailure Shrink(ExplorationFailure failure) => Simplify(Reduce(failure));

    private ExplorationFailure Reduce(ExplorationFailure failure)
    {
        if (Try([], failure.Rule) is { } withoutAny)
            return withoutAny;

        for (var parts = 2; failure.Faults.Length > 1;)
        {
            if (WithoutAPart(failure, parts) is { } less)
            {
                failure = less;
                parts = Math.Max(2, parts - 1);
            }
            else if (parts >= failure.Faults.Length)
            {
                break;
            }
            else
            {
                parts = Math.Min(failure.Faults.Length, 2 * parts);
            }
        }

        return failure;
    }

    private ExplorationFailure? WithoutAPart(ExplorationFailure failure, int parts)
    {
        var count = failure.Faults.Length;
        for (var part = 0; part < parts; part++)
        {
            var (from, to) = (part * count / parts, (part + 1) * count / parts);
            if (to > from && Try(failure.Faults.RemoveRange(from, to - from), failure.Rule) is { } less)
                return less;
        }

        return null;
    }

    private ExplorationFailure Simplify(ExplorationFailure failure)
    {
        for (var i = 0; i < failure.Faults.Length; i++)
        {
            while (Simpler(failure, i) is { } simpler)
                failure = simpler;
        }

        return failure;
    }

    private ExplorationFailure? Simpler(ExplorationFailure failure, int index)
    {
        foreach (var candidate in failure.Faults[index].Simpler())
        {
            if (Try(failure.Faults.SetItem(index, candidate), failure.Rule) is { } simpler)
                return simpler;
        }

        return null;
    }

    private ExplorationFailure? Try(ImmutableArray<PlannedFault> faults, string rule)
    {
        if (Runs >= mostRuns)
            return null;
        Runs++;
        return run(faults) is { } failure && failure.Rule == rule ? failure : null;
    }
}
