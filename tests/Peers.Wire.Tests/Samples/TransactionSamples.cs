using CsCheck;

namespace Peers.Wire.Tests.Samples;

[MessageSamples]
internal static class TransactionSamples
{
    private static readonly Gen<OutPoint> Previous =
        Gen.Frequency(
            (4, Gen.Select(SampleValues.Hash, Gen.UInt).Select((id, index) => new OutPoint(id, index))),
            (1, Gen.Const(OutPoint.Null)));

    private static readonly Gen<WireArray<Bytes>> Witness =
        Gen.Frequency((1, Gen.Const(WireArray<Bytes>.Empty)), (1, SampleValues.ListOf(SampleValues.BytesUpTo(80), 3)));

    private static readonly Gen<TransactionInput> Input =
        Gen.Select(Previous, SampleValues.BytesUpTo(300), Gen.UInt, Witness)
            .Select((previous, script, sequence, witness) => new TransactionInput(previous, script, sequence, witness));

    private static readonly Gen<TransactionOutput> Output =
        Gen.Select(Gen.Long, SampleValues.BytesUpTo(40)).Select((value, script) => new TransactionOutput(value, script));

    // Without inputs there may be no outputs: a reader that knows witnesses takes their count for a flag.
    private static readonly Gen<Transaction> Empty =
        Gen.Select(Gen.Int, Gen.UInt).Select((version, lockTime) => Wire.Transaction.Create(version, [], [], lockTime));

    public static Gen<Transaction> Transaction { get; } = Gen.Frequency(
        (9, Gen.Select(Gen.Int, Input.Array[1, 3], Output.Array[0, 3], Gen.UInt)
            .Select((version, inputs, outputs, lockTime) =>
                Wire.Transaction.Create(version, inputs.ToWireArray(), outputs.ToWireArray(), lockTime))),
        (1, Empty));

    public static Gen<TransactionList> Transactions { get; } = Transaction.Array[0, 4].Select(list => TransactionList.Create(list));

    public static Gen<Block> Block { get; } =
        Gen.Select(SampleValues.Header, Transactions).Select((header, transactions) => Wire.Block.Create(header, transactions));

    public static Gen<PartialMerkleTree> MerkleTree { get; } =
        Gen.Select(SampleValues.Hash, Gen.Bool).Array[1, 20]
            .Select(leaves => PartialMerkleTree.Create(
                Array.ConvertAll(leaves, leaf => leaf.Item1), Array.ConvertAll(leaves, leaf => leaf.Item2)));

    private static readonly Gen<Message> Compact =
        Gen.Select(SampleValues.Header, Gen.ULong, Gen.ULong.Array[0, 6], Gen.Select(Gen.UShort[0, 2], Transaction).Array[0, 3])
            .Select((header, nonce, shortIds, prefilled) => (Message)MakeCompact(header, nonce, shortIds, prefilled));

    public static IReadOnlyDictionary<string, Gen<Message>> All { get; } = new Dictionary<string, Gen<Message>>
    {
        ["tx"] = Transaction.Select(transaction => (Message)new TransactionMessage(transaction)),
        ["block"] = Block.Select(block => (Message)new BlockMessage(block)),
        ["merkleblock"] = Gen.Select(SampleValues.Header, MerkleTree)
            .Select((header, tree) => (Message)new MerkleBlockMessage(header, tree)),
        ["cmpctblock"] = Compact,
        ["getblocktxn"] = Gen.Select(SampleValues.Hash, Gen.UShort.HashSet[0, 10])
            .Select((block, indexes) => (Message)new GetBlockTransactionsMessage(block, indexes.Order().ToWireArray())),
        ["blocktxn"] = Gen.Select(SampleValues.Hash, Transactions)
            .Select((block, transactions) => (Message)new BlockTransactionsMessage(block, transactions)),
    };

    /// <summary>Each prefilled transaction skips as many short ids as it says, while there are any.</summary>
    private static CompactBlockMessage MakeCompact(
        BlockHeader header, ulong nonce, ulong[] shortIds, (ushort Skip, Transaction Transaction)[] prefilled)
    {
        var (indexes, next, skipped) = (new List<ushort>(), 0, 0);
        foreach (var (skip, _) in prefilled)
        {
            var taken = Math.Min(skip, shortIds.Length - skipped);
            skipped += taken;
            next += taken;
            indexes.Add((ushort)next++);
        }

        return new CompactBlockMessage(
            header, nonce, shortIds.Select(id => new ShortTransactionId(id)).ToWireArray(), indexes.ToWireArray(),
            TransactionList.Create(Array.ConvertAll(prefilled, item => item.Transaction)));
    }
}
