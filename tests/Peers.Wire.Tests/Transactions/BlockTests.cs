using Peers.Wire.Tests.Samples;

namespace Peers.Wire.Tests.Transactions;

public sealed class BlockTests
{
    [Theory(DisplayName = "A published block has its hash, its merkle root and, put together again, its bytes")]
    [InlineData(TransactionVectors.Genesis, "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f", 1)]
    [InlineData(TransactionVectors.BlockOne, "00000000839a8e6886ab5951d76f411475428afc90947ee320161bbf18eb6048", 1)]
    [InlineData(TransactionVectors.FourTransactions, "000000005a4ded781e667e06ceefafb71410b511fe0d5adc3e5a27ecbec34ae6", 4)]
    public void Published_blocks_are_read(string hex, string hash, int transactions)
    {
        var block = Decode(hex);

        Assert.Equal(hash, block.Hash.ToString());
        Assert.Equal(hash, block.ToString());
        Assert.Equal(transactions, block.Transactions.Count);
        Assert.Equal(block.Header.MerkleRoot, block.ComputeMerkleRoot(out var mutated));
        Assert.False(mutated);
        Assert.True(block.Transactions[0].IsCoinbase);
        Assert.Equal(0, block.Extension.Length);
        Assert.Equal(hex.Length / 2, block.Size);
        Assert.Equal(block.Size, block.StrippedSize);
        Assert.Equal(4 * block.Size, block.Weight);
        Assert.Same(block, block.WithoutWitness());
        Assert.Same(block.Transactions, block.Transactions.WithoutWitness());

        var rebuilt = Block.Create(block.Header, [.. block.Transactions]);
        Assert.Equal(hex, Convert.ToHexStringLower(rebuilt.ToArray()));
        Assert.Equal(block, rebuilt);
        Assert.Equal(block.GetHashCode(), rebuilt.GetHashCode());
        Assert.Equal(block.Transactions, rebuilt.Transactions);
        Assert.Equal(block.Transactions.GetHashCode(), rebuilt.Transactions.GetHashCode());
        Assert.Equal(hex, Convert.ToHexStringLower(Payloads.Encode(Payloads.Decode<BlockMessage>("block", hex))));
    }

    [Fact(DisplayName = "The first block is that of the main network, and pays to a coinbase of the third of January")]
    public void The_genesis_block_is_that_of_the_main_network()
    {
        var block = Decode(TransactionVectors.Genesis);

        Assert.Equal(BitcoinNetwork.Mainnet.GenesisHash, block.Hash);
        Assert.Equal("4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b", block.Transactions[0].Id.ToString());
        Assert.Equal(5_000_000_000, block.Transactions[0].Outputs[0].Value);
        Assert.Equal(block.Hash, Decode(TransactionVectors.BlockOne).Header.Previous);
    }

    [Fact(DisplayName = "Without witnesses a block keeps its hash and its merkle root")]
    public void Witnesses_are_stripped()
    {
        var block = Decode(TransactionVectors.CompactBlockSource);
        var legacy = WireProtocol.Latest with { Witness = false };
        var stripped = block.WithoutWitness();

        Assert.True(stripped.Size < block.Size);
        Assert.Equal(block.StrippedSize, stripped.Size);
        Assert.Equal((3 * stripped.Size) + block.Size, block.Weight);
        Assert.Equal(block.Hash, stripped.Hash);
        Assert.Equal(block.ComputeMerkleRoot(), stripped.ComputeMerkleRoot());
        Assert.NotEqual(block.ComputeWitnessMerkleRoot(), stripped.ComputeWitnessMerkleRoot());
        Assert.NotEqual(block, stripped);
        Assert.NotEqual(block.Transactions, stripped.Transactions);
        Assert.Equal(block.Transactions.WithoutWitness(), stripped.Transactions);
        Assert.Equal(stripped.ToArray(), Payloads.Encode(new BlockMessage(block), legacy));
        Assert.Equal(
            stripped.ToArray()[BlockHeader.Size..],
            Payloads.Encode(new BlockTransactionsMessage(block.Hash, block.Transactions), legacy)[Hash256.Length..]);
    }

