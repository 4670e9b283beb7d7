using System.Net;
using Peers.Wire;

namespace Peers;

/// <summary>Who an address stands for, however it was written: bans and scores count identities, not spellings.</summary>
internal static class NetworkIdentity
{
    private static ReadOnlySpan<byte> MappedPrefix => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF];

    /// <summary>IPv4 out of IPv6's clothes, and CJDNS as the IPv6 that a socket sees.</summary>
    public static NetworkAddress Of(NetworkAddress address)
    {
        if (address.Kind is not (NetworkKind.IPv6 or NetworkKind.Cjdns))
        {
            return address;
        }

        Span<byte> bytes = stackalloc byte[16];
        address.CopyTo(bytes);
        return bytes.StartsWith(MappedPrefix) ? new NetworkAddress(NetworkKind.IPv4, bytes[12..])
            : address.Kind == NetworkKind.Cjdns ? new NetworkAddress(NetworkKind.IPv6, bytes)
            : address;
    }

    /// <summary>Whether addresses that begin alike are neighbours there.</summary>
    public static bool HasSubnets(NetworkAddress address) => address.Kind is NetworkKind.IPv4 or NetworkKind.IPv6 or NetworkKind.Cjdns;

    /// <summary>Whether it is of this machine.</summary>
    public static bool IsLocal(NetworkAddress address) => Of(address).ToIPAddress() is { } ip && IPAddress.IsLoopback(ip);

    /// <summary>The identity with its last bits zero. A subnet that holds all of IPv4 in IPv6's clothes, and more, stays IPv6.</summary>
    public static NetworkAddress Masked(NetworkAddress address, int freeBits)
    {
        if (freeBits == 0)
        {
            return Of(address);
        }

        var identity = freeBits <= 32 ? Of(address) : address;
        Span<byte> bytes = stackalloc byte[16];
        bytes = bytes[..identity.Length];
        identity.CopyTo(bytes);
        for (var bit = bytes.Length * 8; freeBits > 0; freeBits -= 8)
        {
            bit -= Math.Min(8, freeBits);
            bytes[bit / 8] &= (byte)(freeBits >= 8 ? 0 : 0xFF << freeBits);
        }

        return new NetworkAddress(identity.Kind == NetworkKind.IPv4 ? NetworkKind.IPv4 : NetworkKind.IPv6, bytes);
    }
}
