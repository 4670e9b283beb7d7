namespace Peers.Wire;

/// <summary>Between version and verack: "tell me addresses as <c>addrv2</c>" (BIP 155).</summary>
public sealed record SendAddrV2Message : EmptyMessage
{
    private SendAddrV2Message()
    {
    }

    /// <summary>The only one.</summary>
    public static SendAddrV2Message Instance { get; } = new();

    /// <inheritdoc/>
    public override string Command => "sendaddrv2";
}
