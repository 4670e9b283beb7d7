namespace Peers.Wire;

/// <summary>Asks for addresses; answered by <c>addr</c> or <c>addrv2</c>, once per inbound connection.</summary>
public sealed record GetAddrMessage : EmptyMessage
{
    private GetAddrMessage()
    {
    }

    /// <summary>The only one.</summary>
    public static GetAddrMessage Instance { get; } = new();

    /// <inheritdoc/>
    public override string Command => "getaddr";
}
