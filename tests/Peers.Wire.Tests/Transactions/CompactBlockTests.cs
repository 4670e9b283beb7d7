using System.Runtime.CompilerServices;
using Peers.Wire.Tests.Samples;

namespace Peers.Wire.Tests.Transactions;

public sealed class CompactBlockTests
{
    private const string Header =
        "000000205a54771c6a1a2bcc8f3412184f319dc02f7258b56fd5060100000000000000001de7a03cefe565d11cdfa369f6ffe59b9368a257203726c9cc363d31b4"
        + "e3c2ebca4f3c58d4e6031830ccfd80";

    private const string Transaction =
        "01000000015fe01688dd8ae4428e21835c0e1b7af571c4223658d94da0c123e6fd7399862a010000006b483045022100f9e6d1bd3c9f54dcc72405994ec9ac2795"
        + "878dd0b3cfbdc52bed28c2737fbecc02201fd68deab17bfaef1626e232cc4488dc273ba6fa5d807712b111d017cb96e0990121021fff64d1a21ede90d77cafa35f"
        + "e7621db8aa433d947267980b395c35d23bd87fffffffff021ea56f72000000001976a9146fae1c8e7a648fff905dfdac9b019d3e887d7e8f88ac80f0fa02000000"
        + "001976a9147f29b567c7dd9fc59cd3a7f716914966cc91ffa188ac00000000";

    private const string EmptyTransaction = "01000000" + "0000" + "00000000";
    private static readonly string Start = Header + "0000000000000000";

