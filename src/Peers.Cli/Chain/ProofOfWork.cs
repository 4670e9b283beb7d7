using Peers.Wire;

namespace Peers.Cli;

/// <summary>Whether a header's hash is below the target that the header names, and that target not above its network's easiest.</summary>
internal static class ProofOfWork
{
    /// <summary>The easiest target of regtest, which half of all hashes meet.</summary>
    public const uint RegtestBits = 0x207FFFFF;

    private const uint MainnetBits = 0x1D00FFFF;
    private const uint SignetBits = 0x1E0377AE;

    /// <summary>The easiest target of a network, in compact form.</summary>
    public static uint EasiestOf(BitcoinNetwork network) => network.Name switch
    {
        "mainnet" or "testnet3" or "testnet4" => MainnetBits,
        "signet" => SignetBits,
        _ => RegtestBits,
    };

    public static bool IsDone(in BlockHeader header, Hash256 hash, uint easiestBits) =>
        Target(header.Bits) is { } target && target <= Target(easiestBits)!.Value && hash <= target;

    /// <summary>The number behind the compact form; null when it is negative, zero or above 256 bits.</summary>
    public static Hash256? Target(uint bits)
    {
        var size = (int)(bits >> 24);
        var mantissa = bits & 0x007FFFFF;
        var negative = (bits & 0x00800000) != 0;
        Span<byte> target = stackalloc byte[Hash256.Length];
        target.Clear();
        for (var i = 0; i < 3; i++)
        {
            // Byte i of the mantissa, the lowest first, stands at that place of the little-endian number.
            var place = size - 3 + i;
            var value = (byte)(mantissa >> (8 * i));
            if (value != 0 && place >= Hash256.Length)
            {
                return null;
            }

            if (place is >= 0 and < Hash256.Length)
            {
                target[place] = value;
            }
        }

        var number = new Hash256(target);
        return negative || number == Hash256.Zero ? null : number;
    }
}
