using Peers.Wire;

namespace Peers.Cli;

/// <summary>What a node serves: blocks, each following the one before, and transactions that are in none. Immutable.</summary>
internal sealed class ServedChain
{
    private readonly Block[] _blocks;
    private readonly int _firstHeight;
    private readonly Dictionary<Hash256, int> _places = [];
    private readonly Dictionary<Hash256, Transaction> _transactions = [];

    /// <param name="network">The network; its first block need not be among the blocks.</param>
    /// <param name="blocks">The blocks in order.</param>
    /// <param name="unconfirmed">The transactions that are in no block.</param>
    public ServedChain(BitcoinNetwork network, IEnumerable<Block> blocks, IEnumerable<Transaction> unconfirmed)
    {
        _blocks = [.. blocks];
        _firstHeight = _blocks.Length > 0 && _blocks[0].Hash == network.GenesisHash ? 0 : 1;
        for (var i = 0; i < _blocks.Length; i++)
        {
            _places.Add(_blocks[i].Hash, i);
        }

        Unconfirmed = [.. unconfirmed];
        foreach (var transaction in Unconfirmed)
        {
            _transactions[transaction.Id] = transaction;
            _transactions[transaction.WitnessId] = transaction;
        }
    }

    /// <summary>The height of the tip; when the network's first block is not known, blocks count from 1.</summary>
    public int Height => Math.Max(0, _firstHeight + _blocks.Length - 1);

    /// <summary>The blocks after the network's first.</summary>
    public IEnumerable<Block> Blocks => _blocks.Skip(1 - _firstHeight);

    /// <summary>The hash of the last block; null when there is none.</summary>
    public Hash256? Tip => _blocks.Length == 0 ? null : _blocks[^1].Hash;

    public IReadOnlyList<Transaction> Unconfirmed { get; }

    public Block? FindBlock(Hash256 hash) => _places.TryGetValue(hash, out var place) ? _blocks[place] : null;

    /// <summary>A transaction that is in no block, by either of its ids.</summary>
    public Transaction? FindTransaction(Hash256 id) => _transactions.GetValueOrDefault(id);

    /// <summary>The blocks after the first of the locator that is known, as <c>getheaders</c> and <c>getblocks</c> ask for them.</summary>
    public ReadOnlySpan<Block> After(WireArray<Hash256> locator, Hash256 stop, int most)
    {
        if (locator.Length == 0)
        {
            // Without a locator, only the one that is named (Bitcoin Core).
            return _places.TryGetValue(stop, out var only) ? _blocks.AsSpan(only, 1) : [];
        }

        var start = StartOf(locator);
        var count = Math.Min(most, _blocks.Length - start);
        if (_places.TryGetValue(stop, out var last) && last >= start)
        {
            count = Math.Min(count, last - start + 1);
        }

        return _blocks.AsSpan(start, count);
    }

    private int StartOf(WireArray<Hash256> locator)
    {
        foreach (var hash in locator)
        {
            if (_places.TryGetValue(hash, out var place))
            {
                return place + 1;
            }
        }

        // Nothing in common: from the beginning; the first block of the network is known to everybody.
        return Math.Min(1 - _firstHeight, _blocks.Length);
    }
}
