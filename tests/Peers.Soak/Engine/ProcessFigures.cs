using System.Globalization;

namespace Peers.Soak;

/// <summary>What the operating system says of a process.</summary>
/// <param name="Resident">Bytes in memory.</param>
/// <param name="Peak">Most bytes in memory since it was last forgotten.</param>
/// <param name="Handles">Open file descriptors.</param>
internal sealed record ProcessFigures(long Resident, long Peak, int Handles)
{
    public static ProcessFigures Of(int process)
    {
        var status = File.ReadLines($"/proc/{process}/status").Select(line => line.Split(':', 2)).ToDictionary(line => line[0], line => line[1]);
        return new ProcessFigures(Kibibytes("VmRSS"), Kibibytes("VmHWM"), Directory.EnumerateFileSystemEntries($"/proc/{process}/fd").Count());

        long Kibibytes(string name) => 1024 * long.Parse(status[name].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
    }

    /// <summary>From now on <see cref="Peak"/> begins anew.</summary>
    public static void ForgetPeak(int process) => File.WriteAllText($"/proc/{process}/clear_refs", "5");
}
