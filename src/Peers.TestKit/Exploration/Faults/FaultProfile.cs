using System.Collections.Immutable;

namespace Peers.TestKit;

/// <summary>A kind of fault, as a profile draws it.</summary>
/// <param name="Weight">How often it is drawn, against the weights of the other kinds.</param>
/// <param name="Draw">Draws one that strikes at that time.</param>
public sealed record FaultKind(int Weight, Func<Random, TimeSpan, PlannedFault> Draw);

/// <summary>Which faults befall a run of an exploration, how many and when. The seed of the run decides.</summary>
public sealed record FaultProfile
{
    /// <summary>No fault at all: only the order of things differs from seed to seed.</summary>
    public static FaultProfile None { get; } = new() { Most = 0 };

    /// <summary>What the Internet does: connections break, hosts and ways fall silent for a while, links are slow.</summary>
    public static FaultProfile Internet { get; } = new()
    {
        Kinds =
        [
            new(4, ResetConnection.Draw),
            new(3, SilentHost.Draw),
            new(3, CutLink.Draw),
            new(2, RefusingHost.Draw),
            new(2, SlowLinks.Draw),
            new(2, LateLinks.Draw),
        ],
    };

    /// <summary>Everything at once, and often: breaks in the middle of messages, single bytes, parts of an engine that crash.</summary>
    public static FaultProfile Chaos { get; } = Internet with
    {
        Most = 16,
        Kinds =
        [
            .. Internet.Kinds,
            new(5, ResetAfterBytes.Draw),
            new(3, BreakingHost.Draw),
            new(2, PausedHost.Draw),
            new(1, SingleBytes.Draw),
            new(2, CrashedPart.Draw),
        ],
    };

    /// <summary>The kinds that are drawn.</summary>
    public ImmutableArray<FaultKind> Kinds { get; init; } = [];

    /// <summary>Faults of a run at least.</summary>
    public int Least { get; init; }

    /// <summary>Faults of a run at most.</summary>
    public int Most { get; init; } = 6;

    /// <summary>The time, from the start of the scenario, within which faults strike.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>The faults of the run with that seed, in the order in which they strike.</summary>
    public ImmutableArray<PlannedFault> Plan(int seed)
    {
        var weights = Kinds.Sum(kind => kind.Weight);
        if (weights <= 0 || Most <= 0)
            return [];

        var random = Seeds.Derive(seed, "faults");
        var faults = new PlannedFault[random.Next(Least, Most + 1)];
        for (var i = 0; i < faults.Length; i++)
        {
            var at = TimeSpan.FromMilliseconds(random.NextInt64((long)Within.TotalMilliseconds));
            faults[i] = KindAt(random.Next(weights)).Draw(random, at);
        }

        return [.. faults.OrderBy(fault => fault.At)];
    }

    private FaultKind KindAt(int place)
    {
        foreach (var kind in Kinds)
        {
            place -= kind.Weight;
            if (place < 0)
                return kind;
        }

        return Kinds[^1];
    }
}
