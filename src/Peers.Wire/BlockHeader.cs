using System.Runtime.InteropServices;

namespace Peers.Wire;

/// <summary>The 80 bytes that are hashed to a block's id. Structure only: nothing is validated.</summary>
/// <param name="Version">Version and BIP 9 signalling bits.</param>
/// <param name="Previous">Hash of the block before.</param>
/// <param name="MerkleRoot">Root of the tree of transaction ids.</param>
/// <param name="Time">Unix time in seconds.</param>
/// <param name="Bits">The target in compact form.</param>
/// <param name="Nonce">What miners count up.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 80)]
public readonly record struct BlockHeader(int Version, Hash256 Previous, Hash256 MerkleRoot, uint Time, uint Bits, uint Nonce)
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 80;

    /// <summary>Computes the block's hash, its id: SHA-256 twice over the 80 bytes.</summary>
    public Hash256 ComputeHash()
    {
        Span<byte> bytes = stackalloc byte[Size];
        MemoryMarshal.Write(bytes, in this);
        return DoubleSha256.Hash(bytes);
    }
}
