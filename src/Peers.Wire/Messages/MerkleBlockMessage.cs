namespace Peers.Wire;

/// <summary>
/// A block's header and the proof of those transactions that match the remote's bloom filter (BIP 37). The transactions follow as
/// <c>tx</c>.
/// </summary>
/// <param name="Header">The header.</param>
/// <param name="Tree">The proof; see <see cref="PartialMerkleTree.Extract"/>.</param>
public sealed record MerkleBlockMessage(BlockHeader Header, PartialMerkleTree Tree) : Message
{
    /// <inheritdoc/>
    public override string Command => "merkleblock";

    /// <inheritdoc/>
    public override int GetPayloadSize(WireProtocol protocol) =>
        BlockHeader.Size + sizeof(uint)
        + CompactSize.SizeOf(Tree.Hashes.Length) + (Tree.Hashes.Length * Hash256.Length)
        + CompactSize.SizeOf(Tree.Flags.Length) + Tree.Flags.Length;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.WriteHeader(Header);
        writer.WriteUInt32(Tree.TransactionCount);
        writer.WriteCompactSize((ulong)Tree.Hashes.Length);
        writer.WriteHashes(Tree.Hashes);
        writer.WriteVariableBytes(Tree.Flags, WireLimits.AnyCount, "merkleblock.flags");
    }

    internal static MerkleBlockMessage Read(ref WireReader reader)
    {
        var header = reader.ReadHeader("merkleblock.header");
        var transactions = reader.ReadUInt32("merkleblock.transactions");
        var count = reader.ReadCount(WireLimits.AnyCount, Hash256.Length, "merkleblock.hashes.count");
        var hashes = reader.ReadHashes(count, "merkleblock.hashes");
        var flags = reader.ReadVariableBytes(WireLimits.AnyCount, "merkleblock.flags");
        return new MerkleBlockMessage(header, new PartialMerkleTree(transactions, hashes, flags));
    }
}
