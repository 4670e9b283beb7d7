namespace Peers.Wire;

/// <summary>Addresses of nodes of any network (BIP 155).</summary>
/// <param name="Addresses">The addresses, at most 1,000; those of unknown networks among them, and those that must not be told on
/// (see <see cref="NetworkAddress.IsRelayable"/>).</param>
public sealed record AddrV2Message(WireArray<AddressEntry> Addresses) : Message
{
    /// <summary>Time, services, network, length and port around an address of no bytes.</summary>
    private const int SmallestEntry = sizeof(uint) + 1 + 1 + 1 + sizeof(ushort);

    internal const int MaximumSize = 3 + (WireLimits.Addresses * (sizeof(uint) + 9 + 1 + 3 + WireLimits.AddressBytes + sizeof(ushort)));

    /// <inheritdoc/>
    public override string Command => "addrv2";

    /// <inheritdoc/>
    public override int GetPayloadSize(WireProtocol protocol)
    {
        var size = CompactSize.SizeOf(Addresses.Length);
        foreach (ref readonly var entry in Addresses.Span)
        {
            size += sizeof(uint) + CompactSize.SizeOf((ulong)entry.Services) + entry.Endpoint.Address.V2Size + sizeof(ushort);
        }

        return size;
    }

    /// <inheritdoc/>
    public override void WritePayload(ref WireWriter writer)
    {
        writer.WriteCount(Addresses.Length, WireLimits.Addresses, "addrv2.count");
        foreach (ref readonly var entry in Addresses.Span)
        {
            writer.WriteUInt32(entry.Time);
            writer.WriteCompactSize((ulong)entry.Services);
            entry.Endpoint.Address.WriteV2(ref writer);
            writer.WriteUInt16BigEndian(entry.Endpoint.Port);
        }
    }

    internal static AddrV2Message Read(ref WireReader reader)
    {
        var addresses = new AddressEntry[reader.ReadCount(WireLimits.Addresses, SmallestEntry, "addrv2.count")];
        for (var i = 0; i < addresses.Length; i++)
        {
            addresses[i] = new AddressEntry(
                reader.ReadUInt32("addrv2.time"),
                (ServiceFlags)reader.ReadCompactSize("addrv2.services"),
                new NetworkEndpoint(NetworkAddress.ReadV2(ref reader, "addrv2.address"), reader.ReadUInt16BigEndian("addrv2.port")));
        }

        return new AddrV2Message(WireArray.Own(addresses));
    }
}
