namespace Peers.Wire;

/// <summary>What a node offers, as the bits of <c>version.services</c>.</summary>
[Flags]
public enum ServiceFlags : ulong
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The whole block chain (<c>NODE_NETWORK</c>).</summary>
    Network = 1 << 0,

    /// <summary>Lookups of unspent outputs (<c>NODE_GETUTXO</c>, BIP 64).</summary>
    GetUtxo = 1 << 1,

    /// <summary>Bloom filtered connections (<c>NODE_BLOOM</c>, BIP 111).</summary>
    Bloom = 1 << 2,

    /// <summary>Blocks and transactions with witnesses (<c>NODE_WITNESS</c>, BIP 144).</summary>
    Witness = 1 << 3,

    /// <summary>Compact block filters (<c>NODE_COMPACT_FILTERS</c>, BIP 157).</summary>
    CompactFilters = 1 << 6,

    /// <summary>The last 288 blocks (<c>NODE_NETWORK_LIMITED</c>, BIP 159).</summary>
    NetworkLimited = 1 << 10,

    /// <summary>The encrypted transport (<c>NODE_P2P_V2</c>, BIP 324).</summary>
    EncryptedTransport = 1 << 11,
}
