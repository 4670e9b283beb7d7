namespace Peers.Wire;

/// <summary>Hash codes that are the same in every process, which <see cref="HashCode"/> is not: a seed must give the same trace.</summary>
internal static class StableHash
{
    private const uint Prime = 16777619;

    public static int Of(ReadOnlySpan<byte> bytes)
    {
        var hash = 2166136261u;
        foreach (var value in bytes)
        {
            hash = (hash ^ value) * Prime;
        }

        return (int)hash;
    }

    public static int Combine(int first, int second) => (int)((((uint)first ^ 2166136261u) * Prime ^ (uint)second) * Prime);
}
