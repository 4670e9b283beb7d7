using Peers.Wire;

namespace Peers.TestKit;

/// <summary>What one node has: numbers of items, its chain and what no block of it confirms.</summary>
internal sealed class RelayHoldings
{
    private readonly RelayInventory _inventory;
    private readonly ItemSet _held = new();
    private readonly List<RelayItem> _chain = [];
    private readonly List<RelayItem> _mempool = [];

    public RelayHoldings(RelayInventory inventory)
    {
        _inventory = inventory;
        _held.Add(inventory.Genesis.Number);
        _chain.Add(inventory.Genesis);
    }

    public int Count => _held.Count;

    public RelayItem Tip => _chain[^1];

    /// <summary>Transactions that no block of the chain confirms, in the order in which they came.</summary>
    public IReadOnlyList<RelayItem> Mempool => _mempool;

    public bool Has(RelayItem item) => _held.Contains(item.Number);

    public RelayItem? Find(Hash256 id) => _inventory.Find(id) is { } item && Has(item) ? item : null;

    /// <returns>Whether it was new.</returns>
    public bool TakeTransaction(RelayItem item)
    {
        if (!_held.Add(item.Number))
        {
            return false;
        }

        _mempool.Add(item);
        return true;
    }

    /// <summary>Takes a block that was not there; the one before it is.</summary>
    /// <param name="item">The block.</param>
    /// <param name="isNew">Called for each of its transactions that was not there.</param>
    public void TakeBlock(RelayItem item, Action<RelayItem> isNew)
    {
        _held.Add(item.Number);
        foreach (var transaction in item.Transactions)
        {
            if (_held.Add(transaction.Number))
            {
                isNew(transaction);
                _mempool.Add(transaction);
            }
        }

        if (item.Previous == Tip)
        {
            _chain.Add(item);
            Confirm(item);
        }
        else if (item.Height > Tip.Height)
        {
            Reorganise(item);
        }
    }

    /// <summary>The hashes that <c>getheaders</c> names: ten from the tip down, then ever farther apart.</summary>
    public WireArray<Hash256> Locator()
    {
        List<Hash256> locator = [];
        var step = 1;
        for (var height = Tip.Height; height > 0; height -= step)
        {
            locator.Add(_chain[height].Id);
            step = locator.Count >= 10 ? step * 2 : 1;
        }

        locator.Add(_inventory.Genesis.Id);
        return locator.ToWireArray();
    }

    /// <summary>The headers of our chain behind the first block of a locator that is in it.</summary>
    public HeadersMessage HeadersAfter(WireArray<Hash256> locator, Hash256 stop)
    {
        var from = 1;
        foreach (var hash in locator)
        {
            if (_inventory.Find(hash) is { IsBlock: true } item && IsActive(item))
            {
                from = item.Height + 1;
                break;
            }
        }

        List<BlockHeader> headers = [];
        for (var height = from; height < _chain.Count && headers.Count < WireLimits.Headers; height++)
        {
            headers.Add(_chain[height].Block!.Header);
            if (_chain[height].Id == stop)
            {
                break;
            }
        }

        return new HeadersMessage(headers.ToWireArray());
    }

    private bool IsActive(RelayItem item) => item.Height < _chain.Count && _chain[item.Height] == item;

    private void Confirm(RelayItem block)
    {
        if (block.Transactions.Count > 0)
        {
            HashSet<RelayItem> confirmed = [.. block.Transactions];
            _mempool.RemoveAll(confirmed.Contains);
        }
    }

    /// <summary>Another branch is longer: what the abandoned blocks confirmed waits again.</summary>
    private void Reorganise(RelayItem tip)
    {
        List<RelayItem> added = [];
        var fork = tip;
        for (; !IsActive(fork); fork = fork.Previous!)
        {
            added.Add(fork);
        }

        foreach (var abandoned in _chain.Skip(fork.Height + 1))
        {
            _mempool.AddRange(abandoned.Transactions);
        }

        _chain.RemoveRange(fork.Height + 1, _chain.Count - fork.Height - 1);
        added.Reverse();
        foreach (var block in added)
        {
            _chain.Add(block);
            Confirm(block);
        }
    }
}
