using System.Runtime.InteropServices;
using Peers.Wire;

namespace Peers;

/// <summary>
/// 64 bits that stand for an item in a table, whatever bits say how it is sent. Two items that share them are taken for one, which among the few
/// thousand that are remembered happens once in 10^15 (Bitcoin Core accepts once in 10^6). A remote cannot look for such a pair, nor for hashes
/// that crowd one corner of a table: it does not know the seed.
/// </summary>
internal readonly record struct InventoryKey(ulong Value)
{
    /// <summary>The seed of the process's own hash codes. Nothing that can be seen depends on it.</summary>
    private static readonly (ulong First, ulong Second, ulong Third, ulong Fourth) Seed = (Part(1), Part(2), Part(3), Part(4));

    public static InventoryKey Of(in InventoryVector item)
    {
        var hash = item.Hash;
        return Of(item.Kind, in hash);
    }

    public static InventoryKey Of(InventoryKind kind, in Hash256 hash)
    {
        var words = MemoryMarshal.Cast<Hash256, ulong>(new ReadOnlySpan<Hash256>(in hash));
        var spread = (ulong)(kind & ~InventoryKind.WitnessFlag) * 0x9E3779B97F4A7C15;
        var first = Fold(words[0] ^ Seed.First ^ spread, words[1] ^ Seed.Second);
        return new InventoryKey(Fold(first ^ words[2] ^ Seed.Third, words[3] ^ Seed.Fourth));
    }

    private static ulong Fold(ulong one, ulong other)
    {
        var high = Math.BigMul(one, other, out var low);
        return high ^ low;
    }

    private static ulong Part(int number) =>
        ((ulong)(uint)HashCode.Combine(number) << 32) | (uint)HashCode.Combine(number, "an inventory key"u8.Length);
}
