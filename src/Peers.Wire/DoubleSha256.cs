using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Peers.Wire;

/// <summary>SHA-256 twice, over contiguous bytes, without an allocation.</summary>
internal static class DoubleSha256
{
    public static Hash256 Hash(ReadOnlySpan<byte> bytes)
    {
        Span<byte> digest = stackalloc byte[Hash256.Length];
        Hash(bytes, digest);
        return new Hash256(digest);
    }

    /// <summary>The first four bytes, as the little-endian number that a frame header carries.</summary>
    public static uint Checksum(ReadOnlySpan<byte> payload)
    {
        // Half of all messages of a handshake have no payload; their checksum is a constant of the protocol.
        if (payload.IsEmpty)
        {
            return 0xE2E0F65D;
        }

        Span<byte> digest = stackalloc byte[Hash256.Length];
        Hash(payload, digest);
        return BinaryPrimitives.ReadUInt32LittleEndian(digest);
    }

    /// <summary>By what every platform has.</summary>
    internal static void HashPortably(ReadOnlySpan<byte> bytes, Span<byte> digest)
    {
        if (bytes.Length <= Sha256Block.MaximumInput)
        {
            Sha256Block.Hash(bytes, digest);
        }
        else
        {
            SHA256.HashData(bytes, digest);
        }

        Sha256Block.Hash(digest, digest);
    }

    private static void Hash(ReadOnlySpan<byte> bytes, Span<byte> digest)
    {
        if (OpenSslSha256.IsAvailable)
        {
            OpenSslSha256.Hash(bytes, digest);
            OpenSslSha256.Hash(digest, digest);
        }
        else
        {
            HashPortably(bytes, digest);
        }
    }
}
