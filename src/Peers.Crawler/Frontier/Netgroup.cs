using System.Buffers.Binary;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>
/// Addresses that likely have one owner or one line: what politeness counts, and what the frontier is divided by, so that a limit of a netgroup
/// has one keeper.
/// </summary>
public static class Netgroup
{
    /// <summary>Parts of the frontier. The same on all machines and in all stores, for ever: it says where a node is kept.</summary>
    public const int Partitions = 256;

    /// <summary>IPv4 /16, IPv6 and CJDNS /32 (as Bitcoin Core), and the first two bytes of an onion or I2P address; the network among its bits.</summary>
    public static ulong Of(NetworkAddress address)
    {
        Span<byte> bytes = stackalloc byte[32];
        address.CopyTo(bytes);
        return ((ulong)address.Kind << 56) | (address.Kind is NetworkKind.IPv6 or NetworkKind.Cjdns
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : BinaryPrimitives.ReadUInt16BigEndian(bytes));
    }

    /// <summary>IPv4 /24 or IPv6 and CJDNS /64, which is one customer's line; the whole address of an overlay network has no such neighbours.</summary>
    public static ulong SubnetOf(NetworkAddress address)
    {
        Span<byte> bytes = stackalloc byte[32];
        address.CopyTo(bytes);
        return address.Kind switch
        {
            NetworkKind.IPv4 => ((ulong)NetworkKind.IPv4 << 56) | (BinaryPrimitives.ReadUInt32BigEndian(bytes) >> 8),
            _ => BinaryPrimitives.ReadUInt64BigEndian(bytes),
        };
    }

    /// <summary>The partition that keeps a node, from 0 to 255.</summary>
    public static int PartitionOf(NetworkAddress address)
    {
        // Fibonacci hashing: neighbouring netgroups go apart.
        return (int)((Of(address) * 0x9E3779B97F4A7C15UL) >> 56);
    }
}
