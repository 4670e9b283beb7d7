using System.Runtime.CompilerServices;
using Peers.Wire.Tests.Samples;

namespace Peers.Wire.Tests.Transactions;

public sealed class TransactionTests
{
    private const string Input = "0000000000000000000000000000000000000000000000000000000000000000" + "00000000" + "00" + "ffffffff";
    private const string Output = "0000000000000000" + "00";

    public static TheoryData<string> Published =>
    [
        TransactionVectors.NativeKeyHash, TransactionVectors.NestedKeyHash, TransactionVectors.NativeScriptHash,
        TransactionVectors.WitnessWithIds, TransactionVectors.FirstMultisignature, TransactionVectors.ZeroSequence,
        TransactionVectors.SmallCoinbase,
    ];

    [Theory(DisplayName = "A published transaction, taken apart and put together again, has the same bytes and ids")]
    [MemberData(nameof(Published))]
    public void Published_transactions_are_rebuilt_from_their_parts(string hex)
    {
        var transaction = Decode(hex);
        var rebuilt = Transaction.Create(transaction.Version, transaction.Inputs, transaction.Outputs, transaction.LockTime);

        Assert.Equal(hex, Convert.ToHexStringLower(rebuilt.ToArray()));
        Assert.Equal(transaction, rebuilt);
        Assert.Equal(transaction.GetHashCode(), rebuilt.GetHashCode());
        Assert.Equal(transaction.Id, rebuilt.Id);
        Assert.Equal(transaction.WitnessId, rebuilt.WitnessId);
        Assert.Equal(Hash256.OfDouble(transaction.ToArray()), transaction.WitnessId);
        Assert.Equal(hex, new TransactionMessage(transaction).Transaction.Bytes.ToString());
        Assert.Equal(hex, Convert.ToHexStringLower(Payloads.Encode(new TransactionMessage(rebuilt))));
    }

    [Theory(DisplayName = "Without witnesses a published transaction keeps its id")]
    [MemberData(nameof(Published))]
    public void The_id_does_not_depend_on_witnesses(string hex)
    {
        var transaction = Decode(hex);
        var stripped = transaction.WithoutWitness();

        Assert.Equal(transaction.Id, stripped.Id);
        Assert.Equal(stripped.Id, stripped.WitnessId);
        Assert.Equal(transaction.StrippedSize, stripped.Size);
        Assert.Equal(transaction.HasWitness, !ReferenceEquals(transaction, stripped));
        Assert.Equal(stripped, Transaction.Decode(stripped.ToArray(), witness: false));
        Assert.Equal(stripped.ToArray(), Payloads.Encode(new TransactionMessage(transaction), WireProtocol.Latest with { Witness = false }));
    }

    [Fact(DisplayName = "BIP 143's signed transaction is what its unsigned one says, and a witness")]
    public void The_parts_of_a_published_transaction_are_read()
    {
        var transaction = Decode(TransactionVectors.NativeKeyHash);

        Assert.Equal(1, transaction.Version);
        Assert.Equal(17u, transaction.LockTime);
        Assert.True(transaction.HasWitness);
        Assert.False(transaction.IsCoinbase);
        Assert.Equal(2, transaction.Inputs.Length);
        Assert.Equal(
            new OutPoint(Hash256.Parse("9f96ade4b41d5433f4eda31e1738ec2b36f6e7d1420d94a6af99801a88f7f7ff"), 0), transaction.Inputs[0].Previous);
        Assert.Equal(0xFFFFFFEEu, transaction.Inputs[0].Sequence);
        Assert.Equal(0x49, transaction.Inputs[0].Script.Length);
        Assert.Equal(0, transaction.Inputs[0].Witness.Length);
        Assert.Equal(1u, transaction.Inputs[1].Previous.Index);
        Assert.Equal(0, transaction.Inputs[1].Script.Length);
        Assert.Equal(2, transaction.Inputs[1].Witness.Length);
        Assert.Equal(
            Bytes.FromHex("025476c2e83188368da1ff3e292e7acafcdb3566bb0ad253f62fc70f07aeee6357"), transaction.Inputs[1].Witness[1]);
        Assert.Equal(
            [
                new TransactionOutput(112_340_000, Bytes.FromHex("76a9148280b37df378db99f66f85c95a783a76ac7a6d5988ac")),
                new TransactionOutput(223_450_000, Bytes.FromHex("76a9143bde42dbee7e4dbe6a21b2d50ce2f0167faa815988ac")),
            ],
            transaction.Outputs);
    }

