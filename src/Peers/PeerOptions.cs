using Peers.Wire;

namespace Peers;

/// <summary>What one connection has otherwise than the settings of its engine say.</summary>
public sealed record PeerOptions
{
    private PeerOptions()
    {
    }

    /// <summary>As the settings say.</summary>
    public static PeerOptions Default { get; } = new();

    /// <summary>Whether a remote that owes an answer too long is a stall; null as <c>peers.stall.enabled</c> says.</summary>
    public bool? StallDetection { get; init; }

    /// <summary>Whether a person chose the remote, so that it may be exempt from stall detection: <c>peers.stall.exempt</c>.</summary>
    public bool Manual { get; init; }

    /// <summary>
    /// Whether only blocks are relayed, as by Bitcoin Core's block-relay-only connections: our <c>version</c> asks for no transactions and
    /// none is announced, so an observer of transactions learns nothing of this connection.
    /// </summary>
    public bool BlockRelayOnly { get; init; }

    /// <summary>What the connection is for; null as the others say.</summary>
    internal ConnectionType? Type { get; init; }

    /// <summary>What the remote must offer beyond what <c>peers.handshake.required-services</c> asks for.</summary>
    internal ServiceFlags Services { get; init; }

    /// <summary>
    /// Whether the listener also gets what the remote said to settle the terms (<c>version</c>, <c>wtxidrelay</c>, <c>sendaddrv2</c>,
    /// <c>sendtxrcncl</c>, <c>feature</c>, <c>verack</c>), in order and right behind <see cref="PeerReady"/>. What was settled is in
    /// <see cref="RemotePeer"/> in any case.
    /// </summary>
    public bool DeliverNegotiation { get; init; }

    /// <summary>
    /// Whether the listener also gets <see cref="VersionHeard"/>, as soon as the remote has said its <c>version</c>: who wants to know whom it spoke to
    /// even when the handshake is never done, such as a crawler.
    /// </summary>
    public bool HearVersion { get; init; }

    /// <summary>What a connection with these options is for.</summary>
    internal ConnectionType TypeOf(Direction direction) =>
        direction == Direction.Inbound ? ConnectionType.Inbound
        : Type ?? (Manual ? ConnectionType.Manual : BlockRelayOnly ? ConnectionType.BlockRelay : ConnectionType.OutboundFullRelay);
}
