namespace Peers.Wire;

/// <summary>"I understand compact blocks" (BIP 152).</summary>
/// <param name="HighBandwidth">Whether new blocks are to come as <c>cmpctblock</c> unasked.</param>
/// <param name="Version">The version of compact blocks; 2 is the one with wtxids.</param>
public sealed record SendCompactMessage(bool HighBandwidth, ulong Version) : Message
{
    /// <inheritdoc/>
    public override string Command => "sendcmpct";

    /// <inheritdoc/>
    public override int GetPayloadSize(WireProtocol protocol) => 1 + sizeof(ulong);

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.WriteBoolean(HighBandwidth);
        writer.WriteUInt64(Version);
    }

    internal static SendCompactMessage Read(ref WireReader reader) =>
        new(reader.ReadBoolean("sendcmpct.highbandwidth"), reader.ReadUInt64("sendcmpct.version"));
}
