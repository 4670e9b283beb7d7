using System.Buffers;
using System.Runtime.InteropServices;

namespace Peers.Wire;

/// <summary>The binary tree of hashes whose root stands in a block's header.</summary>
public static class MerkleTree
{
    /// <summary>The root over those hashes; zero when there are none.</summary>
    public static Hash256 ComputeRoot(ReadOnlySpan<Hash256> leaves) => ComputeRoot(leaves, out _);

    /// <summary>The root over those hashes; zero when there are none.</summary>
    /// <param name="leaves">Ids in the order of the block.</param>
    /// <param name="mutated">
    /// Whether two neighbours are equal, so that a shorter list has the same root: the list may have been tampered with, and the
    /// block must not be called invalid for good (CVE-2012-2459).
    /// </param>
    public static Hash256 ComputeRoot(ReadOnlySpan<Hash256> leaves, out bool mutated)
    {
        mutated = false;
        if (leaves.IsEmpty)
        {
            return Hash256.Zero;
        }

        // One place more than there are leaves, for the last of an odd level counts twice.
        var rented = ArrayPool<Hash256>.Shared.Rent(leaves.Length + 1);
        leaves.CopyTo(rented);
        for (var count = leaves.Length; count > 1; count = (count + 1) / 2)
        {
            HashLevel(rented, count, ref mutated);
        }

        var root = rented[0];
        ArrayPool<Hash256>.Shared.Return(rented);
        return root;
    }

    /// <summary>The node above two nodes.</summary>
    internal static Hash256 Combine(Hash256 left, Hash256 right) =>
        DoubleSha256.Hash(MemoryMarshal.AsBytes<Hash256>([left, right]));

    private static void HashLevel(Span<Hash256> nodes, int count, ref bool mutated)
    {
        if (count % 2 == 1)
        {
            nodes[count] = nodes[count - 1];
        }

        for (var i = 0; i < count; i += 2)
        {
            mutated |= i + 1 < count && nodes[i] == nodes[i + 1];
            nodes[i / 2] = DoubleSha256.Hash(MemoryMarshal.AsBytes(nodes.Slice(i, 2)));
        }
    }
}
