namespace Peers.Wire;

/// <summary>Asks for the compact filters of a range of blocks; answered by one <c>cfilter</c> for each (BIP 157).</summary>
/// <param name="FilterType">The type of filter.</param>
/// <param name="StartHeight">Height of the first block.</param>
/// <param name="Stop">Hash of the last block, less than 1,000 above the first.</param>
public sealed record GetCompactFiltersMessage(CompactFilterType FilterType, uint StartHeight, Hash256 Stop) : Message
{
    internal const int Size = 1 + sizeof(uint) + Hash256.Length;

    /// <inheritdoc/>
    public override string Command => "getcfilters";

    /// <inheritdoc/>
    public override int GetPayloadSize(WireProtocol protocol) => Size;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.WriteByte((byte)FilterType);
        writer.WriteUInt32(StartHeight);
        writer.WriteHash(Stop);
    }

    internal static GetCompactFiltersMessage Read(ref WireReader reader) => new(
        (CompactFilterType)reader.ReadByte("getcfilters.type"), reader.ReadUInt32("getcfilters.start"), reader.ReadHash("getcfilters.stop"));
}
