namespace Peers.Wire;

/// <summary>Takes the bloom filter away (BIP 37).</summary>
public sealed record FilterClearMessage : EmptyMessage
{
    private FilterClearMessage()
    {
    }

    /// <summary>The only one.</summary>
    public static FilterClearMessage Instance { get; } = new();

    /// <inheritdoc/>
    public override string Command => "filterclear";
}
