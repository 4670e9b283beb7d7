namespace Peers.Wire;

/// <summary>Asks for the hashes of the compact filters of a range of blocks; answered by <c>cfheaders</c> (BIP 157).</summary>
/// <param name="FilterType">The type of filter.</param>
/// <param name="StartHeight">Height of the first block.</param>
/// <param name="Stop">Hash of the last block, less than 2,000 above the first.</param>
public sealed record GetCompactFilterHeadersMessage(CompactFilterType FilterType, uint StartHeight, Hash256 Stop) : Message
{
    internal const int Size = 1 + sizeof(uint) + Hash256.Length;

    /// <inheritdoc/>
    public override string Command => "getcfheaders";

    /// <inheritdoc/>
    public override int GetPayloadSize(WireProtocol protocol) => Size;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.WriteByte((byte)FilterType);
        writer.WriteUInt32(StartHeight);
        writer.WriteHash(Stop);
    }

    internal static GetCompactFilterHeadersMessage Read(ref WireReader reader) => new(
        (CompactFilterType)reader.ReadByte("getcfheaders.type"), reader.ReadUInt32("getcfheaders.start"), reader.ReadHash("getcfheaders.stop"));
}
