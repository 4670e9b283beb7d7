namespace Peers.Wire;

/// <content>The two forms on the wire.</content>
public readonly partial struct NetworkAddress
{
    /// <summary>Bytes of the form before BIP 155.</summary>
    internal const int V1Size = 16;

    /// <summary>Reads 16 bytes: IPv6, with IPv4 and old Tor addresses wrapped in it.</summary>
    internal static NetworkAddress ReadV1(ref WireReader reader, string field) => FromV1(reader.ReadSpan(V1Size, field));

    /// <summary>The address in those 16 bytes.</summary>
    internal static NetworkAddress FromV1(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(MappedPrefix))
        {
            return new NetworkAddress((byte)NetworkKind.IPv4, bytes[MappedPrefix.Length..]);
        }

        return bytes.StartsWith(OnionCatPrefix)
            ? new NetworkAddress((byte)NetworkKind.TorV2, bytes[OnionCatPrefix.Length..])
            : new NetworkAddress((byte)NetworkKind.IPv6, bytes);
    }

    /// <summary>Writes 16 bytes; addresses that have no such form are written as zeros.</summary>
    internal void WriteV1(ref WireWriter writer)
    {
        Span<byte> bytes = stackalloc byte[V1Size];
        bytes.Clear();
        switch (Kind)
        {
            case NetworkKind.IPv4:
                MappedPrefix.CopyTo(bytes);
                CopyTo(bytes[MappedPrefix.Length..]);
                break;
            case NetworkKind.TorV2:
                OnionCatPrefix.CopyTo(bytes);
                CopyTo(bytes[OnionCatPrefix.Length..]);
                break;
            case NetworkKind.IPv6 or NetworkKind.Cjdns:
                CopyTo(bytes);
                break;
        }

        writer.WriteBytes(bytes);
    }

    /// <summary>Bytes of the form of BIP 155.</summary>
    internal int V2Size => 1 + CompactSize.SizeOf(Length) + Length;

    /// <summary>Reads network, length and bytes (BIP 155).</summary>
    internal static NetworkAddress ReadV2(ref WireReader reader, string field)
    {
        var kind = (NetworkKind)reader.ReadByte(field);
        var length = reader.ReadCount(WireLimits.AnyCount, 1, field);
        if (length > WireLimits.AddressBytes)
        {
            reader.Fail(WireError.TooLong, field, $"{length} of at most {WireLimits.AddressBytes} bytes");
        }

        if (LengthOf(kind) is { } expected && expected != length)
        {
            reader.Fail(WireError.InvalidValue, field, $"{length} instead of {expected} bytes");
        }

        return new NetworkAddress((byte)kind, reader.ReadSpan(length, field));
    }

    /// <summary>Writes network, length and bytes (BIP 155).</summary>
    internal void WriteV2(ref WireWriter writer)
    {
        writer.WriteByte((byte)Kind);
        writer.WriteCompactSize((ulong)Length);
        Span<byte> bytes = stackalloc byte[WireLimits.AddressBytes];
        CopyTo(bytes);
        writer.WriteBytes(bytes[..Length]);
    }
}
