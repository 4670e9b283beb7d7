using System.Collections;

namespace Peers.Wire;

/// <summary>A transaction that a <see cref="PartialMerkleTree"/> proves to be in its block.</summary>
/// <param name="Index">Its place in the block, from 0.</param>
/// <param name="Id">Its id (txid).</param>
public readonly record struct MerkleMatch(int Index, Hash256 Id);

/// <summary>What a <see cref="PartialMerkleTree"/> proves.</summary>
/// <param name="Root">The root; it must be that of the block's header, else nothing is proved.</param>
/// <param name="Matches">The transactions, in the order of the block.</param>
public sealed record MerkleProof(Hash256 Root, WireArray<MerkleMatch> Matches);

/// <summary>The part of a block's merkle tree that proves some of its transactions (BIP 37).</summary>
/// <param name="TransactionCount">Transactions of the block.</param>
/// <param name="Hashes">The nodes that the reader cannot compute, depth first.</param>
/// <param name="Flags">One bit for each node that is visited, depth first, the lowest of each byte first: whether something below matches.</param>
/// <remarks>
/// An inner node could be passed off as a transaction of 64 bytes (CVE-2017-12842): whoever depends on a proof also asks for one
/// of the coinbase, which shows the height of the tree.
/// </remarks>
public sealed record PartialMerkleTree(uint TransactionCount, WireArray<Hash256> Hashes, Bytes Flags)
{
    /// <summary>More transactions than fit into a block: its weight over that of the smallest useful one, 60 bytes.</summary>
    private const uint MaximumTransactions = 4_000_000 / (4 * 60);

    /// <summary>Makes the tree that proves the chosen transactions of a block.</summary>
    /// <param name="ids">Ids (txid) of all transactions of the block.</param>
    /// <param name="matches">Which are to be proved.</param>
    /// <exception cref="ArgumentException">The two are not equally long.</exception>
    public static PartialMerkleTree Create(ReadOnlySpan<Hash256> ids, ReadOnlySpan<bool> matches)
    {
        if (ids.Length != matches.Length)
        {
            throw new ArgumentException($"{matches.Length} matches for {ids.Length} ids", nameof(matches));
        }

        var builder = new Builder();
        if (!ids.IsEmpty)
        {
            builder.Add(ids, matches, HeightOf((uint)ids.Length));
        }

        var flags = new byte[(builder.Flags.Count + 7) / 8];
        new BitArray([.. builder.Flags]).CopyTo(flags, 0);
        return new PartialMerkleTree((uint)ids.Length, builder.Hashes.ToWireArray(), flags);
    }

    /// <summary>Computes the root and the transactions that are proved. Linear in the hashes, however large the counts.</summary>
    /// <exception cref="WireException">
    /// <see cref="WireError.InvalidValue"/>: no or too many transactions, hashes or flags that are missing or left over, or two
    /// equal neighbours (CVE-2012-2459).
    /// </exception>
    public MerkleProof Extract()
    {
        Check(TransactionCount is > 0 and <= MaximumTransactions, "merkleblock.transactions", "no or too many transactions");
        Check(Hashes.Length <= TransactionCount, "merkleblock.hashes", "more hashes than transactions");
        Check(Flags.Length * 8L >= Hashes.Length, "merkleblock.flags", "fewer flags than hashes");
        var traversal = new Traversal(this);
        var root = traversal.Visit(HeightOf(TransactionCount), 0);
        Check((traversal.FlagsUsed + 7) / 8 == Flags.Length, "merkleblock.flags", "flags are left over");
        Check(traversal.HashesUsed == Hashes.Length, "merkleblock.hashes", "hashes are left over");
        return new MerkleProof(root, traversal.Matches.ToWireArray());
    }

    private static int HeightOf(uint transactions)
    {
        var height = 0;
        while (WidthAt(transactions, height) > 1)
        {
            height++;
        }

        return height;
    }

    private static uint WidthAt(uint transactions, int height) => (uint)((transactions + (1UL << height) - 1) >> height);

    private static void Check(bool holds, string field, string detail)
    {
        if (!holds)
        {
            throw new WireException(WireError.InvalidValue, 0, field, detail);
        }
    }

    private sealed class Traversal(PartialMerkleTree tree)
    {
        public List<MerkleMatch> Matches { get; } = [];

        public int FlagsUsed { get; private set; }

        public int HashesUsed { get; private set; }

        public Hash256 Visit(int height, uint position)
        {
            Check(FlagsUsed < tree.Flags.Length * 8, "merkleblock.flags", "flags are missing");
            var matches = ((tree.Flags.Span[FlagsUsed / 8] >> (FlagsUsed % 8)) & 1) == 1;
            FlagsUsed++;
            if (height > 0 && matches)
            {
                return VisitBelow(height - 1, position * 2);
            }

            Check(HashesUsed < tree.Hashes.Length, "merkleblock.hashes", "hashes are missing");
            var hash = tree.Hashes[HashesUsed++];
            if (matches)
            {
                Matches.Add(new MerkleMatch((int)position, hash));
            }

            return hash;
        }

        private Hash256 VisitBelow(int height, uint position)
        {
            var left = Visit(height, position);
            if (position + 1 >= WidthAt(tree.TransactionCount, height))
            {
                return MerkleTree.Combine(left, left);
            }

            var right = Visit(height, position + 1);
            Check(left != right, "merkleblock.hashes", "two neighbours are equal");
            return MerkleTree.Combine(left, right);
        }
    }

    private sealed class Builder
    {
        public List<bool> Flags { get; } = [];

        public List<Hash256> Hashes { get; } = [];

        public void Add(ReadOnlySpan<Hash256> ids, ReadOnlySpan<bool> matches, int height)
        {
            var any = matches.Contains(true);
            Flags.Add(any);
            if (height == 0 || !any)
            {
                Hashes.Add(RootOf(ids, height));
                return;
            }

            var half = Math.Min(ids.Length, 1 << (height - 1));
            Add(ids[..half], matches[..half], height - 1);
            if (half < ids.Length)
            {
                Add(ids[half..], matches[half..], height - 1);
            }
        }

        /// <summary>The node at that height, also where the right edge of the tree is thinner than its height.</summary>
        private static Hash256 RootOf(ReadOnlySpan<Hash256> ids, int height)
        {
            var root = MerkleTree.ComputeRoot(ids);
            for (var reached = HeightOf((uint)ids.Length); reached < height; reached++)
            {
                root = MerkleTree.Combine(root, root);
            }

            return root;
        }
    }
}