    [Fact(DisplayName = "What follows the transactions is kept and sent on, unless the policy is btcd's")]
    public void An_extension_is_kept()
    {
        var bytes = Convert.FromHexString(TransactionVectors.CompactBlockSource + "c0ffee");
        var block = Block.Decode(bytes);

        Assert.Equal(Bytes.FromHex("c0ffee"), block.Extension);
        Assert.Equal(2, block.Transactions.Count);
        Assert.Equal(Decode(TransactionVectors.CompactBlockSource).Weight, block.Weight);
        Assert.NotEqual(Decode(TransactionVectors.CompactBlockSource), block);
        Assert.Equal(bytes, Payloads.Encode(Payloads.Decode("block", bytes)));
        Assert.Equal(WireError.TrailingBytes, Payloads.Refused("block", bytes, StrictnessPolicy.Btcd).Error);

        // Those who do not know witnesses do not know extensions.
        Assert.Equal(Decode(TransactionVectors.CompactBlockSource).WithoutWitness(), block.WithoutWitness());
        Assert.Equal(block.WithoutWitness().ToArray(), Payloads.Encode(new BlockMessage(block), WireProtocol.Latest with { Witness = false }));
        var plain = Block.Decode(Convert.FromHexString(TransactionVectors.Genesis + "00"));
        Assert.Equal(Decode(TransactionVectors.Genesis), plain.WithoutWitness());
    }

    [Theory(DisplayName = "More transactions than the bytes left can hold are refused before anything is read")]
    [InlineData("ffffffffffffffffff")]
    [InlineData("ff0000000001000000")]
    [InlineData("fe00000002")]
    [InlineData("02")]
    public void Impossible_counts_are_truncated(string count)
    {
        var hex = TransactionVectors.Genesis[..160] + count + "01000000" + "0000" + "00000000";
        var error = Assert.Throws<WireException>(() => Decode(hex));
        Assert.Equal(WireError.Truncated, error.Error);
        Assert.Equal(BlockHeader.Size, error.Offset);
    }

    [Fact(DisplayName = "A block without transactions is one")]
    public void An_empty_block_is_a_block()
    {
        var header = Decode(TransactionVectors.Genesis).Header;
        var block = Block.Create(header, []);

        Assert.Equal(81, block.Size);
        Assert.Same(TransactionList.Empty, Block.Decode(block.ToArray()).Transactions);
        Assert.Equal(Hash256.Zero, block.ComputeMerkleRoot());
        Assert.Equal(Hash256.Zero, block.ComputeWitnessMerkleRoot());
        Assert.Equal(0, block.Transactions.GetHashCode());
        Assert.Equal("0 x Transaction", block.Transactions.ToString());
        Assert.Throws<ArgumentException>(() => CompactBlockMessage.Create(block, 0));
    }

    [Fact(DisplayName = "Lists of transactions differ when any differs")]
    public void Equality_is_by_content()
    {
        var block = Decode(TransactionVectors.FourTransactions);
        var transactions = block.Transactions;
        TransactionList swapped = [transactions[0], transactions[2], transactions[1], transactions[3]];
        TransactionList shorter = [transactions[0]];

        Assert.False(transactions.Equals(null));
        Assert.False(transactions.Equals((object)swapped));
        Assert.False(transactions.Equals(shorter));
        Assert.True(transactions.Equals(transactions));
        Assert.False(block.Equals((object?)null));
        Assert.True(block.Equals((object)Decode(TransactionVectors.FourTransactions)));
        Assert.Throws<IndexOutOfRangeException>(() => transactions[4]);
        Assert.Throws<IndexOutOfRangeException>(() => TransactionList.Empty[0]);
        Assert.Equal(4, ((System.Collections.IEnumerable)transactions).Cast<Transaction>().Count());
    }

    private static Block Decode(string hex) => Block.Decode(Convert.FromHexString(hex));
}
