using System.Runtime.InteropServices;
using Peers.Wire;

namespace Peers;

/// <summary>What a request is answered by. Remotes answer the requests of one kind in the order in which they were asked.</summary>
internal enum AnswerKind
{
    /// <summary><c>block</c>, <c>merkleblock</c>, <c>cmpctblock</c>, <c>tx</c> or <c>notfound</c> to <c>getdata</c>.</summary>
    Data,

    /// <summary><c>blocktxn</c>, or the whole block, to <c>getblocktxn</c>.</summary>
    BlockTransactions,

    /// <summary><c>headers</c> to <c>getheaders</c>, also of none.</summary>
    Headers,

    /// <summary><c>inv</c> of blocks to <c>getblocks</c>.</summary>
    Blocks,

    /// <summary><c>inv</c> of transactions to <c>mempool</c>.</summary>
    Mempool,

    /// <summary><c>addr</c> or <c>addrv2</c> to <c>getaddr</c>.</summary>
    Addresses,

    /// <summary><c>cfilter</c>, one for each block, to <c>getcfilters</c>.</summary>
    Filters,

    /// <summary><c>cfheaders</c> to <c>getcfheaders</c>.</summary>
    FilterHeaders,

    /// <summary><c>cfcheckpt</c> to <c>getcfcheckpt</c>.</summary>
    FilterCheckpoints,
}

/// <summary>Names one answer by its content.</summary>
/// <param name="Kind">What answers.</param>
/// <param name="Item">The block or transaction that it is about.</param>
internal readonly record struct AnswerKey(AnswerKind Kind, InventoryVector Item)
{
    /// <summary>The answer to one item of a <c>getdata</c>: whatever form of a block is asked for, another may come (BIP 152: of old ones whole).</summary>
    public static AnswerKey Of(InventoryVector item) =>
        item.IsBlock ? Block(item.Hash) : new(AnswerKind.Data, item with { Kind = item.Kind & ~InventoryKind.WitnessFlag });

    public static AnswerKey Block(Hash256 hash) => new(AnswerKind.Data, InventoryVector.Block(hash));

    public static AnswerKey BlockTransactions(Hash256 block) => new(AnswerKind.BlockTransactions, InventoryVector.Block(block));

    /// <summary>The answer about filters of a type up to a block.</summary>
    public static AnswerKey Of(AnswerKind kind, CompactFilterType type, Hash256 stop) => new(kind, new InventoryVector((InventoryKind)type, stop));

    /// <summary>The remote may choose the hashes that we ask for, also such that would all fall into one bucket: so they are seeded.</summary>
    internal sealed class Comparer : IEqualityComparer<AnswerKey>
    {
        public bool Equals(AnswerKey x, AnswerKey y) => x == y;

        public int GetHashCode(AnswerKey key)
        {
            var hash = default(HashCode);
            hash.Add((int)key.Kind);
            var item = key.Item;
            hash.AddBytes(MemoryMarshal.AsBytes(new ReadOnlySpan<InventoryVector>(in item)));
            return hash.ToHashCode();
        }
    }
}
