namespace Peers.Wire;

/// <summary>
/// A block for those who know most of its transactions already (BIP 152): short ids, and in full what the receiver will lack.
/// What is missing after all is asked for by <c>getblocktxn</c>.
/// </summary>
/// <param name="Header">The block's header.</param>
/// <param name="Nonce">A random number that goes into the short ids; see <see cref="GetShortIdKey"/>.</param>
/// <param name="ShortIds">The transactions that are not prefilled, in the order of the block.</param>
/// <param name="PrefilledIndexes">Places in the block of the prefilled transactions, from 0, ascending.</param>
/// <param name="PrefilledTransactions">The prefilled transactions, as many as there are indexes; the coinbase at least.</param>
public sealed record CompactBlockMessage(
    BlockHeader Header,
    ulong Nonce,
    WireArray<ShortTransactionId> ShortIds,
    WireArray<ushort> PrefilledIndexes,
    TransactionList PrefilledTransactions) : Message
{
    /// <inheritdoc/>
    public override string Command => "cmpctblock";

    /// <summary>Transactions of the block.</summary>
    public int TransactionCount => ShortIds.Length + PrefilledIndexes.Length;

    /// <summary>Makes the compact form of a block, with its coinbase prefilled.</summary>
    /// <param name="block">The block, of at most 65,535 transactions.</param>
    /// <param name="nonce">A random number.</param>
    /// <exception cref="ArgumentException">The block has no transactions.</exception>
    public static CompactBlockMessage Create(Block block, ulong nonce)
    {
        if (block.Transactions.Count == 0)
        {
            throw new ArgumentException("a block without a coinbase has no compact form", nameof(block));
        }

        var key = ShortIdKey.Of(block.Header, nonce);
        var ids = block.Transactions.Skip(1).Select(transaction => key.Compute(transaction.WitnessId));
        return new CompactBlockMessage(block.Header, nonce, ids.ToWireArray(), [0], [block.Transactions[0]]);
    }

    /// <summary>The key of this block's short ids.</summary>
    public ShortIdKey GetShortIdKey() => ShortIdKey.Of(Header, Nonce);

    /// <inheritdoc/>
    public override int GetPayloadSize(WireProtocol protocol) =>
        BlockHeader.Size + sizeof(ulong)
        + CompactSize.SizeOf(ShortIds.Length) + (ShortIds.Length * ShortTransactionId.Size)
        + CompactSize.SizeOf(PrefilledIndexes.Length) + DifferentialIndexes.GetSize(PrefilledIndexes) + PrefilledTransactions.GetSize(protocol);

    /// <inheritdoc/>
    /// <exception cref="WireException">
    /// <see cref="WireError.InvalidValue"/>: too many transactions, an index that does not ascend or is none of the block, or not one
    /// index for each prefilled transaction.
    /// </exception>
    public override void WritePayload(ref WireWriter writer)
    {
        CheckCounts();
        writer.WriteHeader(Header);
        writer.WriteUInt64(Nonce);
        writer.WriteCompactSize((ulong)ShortIds.Length);
        writer.WritePacked(ShortIds.Span);
        writer.WriteCompactSize((ulong)PrefilledIndexes.Length);
        for (var i = 0; i < PrefilledIndexes.Length; i++)
        {
            DifferentialIndexes.Write(ref writer, i == 0 ? -1 : PrefilledIndexes[i - 1], PrefilledIndexes[i], "cmpctblock.prefilled.index");
            PrefilledTransactions.Write(ref writer, i);
        }
    }

    internal static CompactBlockMessage Read(ref WireReader reader)
    {
        var header = reader.ReadHeader("cmpctblock.header");
        var nonce = reader.ReadUInt64("cmpctblock.nonce");
        var shortCount = reader.ReadCount(WireLimits.AnyCount, ShortTransactionId.Size, "cmpctblock.shortIds");
        CheckCount(reader, shortCount);
        var shortIds = reader.ReadPacked<ShortTransactionId>(shortCount, "cmpctblock.shortIds");
        var count = reader.ReadCount(WireLimits.AnyCount, 1 + TransactionLayout.MinimumSize, "cmpctblock.prefilled");
        CheckCount(reader, shortCount + count);
        var indexes = new ushort[count];
        var starts = new int[count];
        var first = reader.Position;
        var (size, strippedSize) = (0, 0);
        var witness = TransactionLayout.IsWitnessRead(reader);
        for (var i = 0; i < count; i++)
        {
            indexes[i] = ReadIndex(ref reader, i == 0 ? -1 : indexes[i - 1], shortCount + i);
            starts[i] = reader.Position - first;
            var layout = TransactionLayout.Read(ref reader, witness);
            size += layout.Length;
            strippedSize += layout.StrippedSize;
        }

        var transactions = new TransactionList(reader.Since(first).Memory, starts, witness, size, strippedSize);
        return new CompactBlockMessage(header, nonce, shortIds, WireArray.Own(indexes), transactions);
    }

    /// <summary>Reads an index; the short ids and the prefilled transactions before it are all that can lie before it.</summary>
    private static ushort ReadIndex(ref WireReader reader, int previous, int before)
    {
        var index = DifferentialIndexes.Read(ref reader, previous, "cmpctblock.prefilled.index");
        if (index > before)
        {
            reader.Fail(WireError.InvalidValue, "cmpctblock.prefilled.index", $"{index} with {before} transactions before it");
        }

        return index;
    }

    private static void CheckCount(in WireReader reader, int transactions)
    {
        if (transactions > WireLimits.CompactBlockTransactions)
        {
            reader.Fail(WireError.InvalidValue, "cmpctblock.transactions", $"{transactions} of at most {WireLimits.CompactBlockTransactions}");
        }
    }

    private void CheckCounts()
    {
        if (PrefilledIndexes.Length != PrefilledTransactions.Count
            || TransactionCount > WireLimits.CompactBlockTransactions
            || (PrefilledIndexes.Length > 0 && PrefilledIndexes[^1] >= TransactionCount))
        {
            throw new WireException(
                WireError.InvalidValue, 0, "cmpctblock.prefilled",
                $"{PrefilledIndexes.Length} indexes, {PrefilledTransactions.Count} transactions, {ShortIds.Length} short ids");
        }
    }
}
