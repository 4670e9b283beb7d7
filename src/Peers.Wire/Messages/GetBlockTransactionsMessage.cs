namespace Peers.Wire;

/// <summary>Asks for the transactions of a compact block that the asker lacks; answered by <c>blocktxn</c> (BIP 152).</summary>
/// <param name="BlockHash">The block.</param>
/// <param name="Indexes">Places of the transactions in the block, from 0, ascending.</param>
public sealed record GetBlockTransactionsMessage(Hash256 BlockHash, WireArray<ushort> Indexes) : Message
{
    /// <inheritdoc/>
    public override string Command => "getblocktxn";

    /// <inheritdoc/>
    public override int GetPayloadSize(WireProtocol protocol) =>
        Hash256.Length + CompactSize.SizeOf(Indexes.Length) + DifferentialIndexes.GetSize(Indexes);

    /// <inheritdoc/>
    /// <exception cref="WireException"><see cref="WireError.InvalidValue"/>: the indexes do not ascend.</exception>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.WriteHash(BlockHash);
        writer.WriteCompactSize((ulong)Indexes.Length);
        var previous = -1;
        foreach (var index in Indexes)
        {
            DifferentialIndexes.Write(ref writer, previous, index, "getblocktxn.indexes");
            previous = index;
        }
    }

    internal static GetBlockTransactionsMessage Read(ref WireReader reader)
    {
        var block = reader.ReadHash("getblocktxn.block");
        var count = reader.ReadCount(WireLimits.AnyCount, 1, "getblocktxn.count");
        if (count > DifferentialIndexes.Maximum)
        {
            reader.Fail(WireError.InvalidValue, "getblocktxn.count", $"{count} indexes of 16 bits");
        }

        var indexes = new ushort[count];
        var previous = -1;
        foreach (ref var index in indexes.AsSpan())
        {
            index = DifferentialIndexes.Read(ref reader, previous, "getblocktxn.indexes");
            previous = index;
        }

        return new GetBlockTransactionsMessage(block, WireArray.Own(indexes));
    }
}
