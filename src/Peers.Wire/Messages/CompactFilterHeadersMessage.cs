namespace Peers.Wire;

/// <summary>The hashes of the compact filters of a range of blocks, and the filter header before them (BIP 157).</summary>
/// <param name="FilterType">The type of filter.</param>
/// <param name="Stop">Hash of the last block.</param>
/// <param name="PreviousHeader">The filter header of the block before the first; zero before the genesis block.</param>
/// <param name="FilterHashes">The filters' hashes in the order of the blocks, at most 2,000.</param>
public sealed record CompactFilterHeadersMessage(
    CompactFilterType FilterType, Hash256 Stop, Hash256 PreviousHeader, WireArray<Hash256> FilterHashes) : Message
{
    private const int FixedSize = 1 + Hash256.Length + Hash256.Length;

    internal const int MaximumSize = FixedSize + 3 + (WireLimits.CompactFilterHeaders * Hash256.Length);

    /// <inheritdoc/>
    public override string Command => "cfheaders";

    /// <inheritdoc/>
    public override int GetPayloadSize(WireProtocol protocol) =>
        FixedSize + CompactSize.SizeOf(FilterHashes.Length) + (FilterHashes.Length * Hash256.Length);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.WriteByte((byte)FilterType);
        writer.WriteHash(Stop);
        writer.WriteHash(PreviousHeader);
        writer.WriteCount(FilterHashes.Length, WireLimits.CompactFilterHeaders, "cfheaders.count");
        writer.WriteHashes(FilterHashes);
    }

    internal static CompactFilterHeadersMessage Read(ref WireReader reader) => new(
        (CompactFilterType)reader.ReadByte("cfheaders.type"),
        reader.ReadHash("cfheaders.stop"),
        reader.ReadHash("cfheaders.previous"),
        reader.ReadHashes(reader.ReadCount(WireLimits.CompactFilterHeaders, Hash256.Length, "cfheaders.count"), "cfheaders.hashes"));
}
