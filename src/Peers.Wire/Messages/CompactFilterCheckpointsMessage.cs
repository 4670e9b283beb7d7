namespace Peers.Wire;

/// <summary>The filter header of every thousandth block of a chain (BIP 157).</summary>
/// <param name="FilterType">The type of filter.</param>
/// <param name="Stop">Hash of the last block of the chain.</param>
/// <param name="FilterHeaders">The filter headers of blocks 1,000, 2,000 and so on, at most 100,000 (as btcd).</param>
public sealed record CompactFilterCheckpointsMessage(CompactFilterType FilterType, Hash256 Stop, WireArray<Hash256> FilterHeaders) : Message
{
    private const int FixedSize = 1 + Hash256.Length;

    internal const int MaximumSize = FixedSize + 5 + (WireLimits.CompactFilterCheckpoints * Hash256.Length);

    /// <inheritdoc/>
    public override string Command => "cfcheckpt";

    /// <inheritdoc/>
    public override int GetPayloadSize(WireProtocol protocol) =>
        FixedSize + CompactSize.SizeOf(FilterHeaders.Length) + (FilterHeaders.Length * Hash256.Length);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.WriteByte((byte)FilterType);
        writer.WriteHash(Stop);
        writer.WriteCount(FilterHeaders.Length, WireLimits.CompactFilterCheckpoints, "cfcheckpt.count");
        writer.WriteHashes(FilterHeaders);
    }

    internal static CompactFilterCheckpointsMessage Read(ref WireReader reader) => new(
        (CompactFilterType)reader.ReadByte("cfcheckpt.type"),
        reader.ReadHash("cfcheckpt.stop"),
        reader.ReadHashes(reader.ReadCount(WireLimits.CompactFilterCheckpoints, Hash256.Length, "cfcheckpt.count"), "cfcheckpt.headers"));
}
