namespace Peers.Wire;

/// <summary>The compact filter of a block (BIP 157).</summary>
/// <param name="FilterType">The type of filter.</param>
/// <param name="Block">Hash of the block.</param>
/// <param name="Filter">The filter (BIP 158): a CompactSize of elements, and their Golomb-coded set; at most 262,144 bytes (as btcd).</param>
public sealed record CompactFilterMessage(CompactFilterType FilterType, Hash256 Block, Bytes Filter) : Message
{
    internal const int MaximumSize = 1 + Hash256.Length + 5 + WireLimits.CompactFilterBytes;

    /// <inheritdoc/>
    public override string Command => "cfilter";

    /// <summary>The filter's hash; see <see cref="CompactFilterHeadersMessage.FilterHashes"/>.</summary>
    public Hash256 GetFilterHash() => DoubleSha256.Hash(Filter.Span);

    /// <inheritdoc/>
    public override int GetPayloadSize(WireProtocol protocol) => 1 + Hash256.Length + CompactSize.SizeOf(Filter.Length) + Filter.Length;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.WriteByte((byte)FilterType);
        writer.WriteHash(Block);
        writer.WriteVariableBytes(Filter, WireLimits.CompactFilterBytes, "cfilter.filter");
    }

    internal static CompactFilterMessage Read(ref WireReader reader) => new(
        (CompactFilterType)reader.ReadByte("cfilter.type"),
        reader.ReadHash("cfilter.block"),
        reader.ReadVariableBytes(WireLimits.CompactFilterBytes, "cfilter.filter"));
}
