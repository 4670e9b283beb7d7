using Peers.Wire;

namespace Peers;

/// <summary>What happens to a message of a ready peer.</summary>
/// <param name="Delivered">Whether the listener gets it.</param>
/// <param name="End">What ends the connection; null when nothing does.</param>
internal readonly record struct MessageRuling(bool Delivered, DisconnectReason? End)
{
    public static MessageRuling Deliver { get; } = new(true, null);

    public static MessageRuling Drop { get; } = new(false, null);

    public static MessageRuling Disconnect(DisconnectReason reason) => new(false, reason);
}

/// <summary>What a remote may say when the handshake is done: the table of <c>docs/strictness.md</c>. What it may say before is in <see cref="Handshake"/>.</summary>
internal static class MessageRules
{
    /// <param name="message">What was heard.</param>
    /// <param name="strictness">How much is forgiven.</param>
    /// <param name="version">The protocol version that is spoken.</param>
    /// <param name="offered">What we offer.</param>
    /// <param name="filterLoaded">Whether the remote has loaded a bloom filter.</param>
    public static MessageRuling On(Message message, StrictnessPolicy strictness, int version, ServiceFlags offered, bool filterLoaded) => message switch
    {
        VersionMessage or VerAckMessage when strictness.DuplicateHandshakeIgnored => MessageRuling.Drop,
        WtxIdRelayMessage when strictness.LateWtxIdRelayIgnored => MessageRuling.Drop,

        // What was settled at verack is frozen (BIP 155, BIP 339).
        VersionMessage or VerAckMessage or SendAddrV2Message or WtxIdRelayMessage =>
            MessageRuling.Disconnect(new DisconnectReason.Unexpected(message.Command, PeerPhase.Ready)),

        FilterLoadMessage or FilterAddMessage or FilterClearMessage or MempoolMessage when !offered.HasFlag(ServiceFlags.Bloom) =>
            NotOffered(message, ServiceFlags.Bloom, version),
        GetCompactFiltersMessage or GetCompactFilterHeadersMessage or GetCompactFilterCheckpointsMessage
            when !offered.HasFlag(ServiceFlags.CompactFilters) => NotOffered(message, ServiceFlags.CompactFilters, version),

        // There is nothing to add to (as Bitcoin Core and btcd).
        FilterAddMessage when !filterLoaded => MessageRuling.Disconnect(new DisconnectReason.Unexpected(message.Command, PeerPhase.Ready)),
        _ => MessageRuling.Deliver,
    };

    /// <summary>BIP 111 has it known from 70011 on that a service must be offered; who speaks an older version may not know better.</summary>
    private static MessageRuling NotOffered(Message message, ServiceFlags service, int version) =>
        version >= ProtocolVersion.BloomService ? MessageRuling.Disconnect(new DisconnectReason.ServiceNotOffered(message.Command, service)) : MessageRuling.Drop;
}
