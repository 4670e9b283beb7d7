namespace Peers.TestKit;

/// <summary>Derives independent random sources from one seed, so that one more draw in one place moves no other place.</summary>
internal static class Seeds
{
    // string.GetHashCode differs from process to process; FNV-1a does not.
    public static Random Derive(int seed, string purpose)
    {
        var hash = 2166136261u;
        foreach (var character in purpose)
            hash = (hash ^ character) * 16777619u;
        return new Random(unchecked((int)((hash ^ (uint)seed) * 2654435761u)));
    }

    public static uint Fingerprint(ReadOnlySpan<byte> bytes)
    {
        var hash = 2166136261u;
        foreach (var value in bytes)
            hash = (hash ^ value) * 16777619u;
        return hash;
    }
}
