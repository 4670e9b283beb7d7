using System.Collections.Immutable;
using Peers.Wire;

namespace Peers.Cli.Tests;

public class ChainTests
{
    private static readonly ImmutableArray<Block> Blocks = [.. DemoChain.Make(150).Blocks];

    [Fact(DisplayName = "The chain begins at the first block of regtest")]
    public void The_chain_begins_at_genesis() => Assert.Equal(BitcoinNetwork.Regtest.GenesisHash, Blocks[0].Hash);

    [Fact(DisplayName = "Every block follows the one before, has done its work and has the merkle root of its transactions")]
    public void Every_block_is_right()
    {
        for (var height = 1; height < Blocks.Length; height++)
        {
            var block = Blocks[height];
            Assert.Equal(Blocks[height - 1].Hash, block.Header.Previous);
            Assert.True(ProofOfWork.IsDone(block.Header, block.Hash, ProofOfWork.RegtestBits));
            Assert.Equal(block.Header.MerkleRoot, block.ComputeMerkleRoot(out var mutated));
            Assert.False(mutated);
            Assert.True(block.Transactions[0].IsCoinbase);
            Assert.Equal(height > 100 ? 3 : 1, block.Transactions.Count);
        }
    }

    [Theory(DisplayName = "A coinbase begins with its height (BIP 34)")]
    [InlineData(1, "51")]
    [InlineData(16, "60")]
    [InlineData(17, "0111")]
    [InlineData(127, "017f")]
    [InlineData(128, "028000")]
    public void A_coinbase_begins_with_its_height(int height, string push) =>
        Assert.StartsWith(push, Blocks[height].Transactions[0].Inputs[0].Script.ToString(), StringComparison.Ordinal);

    [Fact(DisplayName = "Blocks with witnesses commit to them (BIP 141)")]
    public void Blocks_with_witnesses_commit_to_them()
    {
        var block = Blocks.Last(block => block.Transactions.Skip(1).Any(transaction => transaction.HasWitness));
        byte[] committed = [.. block.ComputeWitnessMerkleRoot().ToArray(), .. new byte[32]];

        Assert.Equal($"6a24aa21a9ed{Convert.ToHexStringLower(Hash256.OfDouble(committed).ToArray())}", block.Transactions[0].Outputs[1].Script.ToString());
    }

    [Fact(DisplayName = "No coin is spent twice, and each spends one that is old enough")]
    public void No_coin_is_spent_twice()
    {
        var created = new Dictionary<OutPoint, (int Height, bool Coinbase, long Value)>();
        for (var height = 1; height < Blocks.Length; height++)
        {
            foreach (var transaction in Blocks[height].Transactions)
            {
                if (!transaction.IsCoinbase)
                {
                    Assert.True(created.Remove(Assert.Single(transaction.Inputs).Previous, out var coin));
                    Assert.True(!coin.Coinbase || height - coin.Height >= 100);
                    Assert.True(transaction.Outputs.Sum(output => output.Value) <= coin.Value);
                }

                for (var i = 0; i < transaction.Outputs.Length; i++)
                {
                    created.Add(new OutPoint(transaction.Id, (uint)i), (height, transaction.IsCoinbase, transaction.Outputs[i].Value));
                }
            }
        }
    }

    [Fact(DisplayName = "The same seed makes the same chain, another seed another")]
    public void The_same_seed_makes_the_same_chain()
    {
        Assert.Equal(Blocks[20].Hash, DemoChain.Make(20).Blocks[20].Hash);
        Assert.NotEqual(Blocks[20].Hash, DemoChain.Make(20, seed: 2).Blocks[20].Hash);
    }

    [Theory(DisplayName = "A target is the number behind its compact form")]
    [InlineData(0x1D00FFFF, "00000000ffff0000000000000000000000000000000000000000000000000000")]
    [InlineData(0x207FFFFF, "7fffff0000000000000000000000000000000000000000000000000000000000")]
    [InlineData(0x03123456, "0000000000000000000000000000000000000000000000000000000000123456")]
    [InlineData(0x02123456, "0000000000000000000000000000000000000000000000000000000000001234")]
    [InlineData(0x01003456, null)]
    [InlineData(0x04923456, null)]
    [InlineData(0xFF123456, null)]
    [InlineData(0x1D000000, null)]
    public void A_target_is_the_number_behind_its_bits(uint bits, string? target) => Assert.Equal(target, ProofOfWork.Target(bits)?.ToString());

