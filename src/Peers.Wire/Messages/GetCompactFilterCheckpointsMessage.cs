namespace Peers.Wire;

/// <summary>Asks for the filter header of every thousandth block; answered by <c>cfcheckpt</c> (BIP 157).</summary>
/// <param name="FilterType">The type of filter.</param>
/// <param name="Stop">Hash of the last block of the chain.</param>
public sealed record GetCompactFilterCheckpointsMessage(CompactFilterType FilterType, Hash256 Stop) : Message
{
    internal const int Size = 1 + Hash256.Length;

    /// <inheritdoc/>
    public override string Command => "getcfcheckpt";

    /// <inheritdoc/>
    public override int GetPayloadSize(WireProtocol protocol) => Size;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.WriteByte((byte)FilterType);
        writer.WriteHash(Stop);
    }

    internal static GetCompactFilterCheckpointsMessage Read(ref WireReader reader) =>
        new((CompactFilterType)reader.ReadByte("getcfcheckpt.type"), reader.ReadHash("getcfcheckpt.stop"));
}
