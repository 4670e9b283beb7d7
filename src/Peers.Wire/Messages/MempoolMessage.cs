namespace Peers.Wire;

/// <summary>Asks for an <c>inv</c> of all transactions that the remote holds (BIP 35).</summary>
public sealed record MempoolMessage : EmptyMessage
{
    private MempoolMessage()
    {
    }

    /// <summary>The only one.</summary>
    public static MempoolMessage Instance { get; } = new();

    /// <inheritdoc/>
    public override string Command => "mempool";
}
