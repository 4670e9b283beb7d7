using Peers.Wire;

namespace Peers.TestKit;

/// <summary>A compact block on its way to be a block (BIP 152): what was sent in full, what the mempool has, what has to be asked for.</summary>
internal sealed class CompactBlockFilling
{
    private readonly CompactBlockMessage _compact;
    private readonly Transaction?[] _transactions;
    private ushort[] _missing;

    private CompactBlockFilling(CompactBlockMessage compact, PeerId from)
    {
        _compact = compact;
        From = from;
        _transactions = new Transaction?[compact.TransactionCount];
        _missing = [];
    }

    /// <summary>Who sent it.</summary>
    public PeerId From { get; }

    /// <summary>The places of the transactions that nobody here has.</summary>
    public WireArray<ushort> Missing => WireArray.Create<ushort>(_missing);

    public static CompactBlockFilling Begin(CompactBlockMessage compact, PeerId from, IReadOnlyList<RelayItem> mempool)
    {
        var filling = new CompactBlockFilling(compact, from);
        filling.Fill(mempool);
        return filling;
    }

    /// <summary>Takes the answer to what was asked for.</summary>
    /// <returns>Whether it has as many transactions as were asked for.</returns>
    public bool Add(TransactionList transactions)
    {
        if (transactions.Count != _missing.Length)
        {
            return false;
        }

        for (var i = 0; i < _missing.Length; i++)
        {
            _transactions[_missing[i]] = transactions[i];
        }

        _missing = [];
        return true;
    }

    /// <summary>The block, when nothing is missing. Whether it is the one that the header names is still to be seen.</summary>
    public Block Complete() => Block.Create(_compact.Header, [.. _transactions.Select(transaction => transaction!)]);

    private void Fill(IReadOnlyList<RelayItem> mempool)
    {
        for (var i = 0; i < _compact.PrefilledIndexes.Length; i++)
        {
            _transactions[_compact.PrefilledIndexes[i]] = _compact.PrefilledTransactions[i];
        }

        Dictionary<ShortTransactionId, Transaction?> byShortId = new(_compact.ShortIds.Length > 0 ? mempool.Count : 0);
        if (_compact.ShortIds.Length > 0)
        {
            var key = _compact.GetShortIdKey();
            foreach (var item in mempool)
            {
                // Two with one short id: neither can be trusted, so that place is asked for.
                var id = key.Compute(item.WitnessId);
                byShortId[id] = byShortId.ContainsKey(id) ? null : item.Transaction;
            }
        }

        List<ushort> missing = [];
        var next = 0;
        for (var i = 0; i < _transactions.Length; i++)
        {
            if (_transactions[i] is null && next < _compact.ShortIds.Length)
            {
                _transactions[i] = byShortId.GetValueOrDefault(_compact.ShortIds[next++]);
                if (_transactions[i] is null)
                {
                    missing.Add((ushort)i);
                }
            }
        }

        _missing = [.. missing];
    }
}
