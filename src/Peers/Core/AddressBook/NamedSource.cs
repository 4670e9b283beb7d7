using System.Security.Cryptography;
using System.Text;
using Peers.Wire;

namespace Peers;

/// <summary>What stands in the book for a source that is no node, such as a DNS seed or the user.</summary>
internal static class NamedSource
{
    /// <summary>
    /// An address of IPv6's private range, made from the name (as Bitcoin Core's internal addresses): in a netgroup of its own, so that one that tells too
    /// much takes no place of another.
    /// </summary>
    public static NetworkAddress Of(string name)
    {
        Span<byte> address = stackalloc byte[16];
        address[0] = 0xFD;
        SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 15).CopyTo(address[1..]);
        return new NetworkAddress(NetworkKind.IPv6, address);
    }
}
