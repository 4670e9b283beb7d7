using System.Runtime.InteropServices;

namespace Peers.Wire;

/// <summary>What an <see cref="InventoryVector"/> names.</summary>
public enum InventoryKind : uint
{
    /// <summary>Nothing; to be ignored.</summary>
    Error = 0,

    /// <summary>A transaction by txid (<c>MSG_TX</c>).</summary>
    Transaction = 1,

    /// <summary>A block (<c>MSG_BLOCK</c>).</summary>
    Block = 2,

    /// <summary>A block as <c>merkleblock</c> (<c>MSG_FILTERED_BLOCK</c>, BIP 37).</summary>
    FilteredBlock = 3,

    /// <summary>A block as <c>cmpctblock</c> (<c>MSG_CMPCT_BLOCK</c>, BIP 152).</summary>
    CompactBlock = 4,

    /// <summary>A transaction by wtxid (<c>MSG_WTX</c>, BIP 339).</summary>
    WitnessTransactionId = 5,

    /// <summary>The bit that asks for witnesses (<c>MSG_WITNESS_FLAG</c>, BIP 144).</summary>
    WitnessFlag = 1 << 30,

    /// <summary>A transaction by txid, to be sent with its witnesses (<c>MSG_WITNESS_TX</c>).</summary>
    WitnessTransaction = WitnessFlag | Transaction,

    /// <summary>A block to be sent with witnesses (<c>MSG_WITNESS_BLOCK</c>).</summary>
    WitnessBlock = WitnessFlag | Block,

    /// <summary>A filtered block with witnesses (<c>MSG_FILTERED_WITNESS_BLOCK</c>).</summary>
    FilteredWitnessBlock = WitnessFlag | FilteredBlock,
}

/// <summary>Names one block or transaction in <c>inv</c>, <c>getdata</c> and <c>notfound</c>.</summary>
/// <param name="Kind">What is named.</param>
/// <param name="Hash">Its hash.</param>
/// <remarks>36 bytes with the layout of the wire.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 36)]
public readonly record struct InventoryVector(InventoryKind Kind, Hash256 Hash)
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 36;

    /// <summary>Whether a block is named, in any form.</summary>
    public bool IsBlock => (Kind & ~InventoryKind.WitnessFlag)
        is InventoryKind.Block or InventoryKind.FilteredBlock or InventoryKind.CompactBlock;

    /// <summary>Whether a transaction is named, by txid or by wtxid.</summary>
    public bool IsTransaction => (Kind & ~InventoryKind.WitnessFlag) is InventoryKind.Transaction or InventoryKind.WitnessTransactionId;

    /// <summary>Names a transaction by txid.</summary>
    public static InventoryVector Transaction(Hash256 id) => new(InventoryKind.Transaction, id);

    /// <summary>Names a transaction by wtxid (BIP 339).</summary>
    public static InventoryVector WitnessTransactionId(Hash256 id) => new(InventoryKind.WitnessTransactionId, id);

    /// <summary>Names a block.</summary>
    public static InventoryVector Block(Hash256 hash) => new(InventoryKind.Block, hash);

    /// <summary>Names a block that is to come with its witnesses (BIP 144).</summary>
    public static InventoryVector WitnessBlock(Hash256 hash) => new(InventoryKind.WitnessBlock, hash);

    /// <summary>As in <c>Block 0000…</c>.</summary>
    public override string ToString() => $"{Kind} {Hash}";
}