    [Fact(DisplayName = "SipHash-2-4 of 32 bytes is that of its authors' test vectors")]
    public void SipHash_is_that_of_its_authors()
    {
        // Aumasson and Bernstein's reference vectors: key 00..0f, message 00..1f; Bitcoin Core's hash_tests use the same.
        var hash = new Hash256([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);
        Assert.Equal(0x7127512F72F27CCEul, new ShortIdKey(0x0706050403020100, 0x0F0E0D0C0B0A0908).Hash(hash));
    }

    [Fact(DisplayName = "The short id of a real transaction is that which Parity's tests publish")]
    public void Short_ids_are_those_published()
    {
        var header = ReadHeader();
        var transaction = Wire.Transaction.Decode(Convert.FromHexString(Transaction));
        var id = ShortIdKey.Of(header, 13450019974716797918).Compute(transaction.WitnessId);

        Assert.Equal("fa755807ab9f3ca8a9b25982570700f3f94bb0627f373893c3cfe79b5cf16def", transaction.Id.ToString());
        Assert.Equal("008f8b8b6e03", id.ToString());
        Assert.Equal(0x008F8B8B6E03ul, id.Value);
    }

    [Fact(DisplayName = "The compact form of a block is that which rust-bitcoin publishes")]
    public void The_compact_form_is_that_published()
    {
        var block = Block.Decode(Convert.FromHexString(TransactionVectors.CompactBlockSource));
        var message = CompactBlockMessage.Create(block, 18053200567810711460);

        Assert.Equal(TransactionVectors.CompactBlock, Convert.ToHexStringLower(Payloads.Encode(message)));
        Assert.Equal(message, Payloads.Decode<CompactBlockMessage>("cmpctblock", TransactionVectors.CompactBlock));
        Assert.Equal(2, message.TransactionCount);
        Assert.Equal(message.GetShortIdKey().Compute(block.Transactions[1].WitnessId), message.ShortIds[0]);
        Assert.Equal(block.Transactions[0], message.PrefilledTransactions[0]);
    }

    [Fact(DisplayName = "A regtest node's blocktxn is read and written")]
    public void A_published_blocktxn_is_read()
    {
        var message = Payloads.Decode<BlockTransactionsMessage>("blocktxn", TransactionVectors.BlockTransactions);

        Assert.Equal(TransactionVectors.BlockTransactions, Convert.ToHexStringLower(Payloads.Encode(message)));
        Assert.True(Assert.Single(message.Transactions).IsCoinbase);
    }

    [Fact(DisplayName = "A short id has the layout of the wire")]
    public void Short_ids_are_packed()
    {
        Assert.Equal(ShortTransactionId.Size, Unsafe.SizeOf<ShortTransactionId>());
        Assert.Equal(0xFFFF_FFFF_FFFFul, new ShortTransactionId(ulong.MaxValue).Value);
    }

    [Fact(DisplayName = "Prefilled indexes are distances on the wire and places in the message")]
    public void Prefilled_indexes_are_differential()
    {
        var hex = Start + "02" + "010000000000" + "020000000000" + "03" + "00" + EmptyTransaction + "01" + EmptyTransaction + "01" + EmptyTransaction;
        var message = Payloads.Decode<CompactBlockMessage>("cmpctblock", hex);

        Assert.Equal([0, 2, 4], message.PrefilledIndexes);
        Assert.Equal(5, message.TransactionCount);
        Assert.Equal(hex, Convert.ToHexStringLower(Payloads.Encode(message)));
    }

    [Theory(DisplayName = "A prefilled transaction that cannot be where it says is refused")]
    [InlineData("00" + "01" + "01" + EmptyTransaction)]
    [InlineData("01" + "010000000000" + "01" + "02" + EmptyTransaction)]
    [InlineData("00" + "02" + "00" + EmptyTransaction + "01" + EmptyTransaction)]
    [InlineData("00" + "01" + "fdffff" + EmptyTransaction)]
    [InlineData("00" + "01" + "fe00000100" + EmptyTransaction)]
    [InlineData("00" + "01" + "ffffffffffffffffff" + EmptyTransaction)]
    [InlineData("00" + "02" + "00" + EmptyTransaction + "fdffff" + EmptyTransaction)]
    public void Impossible_indexes_are_refused(string rest)
    {
        var error = Payloads.Refused("cmpctblock", [.. Convert.FromHexString(Start + rest), .. new byte[8]]);
        Assert.Equal(WireError.InvalidValue, error.Error);
        Assert.Equal("cmpctblock.prefilled.index", error.Field);
    }

    [Fact(DisplayName = "65,535 transactions are the most that a compact block names")]
    public void The_number_of_transactions_is_bounded()
    {
        byte[] most = [.. Convert.FromHexString(Start + "fdffff"), .. new byte[65_535 * 6], 0];
        Assert.Equal(65_535, Assert.IsType<CompactBlockMessage>(Payloads.Decode("cmpctblock", most)).TransactionCount);

        byte[] more = [.. Convert.FromHexString(Start + "fe00000100"), .. new byte[65_536 * 6], 0];
        Assert.Equal(WireError.InvalidValue, Payloads.Refused("cmpctblock", more).Error);

        byte[] together = [.. most[..^1], 1, .. Convert.FromHexString("00" + EmptyTransaction)];
        Assert.Equal(WireError.InvalidValue, Payloads.Refused("cmpctblock", together).Error);
    }

    [Fact(DisplayName = "A compact block that does not hold together is not written")]
    public void Inconsistent_messages_are_not_written()
    {
        var empty = Wire.Transaction.Create(1, [], [], 0);
        var header = ReadHeader();
        NotWritten(new CompactBlockMessage(header, 0, [], [0], []));
        NotWritten(new CompactBlockMessage(header, 0, [], [1], [empty]));
        NotWritten(new CompactBlockMessage(header, 0, [], [0, 0], [empty, empty]));
        NotWritten(new CompactBlockMessage(header, 0, new ShortTransactionId[65_536].ToWireArray(), [], []));
        NotWritten(new GetBlockTransactionsMessage(Hash256.Zero, [2, 1]));
    }

    [Fact(DisplayName = "Indexes of getblocktxn are distances on the wire, and stay within 16 bits")]
    public void Requested_indexes_are_differential()
    {
        var hash = new string('0', 64);
        var message = Payloads.Decode<GetBlockTransactionsMessage>("getblocktxn", hash + "04" + "00" + "00" + "01" + "fdfbff");

        Assert.Equal([0, 1, 3, 65_535], message.Indexes);
        Assert.Equal(hash + "0400" + "00" + "01" + "fdfbff", Convert.ToHexStringLower(Payloads.Encode(message)));
        Assert.Equal(WireError.InvalidValue, Payloads.Refused("getblocktxn", Convert.FromHexString(hash + "02" + "00" + "fdffff")).Error);
        Assert.Equal(WireError.InvalidValue, Payloads.Refused("getblocktxn", Convert.FromHexString(hash + "02" + "fdffff" + "00")).Error);
        Assert.Equal(WireError.InvalidValue, Payloads.Refused("getblocktxn", Convert.FromHexString(hash + "01" + "fe00000100")).Error);

        byte[] all = [.. Convert.FromHexString(hash + "fe00000100"), .. new byte[65_536]];
        Assert.Equal(65_536, Assert.IsType<GetBlockTransactionsMessage>(Payloads.Decode("getblocktxn", all)).Indexes.Length);
        byte[] more = [.. Convert.FromHexString(hash + "fe01000100"), .. new byte[65_537]];
        Assert.Equal(WireError.InvalidValue, Payloads.Refused("getblocktxn", more).Error);
    }

    private static BlockHeader ReadHeader() => Block.Decode(Convert.FromHexString(Header + "00")).Header;

    private static void NotWritten(Message message) =>
        Assert.Equal(WireError.InvalidValue, Assert.Throws<WireException>(() => Payloads.Encode(message)).Error);
}
