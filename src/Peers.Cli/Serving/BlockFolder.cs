using System.Globalization;
using Peers.Wire;

namespace Peers.Cli;

/// <summary>Reads a chain from files of raw blocks: <c>*.blk</c> holds bytes, <c>*.hex</c> digits, one block each, in any order.</summary>
internal static class BlockFolder
{
    /// <returns>The longest chain, and how many blocks are not part of it.</returns>
    /// <exception cref="UsageException">There is no such folder, or no block in it.</exception>
    /// <exception cref="CommandFailedException">A file holds no block.</exception>
    public static (IReadOnlyList<Block> Chain, int LeftOut) Read(string folder, BitcoinNetwork network)
    {
        if (!Directory.Exists(folder))
        {
            throw new UsageException($"--blocks-dir: there is no folder '{folder}'");
        }

        var files = Directory.EnumerateFiles(folder)
            .Where(file => Path.GetExtension(file).ToLowerInvariant() is ".blk" or ".hex")
            .Order(StringComparer.Ordinal)
            .ToList();
        if (files.Count == 0)
        {
            throw new UsageException($"--blocks-dir: there is no file *.blk or *.hex in '{folder}'");
        }

        Dictionary<Hash256, Block> blocks = [];
        foreach (var file in files)
        {
            var block = ReadFile(file);
            blocks[block.Hash] = block;
        }

        var chain = LongestOf(blocks, network);
        return (chain, blocks.Count - chain.Count);
    }

    private static Block ReadFile(string file)
    {
        try
        {
            var bytes = File.ReadAllBytes(file);
            if (Path.GetExtension(file).Equals(".hex", StringComparison.OrdinalIgnoreCase))
            {
                bytes = HexText.Decode(bytes);
            }

            var block = Block.Decode(bytes);
            if (block.ComputeMerkleRoot() != block.Header.MerkleRoot)
            {
                throw new CommandFailedException($"{file}: the merkle root of block {block.Hash} is not that of its transactions");
            }

            return block;
        }
        catch (WireException fault)
        {
            throw new CommandFailedException($"{file}: no raw block: {fault.Message}");
        }
        catch (FormatException fault)
        {
            throw new CommandFailedException($"{file}: {fault.Message}");
        }
    }

    private static List<Block> LongestOf(Dictionary<Hash256, Block> blocks, BitcoinNetwork network)
    {
        // From the network's first block where it is there; else from whatever follows no other block.
        var children = blocks.Values.ToLookup(block => block.Header.Previous);
        var tips = Heights(blocks, children);
        var tip = tips.OrderByDescending(tip => tip.Rooted).ThenByDescending(tip => tip.Height)
            .ThenBy(tip => tip.Block.Hash).First().Block;
        List<Block> chain = [];
        for (var block = tip; block is not null; block = blocks.GetValueOrDefault(block.Header.Previous))
        {
            chain.Add(block);
        }

        chain.Reverse();
        return chain;

        IEnumerable<(Block Block, int Height, bool Rooted)> Heights(Dictionary<Hash256, Block> all, ILookup<Hash256, Block> next)
        {
            Stack<(Block Block, int Height, bool Rooted)> waiting = new(all.Values
                .Where(block => !all.ContainsKey(block.Header.Previous))
                .Select(block => (block, 1, block.Hash == network.GenesisHash || block.Header.Previous == network.GenesisHash)));
            while (waiting.TryPop(out var current))
            {
                yield return current;
                foreach (var child in next[current.Block.Hash])
                {
                    waiting.Push((child, current.Height + 1, current.Rooted));
                }
            }
        }
    }

    /// <summary>As the user reads it: <c>12 blocks</c>.</summary>
    public static string Count(int blocks) => string.Create(CultureInfo.InvariantCulture, $"{blocks} block{(blocks == 1 ? "" : "s")}");
}
