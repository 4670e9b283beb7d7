namespace Peers.Wire;

/// <summary>The message types of the protocol, in the order of a conversation.</summary>
internal static class StandardMessages
{
    public static IReadOnlyList<MessageType> All { get; } =
    [
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
