namespace Peers.Wire;

/// <summary>The first message of each side: who I am. Old nodes leave out fields from the end.</summary>
/// <param name="Version">The highest protocol version that the sender speaks; signed.</param>
/// <param name="Services">What the sender offers.</param>
/// <param name="Time">The sender's clock, Unix time in seconds; any value is read.</param>
/// <param name="Receiver">The receiver as the sender sees it.</param>
/// <param name="Sender">The sender as it sees itself, which nobody believes; null when left out.</param>
/// <param name="Nonce">Tells the sender that it met itself; 0 when left out.</param>
/// <param name="UserAgent">What the sender calls itself (BIP 14), at most 256 bytes; empty when left out.</param>
/// <param name="StartHeight">Height of the sender's best block; 0 when left out.</param>
/// <param name="Relay">Whether the sender wants transactions announced (BIP 37, BIP 60); true when left out.</param>
public sealed record VersionMessage(
    int Version, ServiceFlags Services, long Time, VersionAddress Receiver, VersionAddress? Sender, ulong Nonce, WireText UserAgent,
    int StartHeight, bool Relay) : Message
{
    private const int FixedSize = sizeof(int) + sizeof(ulong) + sizeof(long) + VersionAddress.Size;

    internal const int MaximumSize = FixedSize + VersionAddress.Size + sizeof(ulong) + 3 + WireLimits.UserAgentBytes + sizeof(int) + 1;

    /// <inheritdoc/>
    public override string Command => "version";

    /// <inheritdoc/>
    /// <remarks>A field in the middle cannot be left out: a version without its sender says nothing after the receiver.</remarks>
    public override int GetPayloadSize(WireProtocol protocol) => Sender is null
        ? FixedSize
        : FixedSize + VersionAddress.Size + sizeof(ulong) + CompactSize.SizeOf(UserAgent.Length) + UserAgent.Length + sizeof(int) + (HasRelay ? 1 : 0);

    /// <summary>Old versions have no such field, but a reader takes it from whoever sends it: it is left out where that says the same.</summary>
    private bool HasRelay => Version >= ProtocolVersion.Bloom || !Relay;

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.WriteInt32(Version);
        writer.WriteUInt64((ulong)Services);
        writer.WriteInt64(Time);
        Receiver.Write(ref writer);
        if (Sender is null)
        {
            return;
        }

        Sender.Write(ref writer);
        writer.WriteUInt64(Nonce);
        writer.WriteText(UserAgent, WireLimits.UserAgentBytes, "version.useragent");
        writer.WriteInt32(StartHeight);
        if (HasRelay)
        {
            writer.WriteBoolean(Relay);
        }
    }

    internal static VersionMessage Read(ref WireReader reader) => new(
        reader.ReadInt32("version.version"),
        (ServiceFlags)reader.ReadUInt64("version.services"),
        reader.ReadInt64("version.time"),
        VersionAddress.Read(ref reader, "version.receiver"),
        reader.Remaining > 0 ? VersionAddress.Read(ref reader, "version.sender") : null,
        reader.Remaining > 0 ? reader.ReadUInt64("version.nonce") : 0,
        reader.Remaining > 0 ? reader.ReadText(WireLimits.UserAgentBytes, "version.useragent") : WireText.Empty,
        reader.Remaining > 0 ? reader.ReadInt32("version.startheight") : 0,
        reader.Remaining == 0 || reader.ReadBoolean("version.relay"));
}
