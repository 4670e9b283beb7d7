using System.Globalization;

namespace Peers.Cli;

/// <summary>
/// How many files the process may open. The runtime keeps each of its hundred assemblies open; without enough it fails anywhere, in words that nobody
/// understands, or ends the process.
/// </summary>
internal static class OpenFiles
{
    /// <summary>The runtime's own, and a few connections.</summary>
    private const int Least = 256;

    /// <summary>What the runtime and a command have open besides connections: 160 when a listener starts, 180 under load, more with the live page.</summary>
    private const int Own = 256;

    private const string Limits = "/proc/self/limits";
    private const string Line = "Max open files";

    /// <summary>Says in one line that there are too few, if so.</summary>
    public static string? Complaint() => Limit() is { } limit && limit < Least
        ? string.Create(CultureInfo.InvariantCulture, $"peers: only {limit} open files are allowed, at least {Least} are needed: allow more with 'ulimit -n 1024' first")
        : null;

    /// <summary>Connections need a file each: without enough of them the runtime would end the process in the middle of a crawl.</summary>
    /// <param name="connections">At most so many at a time.</param>
    /// <param name="setting">The setting that says so.</param>
    /// <exception cref="CommandFailedException">There are too few.</exception>
    public static void Suffice(int connections, string setting)
    {
        if (Limit() is { } limit && limit < Own + (long)connections)
        {
            throw new CommandFailedException(string.Create(
                CultureInfo.InvariantCulture,
                $"only {limit} open files are allowed, and {setting} = {connections} needs {Own + (long)connections}: allow more with 'ulimit -n', or set fewer"));
        }
    }

    /// <summary>The limit, where the system tells it: Linux; null elsewhere, or for no limit.</summary>
    private static int? Limit()
    {
        try
        {
            foreach (var line in File.ReadLines(Limits))
            {
                if (line.StartsWith(Line, StringComparison.Ordinal))
                {
                    var soft = line.AsSpan(Line.Length).TrimStart();
                    var end = soft.IndexOf(' ');
                    return int.TryParse(soft[..(end < 0 ? soft.Length : end)], NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : null;
                }
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Then nobody knows.
        }

        return null;
    }
}
