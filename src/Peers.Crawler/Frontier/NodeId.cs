using System.Buffers.Binary;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>
/// A node's number: SipHash-2-4 over its network, address and port, without the sign. Every machine and every store comes to the same without asking
/// another; among 2 million nodes the chance that two share one is 1 in 5 million. The key is no secret: whoever wants to hide a node behind another
/// of the same number has to try 2^63 addresses.
/// </summary>
/// <param name="Value">The number, never negative.</param>
public readonly record struct NodeId(long Value)
{
    private const int LargestAddress = 32;

    /// <summary>The ASCII of "Peers.Crawler/1 ", for ever: stores are made of these numbers.</summary>
    private static readonly ShortIdKey Key = new(0x72432E7372656550, 0x20312F72656C7761);

    /// <summary>The number of a node.</summary>
    /// <exception cref="ArgumentException">The address is of a network that we do not know.</exception>
    public static NodeId Of(NetworkEndpoint endpoint)
    {
        Span<byte> key = stackalloc byte[1 + LargestAddress + sizeof(ushort)];
        var length = 1 + endpoint.Address.Length;
        if (length > 1 + LargestAddress)
        {
            throw new ArgumentException("the address is of an unknown network", nameof(endpoint));
        }

        key[0] = (byte)endpoint.Address.Kind;
        endpoint.Address.CopyTo(key[1..]);
        BinaryPrimitives.WriteUInt16BigEndian(key[length..], endpoint.Port);
        return new NodeId((long)(Key.Hash(key[..(length + sizeof(ushort))]) & long.MaxValue));
    }
}
