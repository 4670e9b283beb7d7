using Peers.Wire;

namespace Peers;

/// <summary>
/// What the remote has heard of, from us or from others, and so is not announced to it. Blocks and transactions are kept apart: the headers of
/// a long history must not push out what is news.
/// </summary>
/// <param name="capacity">How many of each are remembered.</param>
internal sealed class KnownInventory(int capacity)
{
    private readonly RecentInventory _blocks = new(capacity);
    private readonly RecentInventory _others = new(capacity);

    public int Count => _blocks.Count + _others.Count;

    public bool Contains(in InventoryVector item) => (item.IsBlock ? _blocks : _others).Contains(KeyOf(in item));

    /// <returns>Whether it was new.</returns>
    public bool Add(in InventoryVector item) => (item.IsBlock ? _blocks : _others).Add(KeyOf(in item));

    /// <summary>Notes a block whose header the remote has: one that follows can be announced by its header.</summary>
    public void AddHeader(in Hash256 block) => _blocks.Add(InventoryKey.Of(InventoryKind.Block, in block), mark: true);

    /// <summary>Whether the remote has the header of a block. To have heard its hash in an <c>inv</c> is not enough.</summary>
    public bool HasHeader(in Hash256 block) => _blocks.IsMarked(InventoryKey.Of(InventoryKind.Block, in block));

    public bool Contains(Announcement.OfTransaction transaction) =>
        Contains(InventoryVector.Transaction(transaction.Id)) || Contains(InventoryVector.Transaction(transaction.WitnessId));

    /// <summary>Notes a transaction by both its ids: it may come back by either.</summary>
    public void Add(Hash256 id, Hash256 witnessId)
    {
        Add(InventoryVector.Transaction(id));
        Add(InventoryVector.Transaction(witnessId));
    }

    /// <summary>
    /// A block is one thing, in whatever form it is asked for. Without witnesses txid and wtxid are one, and no hash is both of different transactions: so
    /// they are not told apart.
    /// </summary>
    private static InventoryKey KeyOf(in InventoryVector item)
    {
        var hash = item.Hash;
        return InventoryKey.Of(item.IsBlock ? InventoryKind.Block : item.IsTransaction ? InventoryKind.Transaction : item.Kind, in hash);
    }
}