    [Fact(DisplayName = "Work that is easier than the network allows is no work")]
    public void Easier_work_is_no_work()
    {
        var header = Blocks[1].Header;

        Assert.False(ProofOfWork.IsDone(header, Blocks[1].Hash, ProofOfWork.EasiestOf(BitcoinNetwork.Mainnet)));
        Assert.False(ProofOfWork.IsDone(header with { Bits = 0x03000001 }, Blocks[1].Hash, ProofOfWork.RegtestBits));
    }

    [Fact(DisplayName = "Headers that do not follow one another are refused")]
    public void Broken_links_are_refused()
    {
        var chain = new HeaderChain(BitcoinNetwork.Regtest, checkWork: true);

        Assert.Throws<ChainException>(() => chain.Accept([Blocks[1].Header, Blocks[3].Header]));
        Assert.Equal(0, chain.Height);
    }

    [Fact(DisplayName = "Headers without work are refused, unless work is not wanted or the chain begins elsewhere")]
    public void Headers_without_work_are_refused()
    {
        var lazy = Blocks[1].Header with { Bits = 0x1D00FFFF };
        var elsewhere = new HeaderChain(BitcoinNetwork.Regtest, checkWork: true);

        Assert.Throws<ChainException>(() => new HeaderChain(BitcoinNetwork.Regtest, checkWork: true).Accept([lazy]));
        Assert.Equal(1, new HeaderChain(BitcoinNetwork.Regtest, checkWork: false).Accept([lazy]));
        Assert.Equal(1, elsewhere.Accept([lazy with { Previous = Blocks[9].Hash }]));
        Assert.False(elsewhere.IsWorkChecked);
        Assert.Equal(Blocks[9].Hash, elsewhere.Root);
    }

    [Fact(DisplayName = "A longer branch replaces the tip, a shorter one does not, known headers are not new")]
    public void A_longer_branch_replaces_the_tip()
    {
        var branch = DemoChain.Make(8, seed: 5).Blocks;
        var chain = new HeaderChain(BitcoinNetwork.Regtest, checkWork: true);

        Assert.Equal(5, chain.Accept(Headers(Blocks, 1, 5)));
        Assert.Equal(0, chain.Accept(Headers(Blocks, 2, 4)));
        Assert.Equal(0, chain.Accept(Headers(branch, 1, 5)));
        Assert.Equal(Blocks[5].Hash, chain.Tip);
        Assert.Equal(6, chain.Accept(Headers(branch, 1, 6)));
        Assert.Equal((6, branch[6].Hash), (chain.Height, chain.Tip));
        Assert.Null(chain.HeightOf(Blocks[5].Hash));
        Assert.Equal(2, chain.Accept(Headers(branch, 5, 8)));
    }

    [Fact(DisplayName = "Few headers that do not connect may be an announcement, many are a fault")]
    public void Headers_that_do_not_connect()
    {
        var chain = new HeaderChain(BitcoinNetwork.Regtest, checkWork: true);
        chain.Accept(Headers(Blocks, 1, 5));

        Assert.Null(chain.Accept(Headers(Blocks, 9, 9)));
        Assert.Throws<ChainException>(() => chain.Accept(Headers(Blocks, 9, 30)));
    }

    [Fact(DisplayName = "A locator goes from the tip to the root, ever farther apart")]
    public void A_locator_thins_out()
    {
        var chain = new HeaderChain(BitcoinNetwork.Regtest, checkWork: true);
        chain.Accept(Headers(Blocks, 1, 149));

        var heights = chain.Locator().Select(hash => chain.HeightOf(hash)!.Value).ToArray();

        Assert.Equal([149, 148, 147, 146, 145, 144, 143, 142, 141, 140, 138, 134, 126, 110, 78, 14, 0], heights);
    }

    internal static WireArray<BlockHeader> Headers(IReadOnlyList<Block> blocks, int first, int last) =>
        blocks.Skip(first).Take(last - first + 1).Select(block => block.Header).ToWireArray();
}
