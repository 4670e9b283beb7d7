namespace Peers.Wire;

/// <summary>Protocol versions at which something changed.</summary>
public static class ProtocolVersion
{
    /// <summary>The lowest that btcd accepts: several addresses in one <c>addr</c>.</summary>
    public const int MultipleAddresses = 209;

    /// <summary>From here entries of <c>addr</c> carry a time.</summary>
    public const int AddressTime = 31402;

    /// <summary>Above this, <c>ping</c> carries a nonce and is answered by <c>pong</c> (BIP 31).</summary>
    public const int Bip31 = 60000;

    /// <summary>From here <c>mempool</c> exists (BIP 35).</summary>
    public const int Mempool = 60002;

    /// <summary>From here bloom filters exist and <c>version</c> carries the relay flag (BIP 37).</summary>
    public const int Bloom = 70001;

    /// <summary>From here <c>reject</c> exists (BIP 61).</summary>
    public const int Reject = 70002;

    /// <summary>From here bloom filters need the service bit (BIP 111).</summary>
    public const int BloomService = 70011;

    /// <summary>From here <c>sendheaders</c> exists (BIP 130).</summary>
    public const int SendHeaders = 70012;

    /// <summary>From here <c>feefilter</c> exists (BIP 133).</summary>
    public const int FeeFilter = 70013;

    /// <summary>From here compact blocks exist (BIP 152).</summary>
    public const int CompactBlocks = 70014;

    /// <summary>From here <c>sendaddrv2</c> (BIP 155) and <c>wtxidrelay</c> (BIP 339) exist.</summary>
    public const int AddressV2 = 70016;

    /// <summary>From here <c>feature</c> exists (BIP 434).</summary>
    public const int Feature = 70017;

    /// <summary>What this library speaks.</summary>
    public const int Latest = AddressV2;
}
