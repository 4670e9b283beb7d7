namespace Peers.Wire;

/// <summary>"Announce new blocks by <c>headers</c>" (BIP 130).</summary>
public sealed record SendHeadersMessage : EmptyMessage
{
    private SendHeadersMessage()
    {
    }

    /// <summary>The only one.</summary>
    public static SendHeadersMessage Instance { get; } = new();

    /// <inheritdoc/>
    public override string Command => "sendheaders";
}
