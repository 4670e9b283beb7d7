using System.Buffers.Binary;
using System.Security.Cryptography;
using Peers.Wire;

namespace Peers.Cli;

/// <summary>
/// A regtest chain made in memory: valid proof of work, merkle roots and witness commitments, coinbases with their height (BIP 34),
/// and from block 101 on transactions that spend them, with and without witness. The same seed makes the same chain.
/// </summary>
internal sealed class DemoChain
{
    private const int Maturity = 100;
    private const int HalvingInterval = 150;
    private const long FirstSubsidy = 50_0000_0000;
    private const uint BlockSpacing = 600;

    /// <summary>Anyone may spend: what is shown is the network, not the signing.</summary>
    private static readonly byte[] AnyoneMaySpend = [0x51];

    private readonly int _seed;
    private readonly List<Block> _blocks = [RegtestGenesis.Block];

    private DemoChain(int seed) => _seed = seed;

    /// <summary>All blocks, the first of the network at height 0.</summary>
    public IReadOnlyList<Block> Blocks => _blocks;

    /// <summary>Pays to the hash of <see cref="AnyoneMaySpend"/> (BIP 141), so that whoever spends it shows a witness.</summary>
    private static byte[] WitnessScript { get; } = [0x00, 0x20, .. SHA256.HashData(AnyoneMaySpend)];

    public static DemoChain Make(int blocks, int seed = 1, CancellationToken cancellation = default)
    {
        var chain = new DemoChain(seed);
        while (chain._blocks.Count <= blocks)
        {
            cancellation.ThrowIfCancellationRequested();
            chain.Mine();
        }

        return chain;
    }

    /// <summary>Transactions that are in no block, as they come to a node between two blocks.</summary>
    public IReadOnlyList<Transaction> MakeUnconfirmed(int count)
    {
        var unconfirmed = new List<Transaction>(count);
        for (var i = 0; i < count; i++)
        {
            // A chain too short to have mature coins lends those of a coinbase; nobody here validates that.
            var source = _blocks[Math.Max(1, _blocks.Count - 1 - (i % Math.Max(1, _blocks.Count - 1)))].Transactions[^1];
            unconfirmed.Add(Spend(source, output: 0, fee: 1_000 + i));
        }

        return unconfirmed;
    }

    private void Mine()
    {
        var height = _blocks.Count;
        List<Transaction> spending = [];
        if (height > Maturity)
        {
            // The coinbase of a hundred blocks ago, and one output of what it paid: the second spends the first within one block.
            var first = Spend(_blocks[height - Maturity].Transactions[0], output: 0, fee: 2_000);
            spending.Add(first);
            spending.Add(Spend(first, output: 1, fee: 3_000));
        }

        var coinbase = MakeCoinbase(height, spending);
        Transaction[] transactions = [coinbase, .. spending];
        var root = MerkleTree.ComputeRoot(Array.ConvertAll(transactions, transaction => transaction.Id));
        var previous = _blocks[^1].Hash;
        var header = new BlockHeader(0x20000000, previous, root, RegtestGenesis.Time + ((uint)height * BlockSpacing), ProofOfWork.RegtestBits, 0);
        while (!ProofOfWork.IsDone(header, header.ComputeHash(), ProofOfWork.RegtestBits))
        {
            header = header with { Nonce = header.Nonce + 1 };
        }

        _blocks.Add(Block.Create(header, [.. transactions]));
    }

    private Transaction MakeCoinbase(int height, List<Transaction> spending)
    {
        var seed = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(seed, _seed);
        byte[] script = [.. PushNumber(height), (byte)seed.Length, .. seed];
        var subsidy = FirstSubsidy >> Math.Min(63, height / HalvingInterval);
        var witness = spending.Exists(transaction => transaction.HasWitness);

        // Odd blocks pay to a witness program, so that later ones have transactions of both forms.
        var paid = new TransactionOutput(subsidy, height % 2 == 1 ? WitnessScript : AnyoneMaySpend);
        WireArray<TransactionOutput> outputs = witness ? [paid, new TransactionOutput(0, MakeCommitment(spending))] : [paid];
        WireArray<Bytes> stack = witness ? [new byte[Hash256.Length]] : [];
        return Transaction.Create(2, [new TransactionInput(OutPoint.Null, script, TransactionInput.FinalSequence, stack)], outputs, 0);
    }

    /// <summary>The output that commits to the witnesses of a block (BIP 141).</summary>
    private static byte[] MakeCommitment(List<Transaction> spending)
    {
        Hash256[] ids = [Hash256.Zero, .. spending.Select(transaction => transaction.WitnessId)];
        byte[] committed = [.. MerkleTree.ComputeRoot(ids).ToArray(), .. new byte[Hash256.Length]];
        return [0x6A, 0x24, 0xAA, 0x21, 0xA9, 0xED, .. Hash256.OfDouble(committed).ToArray()];
    }

    /// <summary>Spends one output in two halves, the first behind a witness program.</summary>
    private static Transaction Spend(Transaction source, uint output, long fee)
    {
        var coin = source.Outputs[(int)output];
        WireArray<Bytes> stack = coin.Script == WitnessScript ? [AnyoneMaySpend] : [];
        var input = new TransactionInput(new OutPoint(source.Id, output), Bytes.Empty, TransactionInput.FinalSequence, stack);
        var rest = Math.Max(0, coin.Value - fee);
        return Transaction.Create(2, [input], [new TransactionOutput(rest / 2, WitnessScript), new TransactionOutput(rest - (rest / 2), AnyoneMaySpend)], 0);
    }

    /// <summary>A number as script pushes it: the shortest little-endian form, positive (BIP 34).</summary>
    private static byte[] PushNumber(int number)
    {
        // Numbers up to 16 have an opcode of their own, and BIP 34 wants the shortest form.
        if (number is > 0 and <= 16)
        {
            return [(byte)(0x50 + number)];
        }

        List<byte> digits = [];
        for (var rest = number; rest > 0; rest >>= 8)
        {
            digits.Add((byte)rest);
        }

        if ((digits[^1] & 0x80) != 0)
        {
            digits.Add(0);
        }

        return [(byte)digits.Count, .. digits];
    }
}
