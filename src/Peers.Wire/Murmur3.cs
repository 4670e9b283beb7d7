using System.Buffers.Binary;
using System.Numerics;

namespace Peers.Wire;

/// <summary>The hash of bloom filters (BIP 37): MurmurHash3, 32 bits.</summary>
internal static class Murmur3
{
    private const uint First = 0xCC9E2D51;
    private const uint Second = 0x1B873593;

    public static uint Hash(uint seed, ReadOnlySpan<byte> data)
    {
        var hash = seed;
        var rest = data;
        for (; rest.Length >= sizeof(uint); rest = rest[sizeof(uint)..])
        {
            hash ^= Mixed(BinaryPrimitives.ReadUInt32LittleEndian(rest));
            hash = (BitOperations.RotateLeft(hash, 13) * 5) + 0xE6546B64;
        }

        if (rest.Length > 0)
        {
            Span<byte> last = stackalloc byte[sizeof(uint)];
            last.Clear();
            rest.CopyTo(last);
            hash ^= Mixed(BinaryPrimitives.ReadUInt32LittleEndian(last));
        }

        hash ^= (uint)data.Length;
        hash = (hash ^ (hash >> 16)) * 0x85EBCA6B;
        hash = (hash ^ (hash >> 13)) * 0xC2B2AE35;
        return hash ^ (hash >> 16);
    }

    private static uint Mixed(uint word) => BitOperations.RotateLeft(word * First, 15) * Second;
}
