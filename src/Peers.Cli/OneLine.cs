namespace Peers.Cli;

/// <summary>Text of several lines as one: a fault is one line on standard error.</summary>
internal static class OneLine
{
    public static string Of(string text) =>
        string.Join("; ", text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
