using System.Globalization;
using System.Text.RegularExpressions;

namespace Peers.Benchmarks.Load;

/// <summary>Where the processor's time of one workload goes, in shares of 1.</summary>
/// <param name="Workload">Its name.</param>
/// <param name="Shares">One for each of <see cref="Names"/>.</param>
internal sealed partial record CpuParts(string Workload, IReadOnlyList<double> Shares)
{
    /// <summary>The parts, from the wire up.</summary>
    public static IReadOnlyList<string> Names { get; } = ["kernel", "hashing", "codec", "engine", "actors", "runtime"];

    /// <summary>Reads what <c>perf report --no-children -g none --sort dso,sym -t ';'</c> says of a process that ran with <c>DOTNET_PerfMapEnabled=1</c>.</summary>
    /// <exception cref="BenchmarkException">It is no such report.</exception>
    public static CpuParts Read(string workload, IEnumerable<string> report)
    {
        var shares = new double[Names.Count];
        foreach (var line in report)
        {
            if (line.Split(';', 3) is [var share, var module, var symbol]
                && double.TryParse(share.Trim().TrimEnd('%'), NumberStyles.Float, CultureInfo.InvariantCulture, out var percent))
            {
                shares[PartOf(module, symbol)] += percent;
            }
        }

        var all = shares.Sum();
        return all > 0
            ? new CpuParts(workload, [.. shares.Select(share => share / all)])
            : throw new BenchmarkException($"the report of {workload} has no line as of 'perf report --sort dso,sym -t ;'");
    }

    private static int PartOf(string module, string symbol)
    {
        // A method of managed code names the assembly of its class last before its own name; what has none is code that the runtime makes for itself.
        var assemblies = Assembly().Matches(symbol.Split("::")[0]);
        var assembly = assemblies.Count > 0 ? assemblies[^1].Groups[1].Value : "";
        var part = module.Contains("kernel", StringComparison.Ordinal) ? "kernel"
            : module.Contains("crypto", StringComparison.Ordinal) ? "hashing"
            : assembly == "Peers.Wire" ? "codec"
            : assembly.StartsWith("Peers", StringComparison.Ordinal) ? "engine"
            : assembly.StartsWith("Akka", StringComparison.Ordinal) ? "actors"
            : "runtime";
        return Names.Index().First(name => name.Item == part).Index;
    }

    [GeneratedRegex(@"\[([A-Z][\w.]+)\] ")]
    private static partial Regex Assembly();
}
