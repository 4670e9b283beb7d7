namespace Peers.TestKit;

/// <summary>What is wrong with a message that a <see cref="ScriptedPeer"/> forges.</summary>
public enum Forgery
{
    /// <summary>The checksum is that of another payload.</summary>
    WrongChecksum,

    /// <summary>The magic is another network's.</summary>
    WrongMagic,

    /// <summary>The header announces one byte more than any message may have.</summary>
    TooLong,

    /// <summary>The payload ends one byte early, and header and checksum agree with that.</summary>
    CutShort,

    /// <summary>The frame's second half never comes.</summary>
    HalfSaid,
}
