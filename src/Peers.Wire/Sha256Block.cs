using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Peers.Wire;

/// <summary>
/// SHA-256 (FIPS 180-4) of what fits into one block. A call of the platform's implementation costs twice as much as this work, and
/// the second half of every hash of Bitcoin has 32 bytes; for anything longer the platform's is faster.
/// </summary>
internal static class Sha256Block
{
    /// <summary>Bytes of the longest input: a block of 64 less the end mark and the length.</summary>
    public const int MaximumInput = 55;

    private const int BlockBytes = 64;

    private static ReadOnlySpan<uint> RoundConstants =>
    [
        0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1, 0x923F82A4, 0xAB1C5ED5,
        0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3, 0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174,
        0xE49B69C1, 0xEFBE4786, 0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA,
        0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147, 0x06CA6351, 0x14292967,
        0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13, 0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85,
        0xA2BFE8A1, 0xA81A664B, 0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070,
        0x19A4C116, 0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A, 0x5B9CCA4F, 0x682E6FF3,
        0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208, 0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2,
    ];

    private static ReadOnlySpan<uint> InitialState =>
    [
        0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
    ];

    /// <param name="input">At most <see cref="MaximumInput"/> bytes.</param>
    /// <param name="digest">32 bytes; may be the input.</param>
    public static void Hash(ReadOnlySpan<byte> input, Span<byte> digest)
    {
        Span<byte> block = stackalloc byte[BlockBytes];
        block.Clear();
        input.CopyTo(block);
        block[input.Length] = 0x80;
        BinaryPrimitives.WriteInt32BigEndian(block[(BlockBytes - sizeof(int))..], input.Length * 8);

        Span<uint> words = stackalloc uint[RoundConstants.Length];
        Expand(block, words);
        Compress(words, digest);
    }

    private static void Expand(ReadOnlySpan<byte> block, Span<uint> words)
    {
        for (var i = 0; i < BlockBytes / sizeof(uint); i++)
        {
            words[i] = BinaryPrimitives.ReadUInt32BigEndian(block[(i * sizeof(uint))..]);
        }

        for (var i = BlockBytes / sizeof(uint); i < words.Length; i++)
        {
            var (near, far) = (words[i - 2], words[i - 15]);
            words[i] = words[i - 16] + words[i - 7]
                + (BitOperations.RotateRight(far, 7) ^ BitOperations.RotateRight(far, 18) ^ (far >> 3))
                + (BitOperations.RotateRight(near, 17) ^ BitOperations.RotateRight(near, 19) ^ (near >> 10));
        }
    }

    private static void Compress(ReadOnlySpan<uint> words, Span<byte> digest)
    {
        var (a, b, c, d) = (InitialState[0], InitialState[1], InitialState[2], InitialState[3]);
        var (e, f, g, h) = (InitialState[4], InitialState[5], InitialState[6], InitialState[7]);
        var constants = RoundConstants;

        // Eight rounds at a time rename the variables instead of moving their values.
        for (var i = 0; i < words.Length; i += 8)
        {
            Round(a, b, c, ref d, e, f, g, ref h, constants[i] + words[i]);
            Round(h, a, b, ref c, d, e, f, ref g, constants[i + 1] + words[i + 1]);
            Round(g, h, a, ref b, c, d, e, ref f, constants[i + 2] + words[i + 2]);
            Round(f, g, h, ref a, b, c, d, ref e, constants[i + 3] + words[i + 3]);
            Round(e, f, g, ref h, a, b, c, ref d, constants[i + 4] + words[i + 4]);
            Round(d, e, f, ref g, h, a, b, ref c, constants[i + 5] + words[i + 5]);
            Round(c, d, e, ref f, g, h, a, ref b, constants[i + 6] + words[i + 6]);
            Round(b, c, d, ref e, f, g, h, ref a, constants[i + 7] + words[i + 7]);
        }

        ReadOnlySpan<uint> state = [a, b, c, d, e, f, g, h];
        for (var i = 0; i < state.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(digest[(i * sizeof(uint))..], state[i] + InitialState[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(uint a, uint b, uint c, ref uint d, uint e, uint f, uint g, ref uint h, uint word)
    {
        h += (BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11) ^ BitOperations.RotateRight(e, 25))
            + (g ^ (e & (f ^ g))) + word;
        d += h;
        h += (BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13) ^ BitOperations.RotateRight(a, 22))
            + ((a & b) | (c & (a | b)));
    }
}