    [Fact(DisplayName = "Both ids, weight and virtual size are those that rust-bitcoin publishes")]
    public void Ids_and_sizes_are_those_published()
    {
        var transaction = Decode(TransactionVectors.WitnessWithIds);

        Assert.Equal("f5864806e3565c34d1b41e716f72609d00b55ea5eac5b924c9719a842ef42206", transaction.Id.ToString());
        Assert.Equal("80b7d8a82d5d5bf92905b06f2014dd699e03837ca172e3a59d51426ebbe3e7f5", transaction.WitnessId.ToString());
        Assert.Equal("7cac3cf9a112cf04901a51d605058615d56ffe6d04b45270e89d1720ea955859:1", transaction.Inputs[0].Previous.ToString());
        Assert.Equal(442, transaction.Weight);
        Assert.Equal(111, transaction.VirtualSize);
        Assert.Equal((442 - transaction.Size) / 3, transaction.StrippedSize);
        Assert.Equal(transaction.Id.ToString(), transaction.ToString());
    }

    [Theory(DisplayName = "Ids are those that Bitcoin Core's tests name")]
    [InlineData(TransactionVectors.FirstMultisignature, "23b397edccd3740a74adb603c9756370fafcde9bcc4483eb271ecad09a94dd63")]
    [InlineData(TransactionVectors.ZeroSequence, "c99c49da4c38af669dea436d3e73780dfdb6c1ecf9958baa52960e8baee30e73")]
    public void Legacy_ids_are_those_published(string hex, string id)
    {
        var transaction = Decode(hex);

        Assert.Equal(id, transaction.Id.ToString());
        Assert.Equal(transaction.Id, transaction.WitnessId);
        Assert.False(transaction.HasWitness);
        Assert.Equal(4 * transaction.Size, transaction.Weight);
        Assert.Equal(transaction.Size, transaction.VirtualSize);
    }

    [Fact(DisplayName = "A coinbase is known by its one input, which spends nothing")]
    public void Coinbases_are_known()
    {
        Assert.True(Decode(TransactionVectors.SmallCoinbase).IsCoinbase);
        Assert.True(Decode(TransactionVectors.SmallCoinbase).Inputs[0].Previous.IsNull);
        Assert.False(Decode(TransactionVectors.FirstMultisignature).IsCoinbase);
        Assert.False(Transaction.Create(1, [], [], 0).IsCoinbase);
        var input = new TransactionInput(OutPoint.Null, Bytes.Empty, TransactionInput.FinalSequence, []);
        Assert.False(Transaction.Create(1, [input, input], [], 0).IsCoinbase);
        Assert.True(Transaction.Create(1, [input with { Witness = [Bytes.Empty] }], [], 0).IsCoinbase);
    }

    [Fact(DisplayName = "An outpoint has the layout of the wire")]
    public void Outpoints_are_packed() => Assert.Equal(OutPoint.Size, Unsafe.SizeOf<OutPoint>());

    [Fact(DisplayName = "Ten bytes are a transaction with neither inputs nor outputs, in both forms")]
    public void The_empty_transaction_is_not_taken_for_a_witness_marker()
    {
        foreach (var witness in new[] { true, false })
        {
            var transaction = Transaction.Decode(Convert.FromHexString("02000000" + "00" + "00" + "07000000"), witness);
            Assert.Equal(TransactionLayout.MinimumSize, transaction.Size);
            Assert.Equal(2, transaction.Version);
            Assert.Equal(7u, transaction.LockTime);
            Assert.Equal(0, transaction.Inputs.Length);
            Assert.Equal(0, transaction.Outputs.Length);
            Assert.Equal(transaction, Transaction.Create(2, [], [], 7));
        }
    }

    [Theory(DisplayName = "A flag other than 01 is refused, whatever follows")]
    [InlineData("02")]
    [InlineData("03")]
    [InlineData("80")]
    [InlineData("ff")]
    public void Unknown_flags_are_refused(string flag)
    {
        var error = Refused("01000000" + "00" + flag + "01" + Input + "01" + Output + "0101aa" + "00000000");
        Assert.Equal(WireError.InvalidValue, error.Error);
        Assert.Equal("tx.flag", error.Field);
    }

    [Fact(DisplayName = "A witness marker with nothing but empty witnesses is refused")]
    public void Superfluous_witnesses_are_refused()
    {
        var error = Refused("01000000" + "0001" + "02" + Input + Input + "01" + Output + "0000" + "00000000");
        Assert.Equal(WireError.InvalidValue, error.Error);
        Assert.Equal("tx.witness", error.Field);

        // Without inputs there can be no witness either.
        Assert.Equal(WireError.InvalidValue, Refused("01000000" + "0001" + "00" + "00" + "00000000").Error);

        // An item of no bytes is a witness.
        var transaction = Decode("01000000" + "0001" + "02" + Input + Input + "01" + Output + "000100" + "00000000");
        Assert.Equal([Bytes.Empty], transaction.Inputs[1].Witness);
    }

