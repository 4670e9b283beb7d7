using System.Buffers.Binary;
using Peers.Wire;

namespace Peers;

/// <summary>Addresses that likely have one owner, by their numbers: what many addresses of one owner must not multiply.</summary>
internal static class Netgroup
{
    /// <summary>The group of this machine.</summary>
    private const ulong Local = 1;

    private const byte CjdnsByte = 0xFC;
    private const ushort SixToFour = 0x2002;
    private const ulong Nat64 = 0x0064_FF9B_0000_0000;
    private const uint Teredo = 0x2001_0000;

    /// <summary>
    /// As Bitcoin Core: IPv4 /16, which those are in as well whose IPv6 wraps an IPv4 address (6to4, NAT64, Teredo); IPv6 /32, CJDNS /12, four bits of an
    /// overlay's address, and this machine as one. Addresses of private networks are told apart as all others are; Bitcoin Core takes them for one group.
    /// </summary>
    public static ulong Of(NetworkAddress address)
    {
        var identity = NetworkIdentity.Of(address);
        if (NetworkIdentity.IsLocal(identity))
        {
            return Local;
        }

        Span<byte> bytes = stackalloc byte[WireLimits.AddressBytes];
        identity.CopyTo(bytes);
        return identity.Kind switch
        {
            NetworkKind.IPv4 => Group(NetworkKind.IPv4, BinaryPrimitives.ReadUInt16BigEndian(bytes)),
            NetworkKind.IPv6 => OfIPv6(bytes),
            var overlay => Group(overlay, (uint)(identity.Length > 0 ? bytes[0] >> 4 : 0)),
        };
    }

    /// <summary>The network that an identity belongs to; IPv6 when it is not known.</summary>
    public static NetworkKind KindOf(NetworkAddress? identity)
    {
        Span<byte> bytes = stackalloc byte[WireLimits.AddressBytes];
        identity?.CopyTo(bytes);
        return identity switch
        {
            null => NetworkKind.IPv6,
            { Kind: NetworkKind.IPv6 } when bytes[0] == CjdnsByte => NetworkKind.Cjdns,
            { } known => known.Kind,
        };
    }

    /// <summary>Whose neighbours share a line: the IPv4 /24 or IPv6 /64 around an address; of an overlay network the address alone.</summary>
    public static Subnet PrefixOf(NetworkAddress address)
    {
        var identity = NetworkIdentity.Of(address);
        return identity.Kind switch
        {
            NetworkKind.IPv4 => new Subnet(identity, 24),
            NetworkKind.IPv6 => new Subnet(identity, 64),
            _ => Subnet.Of(identity),
        };
    }

    private static ulong OfIPv6(ReadOnlySpan<byte> bytes)
    {
        var first = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return first >> 16 == SixToFour ? Group(NetworkKind.IPv4, first & 0xFFFF)
            : first == Teredo ? Group(NetworkKind.IPv4, (uint)(ushort)~BinaryPrimitives.ReadUInt16BigEndian(bytes[12..])) // The client's address, inverted.
            : BinaryPrimitives.ReadUInt64BigEndian(bytes) == Nat64 && BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]) == 0
                ? Group(NetworkKind.IPv4, BinaryPrimitives.ReadUInt16BigEndian(bytes[12..]))
            : bytes[0] == CjdnsByte ? Group(NetworkKind.Cjdns, first >> 20)
            : Group(NetworkKind.IPv6, first);
    }

    private static ulong Group(NetworkKind kind, uint number) => ((ulong)kind << 56) | number;
}
