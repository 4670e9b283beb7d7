namespace Peers.Wire;

/// <summary>"Do not announce transactions that pay less" (BIP 133).</summary>
/// <param name="FeeRate">Satoshis per 1,000 virtual bytes; any value is read.</param>
public sealed record FeeFilterMessage(long FeeRate) : Message
{
    /// <inheritdoc/>
    public override string Command => "feefilter";

    /// <inheritdoc/>
    public override int GetPayloadSize(WireProtocol protocol) => sizeof(long);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer) => writer.WriteInt64(FeeRate);

    internal static FeeFilterMessage Read(ref WireReader reader) => new(reader.ReadInt64("feefilter.rate"));
}
