using System.Diagnostics;

namespace Peers.Benchmarks.Load;

/// <summary>One kind of load on a target.</summary>
/// <param name="name">What it is, as tables say it.</param>
/// <param name="counter">What the target counts it as; null when the load has seen by itself that all was done.</param>
internal abstract class Workload(string name, string? counter) : IDisposable
{
    private const int Passes = 3;

    public string Name => name;

    /// <summary>Settings that the target needs for it.</summary>
    public virtual string Set => "";

    /// <summary>Whether the target without an engine can do it.</summary>
    public virtual bool HasLimit => true;

    /// <summary>Opens the connections.</summary>
    public abstract Task PrepareAsync(LoadTarget target);

    /// <summary>One round of it.</summary>
    /// <returns>How many operations it was.</returns>
    public abstract Task<long> RunAsync(LoadTarget target);

    /// <summary>Closes the connections.</summary>
    public abstract void Dispose();

    /// <summary>
    /// What an operation costs each target: the median of some passes, after as long a time in which it gets warm. The targets take turns, so that a
    /// slow spell of the machine falls on all alike.
    /// </summary>
    public static async Task<IReadOnlyList<Cost>> MeasureAsync(IReadOnlyList<(Workload Load, LoadTarget Target)> sides, TimeSpan pass)
    {
        foreach (var (load, target) in sides)
        {
            await load.PrepareAsync(target);
            await load.MeasurePassAsync(target, Passes * pass);
        }

        var costs = sides.Select(_ => new List<Cost>()).ToArray();
        for (var round = 0; round < Passes; round++)
        {
            for (var i = 0; i < sides.Count; i++)
            {
                costs[i].Add(await sides[i].Load.MeasurePassAsync(sides[i].Target, pass));
            }
        }

        return Array.ConvertAll(costs, of => new Cost(Median(of.Select(cost => cost.Cpu)), Median(of.Select(cost => cost.Bytes))));
    }

    private static T Median<T>(IEnumerable<T> values) => values.Order().ElementAt(Passes / 2);

    private async Task<Cost> MeasurePassAsync(LoadTarget target, TimeSpan pass)
    {
        var countsBefore = await target.CountsAsync();
        var before = await target.UsedAsync();
        var started = Stopwatch.GetTimestamp();
        var operations = 0L;
        while (Stopwatch.GetElapsedTime(started) < pass)
        {
            operations += await RunAsync(target);
        }

        // The listener answers when it has counted what it was told before: that is part of the cost.
        var counts = await target.CountsAsync();
        var after = await target.UsedAsync();
        if (target.IsEngine && counter is not null && counts[counter] - countsBefore[counter] is var counted && counted != operations)
        {
            throw new BenchmarkException($"{name}: {operations} were sent, and the target counts {counted}");
        }

        return new Cost((after.Cpu - before.Cpu) * (1_000_000.0 / operations), (after.Allocated - before.Allocated) / (double)operations);
    }
}

/// <summary>What one operation costs the target.</summary>
/// <param name="Cpu">Processor time of a million of them.</param>
/// <param name="Bytes">Bytes allocated.</param>
internal sealed record Cost(TimeSpan Cpu, double Bytes);
