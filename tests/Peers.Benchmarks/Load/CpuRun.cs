namespace Peers.Benchmarks.Load;

/// <summary>Reports of <c>perf</c> as one table and one drawing.</summary>
internal static class CpuRun
{
    public static int Run(IReadOnlyList<string> reports, FileInfo? csv, FileInfo? svg)
    {
        List<CpuParts> workloads = [.. reports.Select(Read)];
        foreach (var parts in workloads)
        {
            Console.WriteLine($"{parts.Workload,-16} {string.Join("  ", CpuParts.Names.Zip(parts.Shares, (name, share) => $"{name} {share:P0}"))}");
        }

        Figures.WriteCsv(csv, $"workload,{string.Join(',', CpuParts.Names)}", workloads.Select(parts => (object?[])[parts.Workload, .. parts.Shares.Cast<object?>()]));
        if (svg is not null)
        {
            Figures.Write(svg, CpuPlot.Draw(workloads));
        }

        return 0;
    }

    private static CpuParts Read(string report)
    {
        if (report.Split('=', 2) is not [var workload, var file])
        {
            throw new BenchmarkException($"'{report}': expected WORKLOAD=FILE");
        }

        try
        {
            return CpuParts.Read(workload, File.ReadLines(file));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new BenchmarkException($"{file} cannot be read: {fault.Message}");
        }
    }
}
