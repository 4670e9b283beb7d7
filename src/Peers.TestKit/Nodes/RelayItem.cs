using Peers.Wire;

namespace Peers.TestKit;

/// <summary>
/// A transaction or a block of a <see cref="RelayInventory"/>: made once and shared by every node that has it, so that ten thousand nodes
/// hold ten thousand numbers and not as many copies.
/// </summary>
public sealed class RelayItem
{
    internal RelayItem(int number, Transaction transaction)
    {
        Number = number;
        Transaction = transaction;
        Id = transaction.Id;
        WitnessId = transaction.WitnessId;
        Announcement = Announcement.Of(transaction);
        Message = new TransactionMessage(transaction);
    }

    internal RelayItem(int number, Block block, RelayItem? previous, RelayItem[] transactions, ulong nonce)
    {
        Number = number;
        Block = block;
        Id = block.Hash;
        WitnessId = block.Hash;
        Previous = previous;
        Height = previous is null ? 0 : previous.Height + 1;
        Transactions = transactions;
        Announcement = Announcement.Of(block);
        Message = new BlockMessage(block);
        Compact = CompactBlockMessage.Create(block, nonce);
    }

    /// <summary>Its place in the inventory, from 0, in the order in which items came to be.</summary>
    public int Number { get; }

    /// <summary>The txid, or the hash of the block.</summary>
    public Hash256 Id { get; }

    /// <summary>The wtxid; for a block its hash.</summary>
    public Hash256 WitnessId { get; }

    /// <summary>Whether it is a block.</summary>
    public bool IsBlock => Block is not null;

    /// <summary>The transaction; null for a block.</summary>
    public Transaction? Transaction { get; }

    /// <summary>The block; null for a transaction.</summary>
    public Block? Block { get; }

    /// <summary>The height of the block, that of the network's first being 0; 0 for a transaction.</summary>
    public int Height { get; }

    /// <summary>The block before; null for the network's first block and for a transaction.</summary>
    public RelayItem? Previous { get; }

    /// <summary>The transactions of the block but its coinbase.</summary>
    internal IReadOnlyList<RelayItem> Transactions { get; } = [];

    /// <summary>How an engine is told to announce it: one record for all nodes.</summary>
    internal Announcement Announcement { get; }

    internal Message Message { get; }

    internal CompactBlockMessage? Compact { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{(IsBlock ? "block" : "transaction")} {Id}";
}
