namespace Peers.Wire.Tests.Messages;

/// <summary>One frame of a recorded conversation.</summary>
/// <param name="FromNode">Whether the node sent it; else it took it.</param>
/// <param name="Command">The command.</param>
/// <param name="Frame">Header and payload.</param>
internal sealed record CapturedFrame(bool FromNode, string Command, byte[] Frame)
{
    public static IReadOnlyList<CapturedFrame> All { get; } = Load("litecoind-0.21.2.1-regtest.txt");

    private static List<CapturedFrame> Load(string name)
    {
        using var reader = new StreamReader(typeof(CapturedFrame).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(' '))
            .Select(parts => new CapturedFrame(parts[0] == "<", parts[1], Convert.FromHexString(parts[2])))
            .ToList();
    }
}
