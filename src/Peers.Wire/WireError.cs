namespace Peers.Wire;

/// <summary>What is wrong with bytes that were received, or with a message that was to be sent.</summary>
/// <remarks>Which of these end a connection is the decision of the <see cref="StrictnessPolicy"/>.</remarks>
public enum WireError
{
    /// <summary>The first four bytes of a frame are not the magic of our network.</summary>
    WrongNetwork,

    /// <summary>The first bytes of a frame are no magic that we know, and nothing behind them looks like the protocol: another service speaks.</summary>
    NotBitcoin,

    /// <summary>The announced or needed payload is above the limit for any message, or for this one.</summary>
    OversizedMessage,

    /// <summary>The command field is not printable ASCII followed by NULs only.</summary>
    InvalidCommand,

    /// <summary>The payload does not hash to the four checksum bytes of its header.</summary>
    BadChecksum,

    /// <summary>The payload ends before its last field, or a count asks for more bytes than are left.</summary>
    Truncated,

    /// <summary>Bytes are left after the last field.</summary>
    TrailingBytes,

    /// <summary>A CompactSize is longer than it need be.</summary>
    NonCanonicalCount,

    /// <summary>A list or a filter is complete but above the cap that the protocol gives it.</summary>
    TooMany,

    /// <summary>A text or an address is longer than its field may be.</summary>
    TooLong,

    /// <summary>A field holds a value that the protocol does not allow.</summary>
    InvalidValue,

    /// <summary>The message does not exist in the negotiated protocol version.</summary>
    VersionTooLow,
}
