using Peers.Wire;

namespace Peers;

/// <summary>
/// News to announce. Each remote hears of it in the form that it wants, at its own time, and only if it wants it and does not know it. A
/// closed family.
/// </summary>
public abstract record Announcement
{
    /// <summary>More headers than Bitcoin Core announces at a time.</summary>
    internal const int MostHeaders = 8;

    private Announcement()
    {
    }

    /// <summary>Announces a transaction.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="feeRate">What it pays, in satoshis per 1,000 virtual bytes; null when it is not known, and then no fee filter holds it back.</param>
    public static Announcement Of(Transaction transaction, long? feeRate = null)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return new OfTransaction(transaction.Id, transaction.WitnessId) { FeeRate = feeRate, Body = transaction };
    }

    /// <summary>Announces a block.</summary>
    /// <param name="block">The block.</param>
    public static Announcement Of(Block block)
    {
        ArgumentNullException.ThrowIfNull(block);
        return Of(block.Header);
    }

    /// <summary>Announces a block by its header.</summary>
    /// <param name="header">The header.</param>
    public static Announcement Of(BlockHeader header) => Of([header]);

    /// <summary>Announces the last of a few blocks that follow each other, as after a reorganisation.</summary>
    /// <param name="headers">Their headers, the oldest first; remotes get more than 8 as <c>inv</c> of the last only (as Bitcoin Core).</param>
    /// <exception cref="ArgumentException">There is none, or they do not follow each other.</exception>
    public static Announcement Of(WireArray<BlockHeader> headers)
    {
        if (headers.Length == 0)
        {
            throw new ArgumentException("no header", nameof(headers));
        }

        for (var i = 1; i < headers.Length; i++)
        {
            if (headers[i].Previous != headers[i - 1].ComputeHash())
            {
                throw new ArgumentException($"header {i} does not follow the one before", nameof(headers));
            }
        }

        return new OfBlock(headers[^1].ComputeHash()) { Headers = headers };
    }

    /// <summary>Announces what that names, and no more is known of: blocks at once, a transaction to those who know it by that kind of id.</summary>
    /// <param name="item">What to announce.</param>
    public static Announcement Of(InventoryVector item) => item.IsBlock ? new OfBlock(item.Hash) : new OfItem(item);

    /// <summary>A transaction: by wtxid to those who relay by wtxid (BIP 339), by txid to others.</summary>
    /// <param name="Id">Its txid.</param>
    /// <param name="WitnessId">Its wtxid; the same when it has no witness.</param>
    public sealed record OfTransaction(Hash256 Id, Hash256 WitnessId) : Announcement
    {
        /// <summary>What it pays, in satoshis per 1,000 virtual bytes, for fee filters (BIP 133); null lets it pass.</summary>
        public long? FeeRate { get; init; }

        /// <summary>The transaction, for bloom filters (BIP 37); without it only its txid is looked for in them.</summary>
        public Transaction? Body { get; init; }
    }

    /// <summary>A block: as <c>headers</c> to those who want them (BIP 130) and have the block before, as <c>inv</c> to others. Never trickled.</summary>
    /// <param name="Hash">Its hash.</param>
    public sealed record OfBlock(Hash256 Hash) : Announcement
    {
        /// <summary>Its header, after those of blocks that lead to it, as <c>Of</c> has checked them; empty when it goes as <c>inv</c> only.</summary>
        public WireArray<BlockHeader> Headers { get; internal init; }
    }

    /// <summary>Anything else, as it is.</summary>
    /// <param name="Item">What to announce.</param>
    public sealed record OfItem(InventoryVector Item) : Announcement;
}
