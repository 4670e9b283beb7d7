using System.Globalization;

namespace Peers.Benchmarks.Target;

/// <summary>What a target has used since its start, as it says it in answer to <c>used</c>.</summary>
/// <param name="Cpu">Processor time, of the program and of the system for it.</param>
/// <param name="Allocated">Bytes that were allocated on the managed heap.</param>
/// <param name="Heap">Bytes that are on it, collected or not.</param>
internal sealed record ProcessUse(TimeSpan Cpu, long Allocated, long Heap)
{
    public static ProcessUse Now => new(Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true), GC.GetTotalMemory(forceFullCollection: false));

    public static ProcessUse Parse(string line) => line.Split(' ') is [var cpu, var allocated, var heap]
        ? new ProcessUse(TimeSpan.FromTicks(Number(cpu)), Number(allocated), Number(heap))
        : throw new BenchmarkException($"the target answered '{line}'");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Cpu.Ticks} {Allocated} {Heap}");

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
