namespace Peers.Wire;

/// <summary>
/// "I support this feature" (BIP 434); sent between <c>version</c> and <c>verack</c>, and only to those who speak version 70017.
/// </summary>
/// <param name="FeatureId">The feature's unique name, 4 to 80 bytes: <c>BIP434</c>, say.</param>
/// <param name="Data">What the feature makes of it, at most 512 bytes.</param>
public sealed record FeatureMessage(WireText FeatureId, Bytes Data) : Message
{
    internal const int MaximumSize = 1 + WireLimits.FeatureIdBytes + 3 + WireLimits.FeatureDataBytes;

    /// <inheritdoc/>
    public override string Command => "feature";

    /// <inheritdoc/>
    public override int GetPayloadSize(WireProtocol protocol) =>
        CompactSize.SizeOf(FeatureId.Length) + FeatureId.Length + CompactSize.SizeOf(Data.Length) + Data.Length;

    /// <inheritdoc/>
    /// <exception cref="WireException"><see cref="WireError.InvalidValue"/>: the name is too short.</exception>
    public override void WritePayload(ref WireWriter writer)
    {
        CheckId(FeatureId, writer.Position);
        writer.WriteText(FeatureId, WireLimits.FeatureIdBytes, "feature.id");
        writer.WriteText(new WireText(Data), WireLimits.FeatureDataBytes, "feature.data");
    }

    internal static FeatureMessage Read(ref WireReader reader)
    {
        var start = reader.Position;
        var id = reader.ReadText(WireLimits.FeatureIdBytes, "feature.id");
        CheckId(id, start);
        return new FeatureMessage(id, reader.ReadText(WireLimits.FeatureDataBytes, "feature.data").Bytes);
    }

    private static void CheckId(WireText id, int offset)
    {
        if (id.Length < WireLimits.FeatureIdLeastBytes)
        {
            throw new WireException(
                WireError.InvalidValue, offset, "feature.id", $"{id.Length} of at least {WireLimits.FeatureIdLeastBytes} bytes");
        }
    }
}
