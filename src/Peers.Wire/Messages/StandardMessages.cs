namespace Peers.Wire;

/// <summary>The message types of the protocol, in the order of a conversation.</summary>
internal static class StandardMessages
{
    public static IReadOnlyList<MessageType> All { get; } =
    [
        MessageType.Of<VersionMessage>("version", VersionMessage.Read, VersionMessage.MaximumSize),
        MessageType.Of<WtxIdRelayMessage>("wtxidrelay", (ref WireReader _) => WtxIdRelayMessage.Instance, 0, ProtocolVersion.AddressV2),
        MessageType.Of<SendAddrV2Message>("sendaddrv2", (ref WireReader _) => SendAddrV2Message.Instance, 0, ProtocolVersion.AddressV2),
        MessageType.Of<PongMessage>("pong", PongMessage.Read, 8, ProtocolVersion.Bip31 + 1),
        MessageType.Of<GetDataMessage>("getdata", GetDataMessage.Read, InventoryList.MaximumSize),
        MessageType.Of<NotFoundMessage>("notfound", NotFoundMessage.Read, InventoryList.MaximumSize),
        MessageType.Of<GetHeadersMessage>("getheaders", GetHeadersMessage.Read, BlockLocator.MaximumSize),
        MessageType.Of<GetBlocksMessage>("getblocks", GetBlocksMessage.Read, BlockLocator.MaximumSize),
        MessageType.Of<HeadersMessage>("headers", HeadersMessage.Read, HeadersMessage.MaximumSize),
        MessageType.Of<SendHeadersMessage>("sendheaders", (ref WireReader _) => SendHeadersMessage.Instance, 0, ProtocolVersion.SendHeaders),
        MessageType.Of<FeeFilterMessage>("feefilter", FeeFilterMessage.Read, 8, ProtocolVersion.FeeFilter),
        MessageType.Of<SendCompactMessage>("sendcmpct", SendCompactMessage.Read, 9, ProtocolVersion.CompactBlocks),
        MessageType.Of<GetAddrMessage>("getaddr", (ref WireReader _) => GetAddrMessage.Instance, 0),
        MessageType.Of<AddrMessage>("addr", AddrMessage.Read, AddrMessage.MaximumSize),
        MessageType.Of<AddrV2Message>("addrv2", AddrV2Message.Read, AddrV2Message.MaximumSize),
        MessageType.Of<MempoolMessage>("mempool", (ref WireReader _) => MempoolMessage.Instance, 0, ProtocolVersion.Mempool),
        MessageType.Of<FilterClearMessage>("filterclear", (ref WireReader _) => FilterClearMessage.Instance, 0, ProtocolVersion.Bloom),
        MessageType.Of<VerAckMessage>("verack", (ref WireReader _) => VerAckMessage.Instance, 0),
        MessageType.Of<PingMessage>("ping", PingMessage.Read, 8),
        MessageType.Of<InvMessage>("inv", InvMessage.Read, InventoryList.MaximumSize),
        MessageType.Of<TransactionMessage>("tx", TransactionMessage.Read, keepsPayload: true),
        MessageType.Of<BlockMessage>("block", BlockMessage.Read, keepsPayload: true),
        MessageType.Of<MerkleBlockMessage>("merkleblock", MerkleBlockMessage.Read, minimumVersion: ProtocolVersion.Bloom, keepsPayload: true),
        MessageType.Of<CompactBlockMessage>("cmpctblock", CompactBlockMessage.Read, minimumVersion: ProtocolVersion.CompactBlocks, keepsPayload: true),
        MessageType.Of<GetBlockTransactionsMessage>("getblocktxn", GetBlockTransactionsMessage.Read, minimumVersion: ProtocolVersion.CompactBlocks),
        MessageType.Of<BlockTransactionsMessage>("blocktxn", BlockTransactionsMessage.Read, minimumVersion: ProtocolVersion.CompactBlocks, keepsPayload: true),
    ];
}
