using System.Buffers.Binary;
using System.Numerics;

namespace Peers.Wire;

/// <summary>SHA3-256 (FIPS 202). The platform's is missing on some systems, and a Tor address needs one hash.</summary>
internal static class Keccak
{
    private const int Rate = 136;

    private static ReadOnlySpan<int> Rotations => [1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44];

    private static ReadOnlySpan<int> Lanes => [10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1];

    public static byte[] Sha3256(ReadOnlySpan<byte> message)
    {
        Span<ulong> state = stackalloc ulong[25];
        state.Clear();
        while (message.Length >= Rate)
        {
            Absorb(state, message[..Rate]);
            message = message[Rate..];
        }

        Span<byte> last = stackalloc byte[Rate];
        last.Clear();
        message.CopyTo(last);
        last[message.Length] = 0x06;
        last[^1] |= 0x80;
        Absorb(state, last);

        var digest = new byte[32];
        for (var i = 0; i < 4; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(digest.AsSpan(8 * i), state[i]);
        }

        return digest;
    }

    private static void Absorb(Span<ulong> state, ReadOnlySpan<byte> block)
    {
        for (var i = 0; i < Rate / 8; i++)
        {
            state[i] ^= BinaryPrimitives.ReadUInt64LittleEndian(block[(8 * i)..]);
        }

        byte register = 1;
        for (var round = 0; round < 24; round++)
        {
            Theta(state);
            RhoAndPi(state);
            Chi(state);
            state[0] ^= RoundConstant(ref register);
        }
    }

    private static void Theta(Span<ulong> state)
    {
        Span<ulong> parity = stackalloc ulong[5];
        for (var x = 0; x < 5; x++)
        {
            parity[x] = state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20];
        }

        for (var x = 0; x < 5; x++)
        {
            var mixed = parity[(x + 4) % 5] ^ BitOperations.RotateLeft(parity[(x + 1) % 5], 1);
            for (var y = 0; y < 25; y += 5)
            {
                state[x + y] ^= mixed;
            }
        }
    }

    private static void RhoAndPi(Span<ulong> state)
    {
        var moved = state[1];
        for (var i = 0; i < 24; i++)
        {
            (state[Lanes[i]], moved) = (BitOperations.RotateLeft(moved, Rotations[i]), state[Lanes[i]]);
        }
    }

    private static void Chi(Span<ulong> state)
    {
        Span<ulong> row = stackalloc ulong[5];
        for (var y = 0; y < 25; y += 5)
        {
            state.Slice(y, 5).CopyTo(row);
            for (var x = 0; x < 5; x++)
            {
                state[x + y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
            }
        }
    }

    /// <summary>The next round's constant, from the shift register that FIPS 202 defines.</summary>
    private static ulong RoundConstant(ref byte register)
    {
        var constant = 0UL;
        for (var bit = 0; bit < 7; bit++)
        {
            if ((register & 1) != 0)
            {
                constant |= 1UL << ((1 << bit) - 1);
            }

            register = (byte)((register << 1) ^ ((register >> 7) * 0x71));
        }

        return constant;
    }
}
