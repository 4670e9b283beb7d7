using System.Security.Cryptography;
using Peers.Wire.Tests.Samples;

namespace Peers.Wire.Tests.Transactions;

/// <summary>A block of the main network with 3,315 transactions; its file lies beside the repository where there is one.</summary>
public sealed class RealBlockTests
{
    private const string FileName = "shared/data/mainnet-block-3315-transactions.blk";

    [SkippableFact(DisplayName = "A real block of 3,315 transactions is read, proved by its roots, and sent on as it came")]
    public void A_real_block_is_read_and_written()
    {
        var bytes = Load();
        var message = Assert.IsType<BlockMessage>(Payloads.Decode("block", bytes, StrictnessPolicy.Btcd));
        var block = message.Block;

        Assert.Equal(3315, block.Transactions.Count);
        Assert.Equal("0000000000000000001602407ac49862a7bca9d00f7f402db20b7be2f5de59d2", block.Hash.ToString());
        Assert.Equal(bytes, Payloads.Encode(message));
        Assert.Equal(block.Header.MerkleRoot, block.ComputeMerkleRoot(out var mutated));
        Assert.False(mutated);
        Assert.InRange(block.Weight, 1, 4_000_000);
        Assert.Equal(Commitment(block.Transactions[0]), CommitmentTo(block));
    }

    [SkippableFact(DisplayName = "Each transaction of a real block is rebuilt from its parts, and the block from its transactions")]
    public void A_real_block_is_rebuilt_from_its_parts()
    {
        var bytes = Load();
        var block = Block.Decode(bytes);
        var rebuilt = block.Transactions
            .Select(transaction => Transaction.Create(transaction.Version, transaction.Inputs, transaction.Outputs, transaction.LockTime));

        Assert.Equal(bytes, Block.Create(block.Header, [.. rebuilt]).ToArray());
    }

    [SkippableFact(DisplayName = "Without witnesses a real block keeps its merkle root")]
    public void A_real_block_is_stripped()
    {
        var block = Block.Decode(Load());
        var stripped = block.WithoutWitness();

        Assert.Equal(block.StrippedSize, stripped.Size);
        Assert.Equal(block.Header.MerkleRoot, stripped.ComputeMerkleRoot());
        Assert.All(stripped.Transactions, transaction => Assert.False(transaction.HasWitness));
    }

    [SkippableFact(DisplayName = "A real block decodes into its own bytes, the places of its transactions and little else")]
    public void A_real_block_costs_its_bytes_and_an_offset_each()
    {
        var bytes = Load();
        Payloads.Decode("block", bytes);

        // A collection that falls in between counts what was left of the thread's allocation context, up to 8 KiB: the least of several is the cost.
        Assert.InRange(Enumerable.Range(0, 5).Min(_ => AllocatedToDecode(bytes)), bytes.Length, bytes.Length + (4 * 3315) + 1024);
    }

    private static long AllocatedToDecode(byte[] bytes)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Payloads.Decode("block", bytes);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>BIP 141: the last output of the coinbase that begins with these six bytes holds the commitment.</summary>
    private static Bytes Commitment(Transaction coinbase)
    {
        var script = coinbase.Outputs.Select(output => output.Script)
            .Last(script => script.Length >= 38 && script.Span.StartsWith(Convert.FromHexString("6a24aa21a9ed")));
        return new Bytes(script.Memory.Slice(6, Hash256.Length));
    }

    private static Bytes CommitmentTo(Block block)
    {
        var reserved = block.Transactions[0].Inputs[0].Witness[0];
        byte[] bytes = [.. block.ComputeWitnessMerkleRoot().ToArray(), .. reserved.Span];
        return SHA256.HashData(SHA256.HashData(bytes));
    }

    private static byte[] Load()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, FileName)))
        {
            folder = folder.Parent;
        }

        Skip.If(folder is null, $"no folder above the tests holds {FileName}");
        return File.ReadAllBytes(Path.Combine(folder!.FullName, FileName));
    }
}
