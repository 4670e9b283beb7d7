namespace Peers.TestKit;

/// <summary>Derives independent random sources from one seed, so that one more draw in one place moves no other place.</summary>
internal static class Seeds
{
    private const uint Basis = 2166136261;
    private const uint Prime = 16777619;

    public static Random Derive(int seed, string purpose) => new(unchecked((int)((Hash(purpose) ^ (uint)seed) * 2654435761u)));

    // FNV-1a: string.GetHashCode differs from process to process.
    public static uint Hash(string text)
    {
        var hash = Basis;
        foreach (var character in text)
            hash = (hash ^ character) * Prime;
        return hash;
    }

    public static uint Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = Basis;
        foreach (var value in bytes)
            hash = (hash ^ value) * Prime;
        return hash;
    }
}
