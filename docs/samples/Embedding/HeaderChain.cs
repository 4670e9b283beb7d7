using Peers.Wire;

namespace Embedding;

/// <summary>The hashes of a chain of headers, each linked to the one before. What a node validates beyond that is its own.</summary>
public sealed class HeaderChain(Hash256 genesis)
{
    private readonly List<Hash256> _hashes = [genesis];

    /// <summary>Blocks after the first.</summary>
    public int Height => _hashes.Count - 1;

    /// <summary>The last block.</summary>
    public Hash256 Tip => _hashes[^1];

    /// <summary>Takes headers that follow the tip.</summary>
    /// <returns>Whether any was new.</returns>
    public bool Accept(WireArray<BlockHeader> headers)
    {
        var before = Height;
        foreach (var header in headers)
        {
            if (header.Previous == Tip)
            {
                _hashes.Add(header.ComputeHash());
            }
        }

        return Height > before;
    }
}
