using System.Globalization;

namespace Peers.Cli;

/// <summary>
/// How many files the process may open. The runtime keeps each of its hundred assemblies open; without enough it fails anywhere, in words that nobody
/// understands, or ends the process.
/// </summary>
internal static class OpenFiles
{
    /// <summary>The runtime's own, and as many connections as an engine has by default.</summary>
    public const int Least = 256;

    private const string Limits = "/proc/self/limits";
    private const string Line = "Max open files";

    /// <summary>Says in one line that there are too few, if so.</summary>
    public static string? Complaint() => Limit() is { } limit && limit < Least
        ? string.Create(CultureInfo.InvariantCulture, $"peers: only {limit} open files are allowed, at least {Least} are needed: allow more with 'ulimit -n 1024' first")
        : null;

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
