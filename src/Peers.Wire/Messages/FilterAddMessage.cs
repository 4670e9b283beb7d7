namespace Peers.Wire;

/// <summary>Adds an element to the bloom filter (BIP 37).</summary>
/// <param name="Element">What is to match from now on, at most 520 bytes.</param>
public sealed record FilterAddMessage(Bytes Element) : Message
{
    internal const int MaximumSize = 3 + WireLimits.BloomElementBytes;

    /// <inheritdoc/>
    public override string Command => "filteradd";

    /// <inheritdoc/>
    public override int GetPayloadSize(WireProtocol protocol) => CompactSize.SizeOf(Element.Length) + Element.Length;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer) =>
        writer.WriteVariableBytes(Element, WireLimits.BloomElementBytes, "filteradd.element");

    internal static FilterAddMessage Read(ref WireReader reader) =>
        new(reader.ReadVariableBytes(WireLimits.BloomElementBytes, "filteradd.element"));
}