    [Fact(DisplayName = "Where witnesses are not spoken, a count of no inputs means no inputs")]
    public void The_legacy_form_is_read_as_such()
    {
        const string hex = "01000000" + "00" + "01" + Output + "00000000";
        var protocol = WireProtocol.Latest with { Witness = false };

        var transaction = Transaction.Decode(Convert.FromHexString(hex), witness: false);
        Assert.Equal(0, transaction.Inputs.Length);
        Assert.Equal(1, transaction.Outputs.Length);
        Assert.False(transaction.HasWitness);
        Assert.Equal(transaction, Transaction.Create(1, [], [new TransactionOutput(0, Bytes.Empty)], 0));
        Assert.Equal(
            new TransactionMessage(transaction), Payloads.Decode("tx", Convert.FromHexString(hex), StrictnessPolicy.Btcd, protocol));

        // Bitcoin Core reads witnesses from anyone.
        Assert.Throws<WireException>(() => Payloads.Decode("tx", Convert.FromHexString(hex), StrictnessPolicy.Core, protocol));
        var witness = Convert.FromHexString(TransactionVectors.NativeKeyHash);
        Assert.Equal(witness, Payloads.Encode(Payloads.Decode("tx", witness, StrictnessPolicy.Core, protocol)));
        Assert.Throws<WireException>(() => Payloads.Decode("tx", witness, StrictnessPolicy.Btcd, protocol));
    }

    [Theory(DisplayName = "A count that the bytes left cannot hold is refused before anything is read")]
    [InlineData("01000000" + "fe00000002", "tx.inputs")]
    [InlineData("01000000" + "ffffffffffffffffff", "tx.inputs")]
    [InlineData("01000000" + "02" + Input, "tx.inputs")]
    [InlineData("01000000" + "01" + Input + "feffffff01", "tx.outputs")]
    [InlineData("01000000" + "01" + Input + "02" + Output + "00000000", "tx.outputs")]
    [InlineData("01000000" + "0001" + "01" + Input + "01" + Output + "fe00093d00" + "00000000", "tx.witness")]
    [InlineData("01000000" + "0001" + "01" + Input + "01" + Output + "01fd0004" + "00000000", "tx.witness.item")]
    [InlineData("01000000" + "01" + "000000000000000000000000000000000000000000000000000000000000000000000000" + "fd0010" + "ffffffff", "tx.input.script")]
    public void Impossible_counts_are_truncated(string hex, string field)
    {
        var error = Refused(hex);
        Assert.Equal(WireError.Truncated, error.Error);
        Assert.Equal(field, error.Field);
    }

    [Fact(DisplayName = "Bytes after a transaction are refused where it stands alone")]
    public void Decode_wants_exactly_one_transaction() =>
        Assert.Equal(WireError.TrailingBytes, Refused(TransactionVectors.SmallCoinbase + "00").Error);

    [Fact(DisplayName = "A script of megabytes and a million empty witness items are read in linear memory")]
    public void Large_parts_are_read()
    {
        var input = new TransactionInput(OutPoint.Null, new byte[3_000_000], 0, Enumerable.Repeat(Bytes.Empty, 900_000).ToWireArray());
        var transaction = Transaction.Create(1, [input], [], 0);
        var decoded = Transaction.Decode(transaction.ToArray());

        Assert.Equal(transaction, decoded);
        Assert.Equal([input], decoded.Inputs);
        Assert.Equal(transaction.WithoutWitness().WitnessId, decoded.Id);
    }

    [Fact(DisplayName = "Threads that ask at once for what is computed late all see the same")]
    public void Lazy_values_may_be_asked_for_by_many_threads()
    {
        for (var round = 0; round < 50; round++)
        {
            var transaction = Decode(TransactionVectors.WitnessWithIds);
            var block = Block.Decode(Convert.FromHexString(TransactionVectors.FourTransactions));
            Parallel.For(0, 8, _ =>
            {
                Assert.StartsWith("f5864806", transaction.ToString(), StringComparison.Ordinal);
                Assert.StartsWith("80b7d8a8", transaction.WitnessId.ToString(), StringComparison.Ordinal);
                Assert.Equal(1, transaction.Inputs.Length);
                Assert.Equal(1, transaction.Outputs.Length);
                Assert.Same(block.Transactions[3], block.Transactions[3]);
                Assert.StartsWith("000000005a4ded78", block.ToString(), StringComparison.Ordinal);
            });
        }
    }

    [Fact(DisplayName = "Transactions differ when any part differs")]
    public void Equality_is_by_bytes()
    {
        var transaction = Decode(TransactionVectors.NativeKeyHash);
        var other = Transaction.Create(transaction.Version, transaction.Inputs, transaction.Outputs, 18);

        Assert.NotEqual(transaction, other);
        Assert.NotEqual(transaction, transaction.WithoutWitness());
        Assert.False(transaction.Equals(null));
        Assert.False(transaction.Equals((object)"transaction"));
        Assert.True(transaction.Equals((object)Decode(TransactionVectors.NativeKeyHash)));
    }

    private static Transaction Decode(string hex) => Transaction.Decode(Convert.FromHexString(hex));

    private static WireException Refused(string hex) => Assert.Throws<WireException>(() => Decode(hex));
}
