namespace Peers.Wire;

/// <summary>Answers <c>getblocktxn</c> with the transactions asked for, in the order asked for (BIP 152).</summary>
/// <param name="BlockHash">The block.</param>
/// <param name="Transactions">Its transactions.</param>
public sealed record BlockTransactionsMessage(Hash256 BlockHash, TransactionList Transactions) : Message
{
    /// <inheritdoc/>
    public override string Command => "blocktxn";

    /// <inheritdoc/>
    public override int GetPayloadSize(WireProtocol protocol) =>
        Hash256.Length + CompactSize.SizeOf(Transactions.Count) + Transactions.GetSize(protocol);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.WriteHash(BlockHash);
        writer.WriteCompactSize((ulong)Transactions.Count);
        Transactions.Write(ref writer);
    }

    internal static BlockTransactionsMessage Read(ref WireReader reader) =>
        new(reader.ReadHash("blocktxn.block"), TransactionList.Read(ref reader, "blocktxn.transactions"));
}
