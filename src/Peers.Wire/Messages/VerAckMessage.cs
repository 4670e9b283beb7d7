namespace Peers.Wire;

/// <summary>"I take your version": the end of the handshake.</summary>
public sealed record VerAckMessage : EmptyMessage
{
    private VerAckMessage()
    {
    }

    /// <summary>The only one.</summary>
    public static VerAckMessage Instance { get; } = new();

    /// <inheritdoc/>
    public override string Command => "verack";
}
