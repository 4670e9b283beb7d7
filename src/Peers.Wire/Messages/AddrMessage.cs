namespace Peers.Wire;

/// <summary>Addresses of nodes in the form before BIP 155: IPv4, IPv6 and old Tor addresses only.</summary>
/// <param name="Addresses">The addresses, at most 1,000.</param>
public sealed record AddrMessage(WireArray<AddressEntry> Addresses) : Message
{
    private const int EntrySize = sizeof(ulong) + NetworkEndpoint.V1Size;

    internal const int MaximumSize = 3 + (WireLimits.Addresses * (sizeof(uint) + EntrySize));

    /// <inheritdoc/>
    public override string Command => "addr";

    /// <inheritdoc/>
    public override int GetPayloadSize(WireProtocol protocol) => CompactSize.SizeOf(Addresses.Length) + (Addresses.Length * SizeOf(protocol));

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.WriteCount(Addresses.Length, WireLimits.Addresses, "addr.count");
        foreach (ref readonly var entry in Addresses.Span)
        {
            if (HasTime(writer.Protocol))
            {
                writer.WriteUInt32(entry.Time);
            }

            writer.WriteUInt64((ulong)entry.Services);
            entry.Endpoint.WriteV1(ref writer);
        }
    }

    internal static AddrMessage Read(ref WireReader reader)
    {
        var addresses = new AddressEntry[reader.ReadCount(WireLimits.Addresses, SizeOf(reader.Protocol), "addr.count")];
        for (var i = 0; i < addresses.Length; i++)
        {
            addresses[i] = new AddressEntry(
                HasTime(reader.Protocol) ? reader.ReadUInt32("addr.time") : 0,
                (ServiceFlags)reader.ReadUInt64("addr.services"),
                NetworkEndpoint.ReadV1(ref reader, "addr.endpoint"));
        }

        return new AddrMessage(WireArray.Own(addresses));
    }

    private static bool HasTime(WireProtocol protocol) => protocol.Version >= ProtocolVersion.AddressTime;

    private static int SizeOf(WireProtocol protocol) => EntrySize + (HasTime(protocol) ? sizeof(uint) : 0);
}
