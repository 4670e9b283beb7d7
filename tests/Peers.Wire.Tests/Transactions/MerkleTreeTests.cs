using CsCheck;
using Peers.Wire.Tests.Samples;

namespace Peers.Wire.Tests.Transactions;

public sealed class MerkleTreeTests
{
    private static readonly Hash256[] Ids = [.. Enumerable.Range(0, 12).Select(i => Hash256.OfDouble([(byte)i]))];

    [Fact(DisplayName = "The root of one leaf is that leaf, of two the hash of both, of none zero")]
    public void Small_trees()
    {
        Assert.Equal(Hash256.Zero, MerkleTree.ComputeRoot([]));
        Assert.Equal(Ids[0], MerkleTree.ComputeRoot([Ids[0]]));
        Assert.Equal(Hash256.OfDouble([.. Ids[0].ToArray(), .. Ids[1].ToArray()]), MerkleTree.ComputeRoot(Ids.AsSpan(0, 2)));
        Assert.Equal(
            MerkleTree.Combine(MerkleTree.Combine(Ids[0], Ids[1]), MerkleTree.Combine(Ids[2], Ids[2])),
            MerkleTree.ComputeRoot(Ids.AsSpan(0, 3)));
    }

    [Theory(DisplayName = "A list whose end is repeated has the same root and is seen to be mutated (CVE-2012-2459)")]
    [InlineData(3, 1)]
    [InlineData(5, 1)]
    [InlineData(6, 2)]
    [InlineData(10, 2)]
    [InlineData(12, 4)]
    public void Mutations_are_seen(int count, int repeated)
    {
        var leaves = Ids.AsSpan(0, count);
        Hash256[] longer = [.. leaves, .. leaves[^repeated..]];

        var root = MerkleTree.ComputeRoot(leaves, out var mutated);
        Assert.False(mutated);
        Assert.Equal(root, MerkleTree.ComputeRoot(longer, out mutated));
        Assert.True(mutated);
    }

    [Fact(DisplayName = "Bitcoin Core's merkleblock of one transaction proves it")]
    public void A_published_proof_of_one()
    {
        var message = Payloads.Decode<MerkleBlockMessage>("merkleblock", TransactionVectors.MerkleBlockOfOne);
        var proof = message.Tree.Extract();

        Assert.Equal(TransactionVectors.MerkleBlockOfOne, Convert.ToHexStringLower(Payloads.Encode(message)));
        Assert.Equal("000000000000dab0130bbcc991d3d7ae6b81aa6f50a798888dfe62337458dc45", message.Header.ComputeHash().ToString());
        Assert.Equal(message.Header.MerkleRoot, proof.Root);
        Assert.Equal([new MerkleMatch(0, Hash256.Parse("63194f18be0af63f2c6bc9dc0f777cbefed3d9415c4af83f3ee3a3d669c00cb5"))], proof.Matches);
    }

    [Fact(DisplayName = "A published merkleblock proves transactions 0, 1, 2 and 6 of 12")]
    public void A_published_proof_of_four()
    {
        var message = Payloads.Decode<MerkleBlockMessage>("merkleblock", TransactionVectors.MerkleBlockOfTwelve);
        var proof = message.Tree.Extract();

        Assert.Equal(TransactionVectors.MerkleBlockOfTwelve, Convert.ToHexStringLower(Payloads.Encode(message)));
        Assert.Equal(12u, message.Tree.TransactionCount);
        Assert.Equal(message.Header.MerkleRoot, proof.Root);
        Assert.Equal([0, 1, 2, 6], proof.Matches.Select(match => match.Index));
        Assert.Equal("bb28a1a5b3a02e7657a81c38355d56c6f05e80b9219432e3352ddcfc3cb6304c", proof.Matches[0].Id.ToString());
    }

    [Fact(DisplayName = "Whatever is chosen is proved, and nothing else")]
    public void Trees_prove_what_they_were_made_for() => Gen.Select(SampleValues.Hash, Gen.Bool).Array[1, 40].Sample(
        leaves =>
        {
            var ids = Array.ConvertAll(leaves, leaf => leaf.Item1);
            var proof = PartialMerkleTree.Create(ids, Array.ConvertAll(leaves, leaf => leaf.Item2)).Extract();

            Assert.Equal(MerkleTree.ComputeRoot(ids), proof.Root);
            Assert.Equal(
                leaves.Index().Where(leaf => leaf.Item.Item2).Select(leaf => new MerkleMatch(leaf.Index, leaf.Item.Item1)), proof.Matches);
        },
        iter: 300);

    [Fact(DisplayName = "A proof that is damaged in any bit proves nothing under the same root")]
    public void Damaged_proofs_fail() => TransactionSamples.MerkleTree.Sample(
        tree =>
        {
            var expected = tree.Extract();
            var hashes = tree.Hashes.Span.ToArray();
            for (var i = 0; i < hashes.Length; i++)
            {
                var bytes = hashes[i].ToArray();
                bytes[i % 32] ^= 1;
                var damaged = tree with { Hashes = hashes.Select((hash, at) => at == i ? new Hash256(bytes) : hash).ToWireArray() };
                Assert.NotEqual(expected.Root, damaged.Extract().Root);
            }
        },
        iter: 100);

    [Fact(DisplayName = "Hashes and flags that are missing or left over, and impossible counts, are refused")]
    public void Impossible_trees_are_refused()
    {
        var tree = PartialMerkleTree.Create(Ids, [.. Ids.Select((_, i) => i is 0 or 5)]);
        tree.Extract();

        Refused(tree with { TransactionCount = 0 });
        Refused(tree with { TransactionCount = 16_667 });
        Refused(tree with { TransactionCount = uint.MaxValue });
        Refused(tree with { TransactionCount = 24 });
        Refused(tree with { TransactionCount = 5 });
        Refused(tree with { Hashes = [.. tree.Hashes, Ids[0]] });
        Refused(tree with { Hashes = tree.Hashes.Span[..^1].ToArray().ToWireArray() });
        Refused(tree with { Hashes = [], Flags = Bytes.Empty });
        Refused(tree with { Flags = Bytes.Empty });
        Refused(tree with { Flags = new byte[] { 0xFF } });
        Refused(tree with { Flags = (byte[])[.. tree.Flags.Span, 0] });
        Refused(new PartialMerkleTree(1, [Ids[0], Ids[1]], new byte[] { 1 }));
        Refused(new PartialMerkleTree(3, [Ids[0], Ids[1], Ids[2]], new byte[] { 1 }));
        Refused(new PartialMerkleTree(uint.MaxValue, [Ids[0]], new byte[] { 1 }));
    }

    [Fact(DisplayName = "Two equal neighbours are refused (CVE-2012-2459)")]
    public void Equal_neighbours_are_refused() =>
        Assert.Equal("merkleblock.hashes", Refused(PartialMerkleTree.Create([Ids[0], Ids[0]], [true, true])).Field);

    [Fact(DisplayName = "A tree of no transactions can be made and proves nothing")]
    public void An_empty_tree_proves_nothing() => Refused(PartialMerkleTree.Create([], []));

    [Fact(DisplayName = "Each id is either proved or not")]
    public void Matches_are_as_many_as_ids() => Assert.Throws<ArgumentException>(() => PartialMerkleTree.Create(Ids, [true]));

    private static WireException Refused(PartialMerkleTree tree)
    {
        var error = Assert.Throws<WireException>(tree.Extract);
        Assert.Equal(WireError.InvalidValue, error.Error);
        return error;
    }
}
