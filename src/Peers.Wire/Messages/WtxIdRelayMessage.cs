namespace Peers.Wire;

/// <summary>Between version and verack: "announce transactions by wtxid" (BIP 339).</summary>
public sealed record WtxIdRelayMessage : EmptyMessage
{
    private WtxIdRelayMessage()
    {
    }

    /// <summary>The only one.</summary>
    public static WtxIdRelayMessage Instance { get; } = new();

    /// <inheritdoc/>
    public override string Command => "wtxidrelay";
}
