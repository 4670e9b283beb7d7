using System.Buffers.Binary;
using System.Security.Cryptography;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>
/// A node's number: the first eight bytes of SHA-256 over its network, address and port, without the sign. Every machine and every store comes to the
/// same without asking another; among 2 million nodes the chance that two share one is 1 in 5 million.
/// </summary>
/// <param name="Value">The number, never negative.</param>
public readonly record struct NodeId(long Value)
{
    /// <summary>The number of a node.</summary>
    /// <exception cref="ArgumentException">The address is of a network that we do not know.</exception>
    public static NodeId Of(NetworkEndpoint endpoint)
    {
        Span<byte> key = stackalloc byte[1 + 32 + sizeof(ushort)];
        var length = 1 + endpoint.Address.Length;
        if (length > 33)
        {
            throw new ArgumentException("the address is of an unknown network", nameof(endpoint));
        }

        key[0] = (byte)endpoint.Address.Kind;
        endpoint.Address.CopyTo(key[1..]);
        BinaryPrimitives.WriteUInt16BigEndian(key[length..], endpoint.Port);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key[..(length + sizeof(ushort))], hash);
        return new NodeId(BinaryPrimitives.ReadInt64LittleEndian(hash) & long.MaxValue);
    }
}
