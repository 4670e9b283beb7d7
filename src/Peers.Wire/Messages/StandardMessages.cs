using static Peers.Wire.MessageType;

namespace Peers.Wire;

/// <summary>The message types of the protocol, in the order of a conversation.</summary>
internal static class StandardMessages
{
    /// <summary>The messages themselves; maxima and minimum versions are btcd's where it has the message.</summary>
    public static IReadOnlyList<MessageType> All { get; } =
    [
        Of<VersionMessage>("version", VersionMessage.Read, VersionMessage.MaximumSize),
        Of<WtxIdRelayMessage>("wtxidrelay", (ref WireReader _) => WtxIdRelayMessage.Instance, 0, ProtocolVersion.AddressV2),
        Of<SendAddrV2Message>("sendaddrv2", (ref WireReader _) => SendAddrV2Message.Instance, 0, ProtocolVersion.AddressV2),

        // btcd does not know these two, and ignores them in every version.
        Of<SendReconciliationMessage>("sendtxrcncl", SendReconciliationMessage.Read, SendReconciliationMessage.Size),
        Of<FeatureMessage>("feature", FeatureMessage.Read, FeatureMessage.MaximumSize),
        Of<VerAckMessage>("verack", (ref WireReader _) => VerAckMessage.Instance, 0),

        Of<PingMessage>("ping", PingMessage.Read, 8),
        Of<PongMessage>("pong", PongMessage.Read, 8, ProtocolVersion.Bip31 + 1),
        Of<SendHeadersMessage>("sendheaders", (ref WireReader _) => SendHeadersMessage.Instance, 0, ProtocolVersion.SendHeaders),
        Of<SendCompactMessage>("sendcmpct", SendCompactMessage.Read, 9, ProtocolVersion.CompactBlocks),
        Of<FeeFilterMessage>("feefilter", FeeFilterMessage.Read, 8, ProtocolVersion.FeeFilter),

        Of<GetAddrMessage>("getaddr", (ref WireReader _) => GetAddrMessage.Instance, 0),
        Of<AddrMessage>("addr", AddrMessage.Read, AddrMessage.MaximumSize),
        Of<AddrV2Message>("addrv2", AddrV2Message.Read, AddrV2Message.MaximumSize),

        Of<InvMessage>("inv", InvMessage.Read, InventoryList.MaximumSize),
        Of<GetDataMessage>("getdata", GetDataMessage.Read, InventoryList.MaximumSize),
        Of<NotFoundMessage>("notfound", NotFoundMessage.Read, InventoryList.MaximumSize),
        Of<GetHeadersMessage>("getheaders", GetHeadersMessage.Read, BlockLocator.MaximumSize),
        Of<GetBlocksMessage>("getblocks", GetBlocksMessage.Read, BlockLocator.MaximumSize),
        Of<HeadersMessage>("headers", HeadersMessage.Read, HeadersMessage.MaximumSize),
        Of<TransactionMessage>("tx", TransactionMessage.Read, keepsPayload: true),
        Of<BlockMessage>("block", BlockMessage.Read, keepsPayload: true),
        Of<MempoolMessage>("mempool", (ref WireReader _) => MempoolMessage.Instance, 0, ProtocolVersion.Mempool),

        Of<CompactBlockMessage>("cmpctblock", CompactBlockMessage.Read, minimumVersion: ProtocolVersion.CompactBlocks, keepsPayload: true),
        Of<GetBlockTransactionsMessage>("getblocktxn", GetBlockTransactionsMessage.Read, minimumVersion: ProtocolVersion.CompactBlocks),
        Of<BlockTransactionsMessage>("blocktxn", BlockTransactionsMessage.Read, minimumVersion: ProtocolVersion.CompactBlocks, keepsPayload: true),

        Of<FilterLoadMessage>("filterload", FilterLoadMessage.Read, FilterLoadMessage.MaximumSize, ProtocolVersion.Bloom),
        Of<FilterAddMessage>("filteradd", FilterAddMessage.Read, FilterAddMessage.MaximumSize, ProtocolVersion.Bloom),
        Of<FilterClearMessage>("filterclear", (ref WireReader _) => FilterClearMessage.Instance, 0, ProtocolVersion.Bloom),
        Of<MerkleBlockMessage>("merkleblock", MerkleBlockMessage.Read, minimumVersion: ProtocolVersion.Bloom, keepsPayload: true),

        Of<GetCompactFiltersMessage>("getcfilters", GetCompactFiltersMessage.Read, GetCompactFiltersMessage.Size),
        Of<CompactFilterMessage>("cfilter", CompactFilterMessage.Read, CompactFilterMessage.MaximumSize, keepsPayload: true),
        Of<GetCompactFilterHeadersMessage>("getcfheaders", GetCompactFilterHeadersMessage.Read, GetCompactFilterHeadersMessage.Size),
        Of<CompactFilterHeadersMessage>("cfheaders", CompactFilterHeadersMessage.Read, CompactFilterHeadersMessage.MaximumSize),
        Of<GetCompactFilterCheckpointsMessage>("getcfcheckpt", GetCompactFilterCheckpointsMessage.Read, GetCompactFilterCheckpointsMessage.Size),
        Of<CompactFilterCheckpointsMessage>("cfcheckpt", CompactFilterCheckpointsMessage.Read, CompactFilterCheckpointsMessage.MaximumSize),

        Of<RejectMessage>("reject", RejectMessage.Read, minimumVersion: ProtocolVersion.Reject),
        Of<AlertMessage>("alert", AlertMessage.Read),
    ];
}
