using Peers.Wire;

namespace Peers.TestKit;

/// <summary>The work of regtest, where half of all hashes are good enough: what model nodes check.</summary>
internal static class ProofOfWork
{
    /// <summary>The only target of regtest, in compact form.</summary>
    public const uint RegtestBits = 0x207FFFFF;

    /// <summary>Whether the header asks for the work of regtest, and its hash shows it.</summary>
    public static bool IsDone(in BlockHeader header, Hash256 hash)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Length];
        hash.CopyTo(bytes);
        return header.Bits == RegtestBits && bytes[^1] <= 0x7F;
    }
}
