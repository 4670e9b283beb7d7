namespace Peers.TestKit;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood 2014): a stream of draws in eight bytes. A <see cref="Random"/> with a seed is 2.5 KB, and every
/// connection has four streams, so that what one draws moves no other.
/// </summary>
internal struct SeededDraws(ulong seed)
{
    private const ulong Golden = 0x9e3779b97f4a7c15;

    private ulong _state = seed;

    /// <summary>The stream <paramref name="number"/> of a family: neighbouring numbers give unrelated streams.</summary>
    public static SeededDraws Stream(ulong family, ulong number) => new(Mix(family + (number * Golden)));

    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }

    public ulong Next() => Mix(_state += Golden);

    /// <summary>From 0 to below <paramref name="limit"/>.</summary>
    public long Next(long limit) => (long)Math.BigMul(Next(), (ulong)limit, out _);

    /// <summary>From 0 to below 1, in steps of 2⁻⁵³.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));
}
