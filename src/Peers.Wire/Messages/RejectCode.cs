namespace Peers.Wire;

/// <summary>Why something was rejected (BIP 61). Other values exist: the field is one byte of the sender's choosing.</summary>
public enum RejectCode : byte
{
    /// <summary>The message could not be read.</summary>
    Malformed = 0x01,

    /// <summary>Against the rules of consensus.</summary>
    Invalid = 0x10,

    /// <summary>Of a version that is no longer taken.</summary>
    Obsolete = 0x11,

    /// <summary>Known already, or a second <c>version</c>, or a transaction that spends what another spends.</summary>
    Duplicate = 0x12,

    /// <summary>Against the sender's policy.</summary>
    NonStandard = 0x40,

    /// <summary>An output is too small.</summary>
    Dust = 0x41,

    /// <summary>The fee is too small.</summary>
    InsufficientFee = 0x42,

    /// <summary>A block on a branch that a checkpoint forbids.</summary>
    Checkpoint = 0x43,
}
