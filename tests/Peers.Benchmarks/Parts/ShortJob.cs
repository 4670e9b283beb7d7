using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Peers.Benchmarks.Parts;

/// <summary>
/// Short runs in this process, with the bytes that are allocated: all of them together end within some minutes. For closer figures of a few, say so:
/// <c>parts --filter '*Inventory*' --iterationCount 15</c>. The process wants <c>DOTNET_TieredCompilation=0</c>, as the task Bench has it: else it measures the
/// code of the first minute.
/// </summary>
internal sealed class ShortJob : ManualConfig
{
    public ShortJob()
    {
        // In this process: a project that BenchmarkDotNet makes would be built under the rules of this repository, which are for code that people write.
        AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(2).WithIterationCount(4).WithIterationTime(TimeInterval.FromMilliseconds(100)));
        AddDiagnoser(MemoryDiagnoser.Default);
        HideColumns(Column.Error, Column.RatioSD, Column.Gen0, Column.Gen1, Column.Gen2, Column.Toolchain, Column.IterationCount, Column.IterationTime, Column.WarmupCount);
    }
}
