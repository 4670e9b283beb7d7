namespace Peers.Wire;

/// <summary>Every maximum of the protocol on one page. Values are Bitcoin Core's unless the text names another source.</summary>
public static class WireLimits
{
    /// <summary>Bytes of a payload of any message (<c>MAX_PROTOCOL_MESSAGE_LENGTH</c>).</summary>
    public const int MessageBytes = 4_000_000;

    /// <summary>Bytes of a frame header of the v1 transport.</summary>
    public const int HeaderBytes = 24;

    /// <summary>Bytes of the command field.</summary>
    public const int CommandBytes = 12;

    /// <summary>Bytes that are buffered ahead of those received, however long the announced payload is.</summary>
    public const int ReceiveAhead = 256 * 1024;

    /// <summary>Bytes of an unknown message that are kept; a longer one is skipped as it arrives.</summary>
    public const int UnknownPayloadBytes = 256 * 1024;

    /// <summary>Bytes of a user agent (BIP 14).</summary>
    public const int UserAgentBytes = 256;

    /// <summary>Items of an <c>inv</c> or a <c>getdata</c>, and here of a <c>notfound</c>.</summary>
    public const int InventoryItems = 50_000;

    /// <summary>Headers of a <c>headers</c> message.</summary>
    public const int Headers = 2_000;

    /// <summary>Hashes of a block locator (<c>MAX_LOCATOR_SZ</c>).</summary>
    public const int LocatorHashes = 101;

    /// <summary>Hashes of a block locator as btcd allows them.</summary>
    public const int LocatorHashesBtcd = 500;

    /// <summary>Entries of an <c>addr</c> or an <c>addrv2</c>.</summary>
    public const int Addresses = 1_000;

    /// <summary>Bytes of an address in <c>addrv2</c> (BIP 155).</summary>
    public const int AddressBytes = 512;

    /// <summary>Bytes of a bloom filter (BIP 37).</summary>
    public const int BloomFilterBytes = 36_000;

    /// <summary>Hash functions of a bloom filter (BIP 37).</summary>
    public const int BloomHashFunctions = 50;

    /// <summary>Bytes of an element added to a bloom filter (BIP 37).</summary>
    public const int BloomElementBytes = 520;

    /// <summary>Bytes of a compact filter (as btcd).</summary>
    public const int CompactFilterBytes = 256 * 1024;

    /// <summary>Filter hashes of a <c>cfheaders</c> (BIP 157).</summary>
    public const int CompactFilterHeaders = 2_000;

    /// <summary>Filter headers of a <c>cfcheckpt</c> (as btcd).</summary>
    public const int CompactFilterCheckpoints = 100_000;

    /// <summary>Transactions of a compact block: their indexes have 16 bits (BIP 152).</summary>
    public const int CompactBlockTransactions = 65_535;

    /// <summary>Least bytes of the name of a <c>feature</c> (BIP 434).</summary>
    public const int FeatureIdLeastBytes = 4;

    /// <summary>Bytes of the name of a <c>feature</c> (BIP 434).</summary>
    public const int FeatureIdBytes = 80;

    /// <summary>Bytes of the data of a <c>feature</c> (BIP 434).</summary>
    public const int FeatureDataBytes = 512;

    /// <summary>Bytes of the reason of a <c>reject</c> (as Bitcoin Core had it).</summary>
    public const int RejectReasonBytes = 111;

    /// <summary>Items that any count may claim (<c>MAX_SIZE</c>), before the bytes left are looked at.</summary>
    public const int AnyCount = 0x02000000;
}
