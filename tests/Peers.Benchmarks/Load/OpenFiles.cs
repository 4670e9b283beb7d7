using System.Globalization;

namespace Peers.Benchmarks.Load;

/// <summary>Each connection is an open file, here and in the target.</summary>
internal static class OpenFiles
{
    private const int Others = 300;

    /// <exception cref="BenchmarkException">The system allows fewer than so many connections need.</exception>
    public static void Require(int connections)
    {
        if (OperatingSystem.IsLinux() && Allowed is { } allowed && allowed < connections + Others)
        {
            throw new BenchmarkException($"{connections} connections need {connections + Others} open files and {allowed} are allowed: raise it with 'ulimit -Hn {connections + Others}' (as root), or ask for fewer connections");
        }
    }

    /// <summary>What the system allows; null for any number. The runtime has raised it as far as it may go.</summary>
    private static long? Allowed => File.ReadLines("/proc/self/limits")
        .Where(line => line.StartsWith("Max open files", StringComparison.Ordinal))
        .Select(line => long.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3], NumberStyles.None, CultureInfo.InvariantCulture, out var soft) ? soft : (long?)null)
        .FirstOrDefault();
}
