using System.Buffers.Binary;

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
        var (size, hasTime) = (SizeOf(reader.Protocol), HasTime(reader.Protocol));
        var addresses = new AddressEntry[reader.ReadCount(WireLimits.Addresses, size, "addr.count")];

        // All have one size, and are there: to ask field by field whether it is would cost as much as to read it.
        var rest = reader.ReadSpan(addresses.Length * size, "addr.addresses");
        foreach (ref var address in addresses.AsSpan())
        {
            var entry = rest[(size - EntrySize)..size];
            address = new AddressEntry(
                hasTime ? BinaryPrimitives.ReadUInt32LittleEndian(rest) : 0,
                (ServiceFlags)BinaryPrimitives.ReadUInt64LittleEndian(entry),
                new NetworkEndpoint(
                    NetworkAddress.FromV1(entry.Slice(sizeof(ulong), NetworkAddress.V1Size)),
                    BinaryPrimitives.ReadUInt16BigEndian(entry[(sizeof(ulong) + NetworkAddress.V1Size)..])));
            rest = rest[size..];
        }

        return new AddrMessage(WireArray.Own(addresses));
    }

    private static bool HasTime(WireProtocol protocol) => protocol.Version >= ProtocolVersion.AddressTime;

    private static int SizeOf(WireProtocol protocol) => EntrySize + (HasTime(protocol) ? sizeof(uint) : 0);
}
