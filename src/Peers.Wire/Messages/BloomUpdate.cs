namespace Peers.Wire;

/// <summary>What is added to a bloom filter when a transaction matches (BIP 37). Other values exist: the lowest two bits count.</summary>
public enum BloomUpdate : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The outpoints of outputs that match.</summary>
    All = 1,

    /// <summary>The outpoints of outputs that match and pay to a public key or to several.</summary>
    PublicKeyOnly = 2,
}
