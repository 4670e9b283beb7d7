using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Peers.Wire;

/// <summary>The key that turns ids into the short ids of one compact block (BIP 152): nobody can make ids collide in every block.</summary>
/// <param name="First">The first eight bytes of the key.</param>
/// <param name="Second">The last eight bytes of the key.</param>
public readonly record struct ShortIdKey(ulong First, ulong Second)
{
    /// <summary>The key of the compact block with that header and nonce.</summary>
    public static ShortIdKey Of(in BlockHeader header, ulong nonce)
    {
        Span<byte> bytes = stackalloc byte[BlockHeader.Size + sizeof(ulong)];
        MemoryMarshal.Write(bytes, in header);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[BlockHeader.Size..], nonce);
        Span<byte> digest = stackalloc byte[Hash256.Length];
        SHA256.HashData(bytes, digest);
        return new ShortIdKey(BinaryPrimitives.ReadUInt64LittleEndian(digest), BinaryPrimitives.ReadUInt64LittleEndian(digest[8..]));
    }

    /// <summary>The short id of a transaction: the lower six bytes of SipHash-2-4.</summary>
    /// <param name="witnessId">Its wtxid (version 2 of compact blocks, the one in use).</param>
    public ShortTransactionId Compute(Hash256 witnessId) => new(Hash(witnessId));

    /// <summary>SipHash-2-4 of the 32 bytes of a hash.</summary>
    internal ulong Hash(Hash256 hash)
    {
        var state = new SipState(First, Second);
        foreach (var word in MemoryMarshal.Cast<Hash256, ulong>([hash]))
        {
            state.Absorb(word);
        }

        // The last word carries the length, 32 bytes, in its highest byte.
        state.Absorb((ulong)Hash256.Length << 56);
        return state.Finish();
    }

    /// <summary>SipHash-2-4 of any bytes.</summary>
    internal ulong Hash(ReadOnlySpan<byte> bytes)
    {
        var state = new SipState(First, Second);
        var rest = bytes;
        for (; rest.Length >= sizeof(ulong); rest = rest[sizeof(ulong)..])
        {
            state.Absorb(BinaryPrimitives.ReadUInt64LittleEndian(rest));
        }

        var last = (ulong)bytes.Length << 56;
        for (var index = 0; index < rest.Length; index++)
        {
            last |= (ulong)rest[index] << (8 * index);
        }

        state.Absorb(last);
        return state.Finish();
    }

    private struct SipState(ulong first, ulong second)
    {
        private ulong _v0 = first ^ 0x736F6D6570736575;
        private ulong _v1 = second ^ 0x646F72616E646F6D;
        private ulong _v2 = first ^ 0x6C7967656E657261;
        private ulong _v3 = second ^ 0x7465646279746573;

        public void Absorb(ulong word)
        {
            _v3 ^= word;
            Round();
            Round();
            _v0 ^= word;
        }

        public ulong Finish()
        {
            _v2 ^= 0xFF;
            Round();
            Round();
            Round();
            Round();
            return _v0 ^ _v1 ^ _v2 ^ _v3;
        }

        private void Round()
        {
            _v0 += _v1;
            _v2 += _v3;
            _v1 = BitOperations.RotateLeft(_v1, 13) ^ _v0;
            _v3 = BitOperations.RotateLeft(_v3, 16) ^ _v2;
            _v0 = BitOperations.RotateLeft(_v0, 32);
            _v2 += _v1;
            _v0 += _v3;
            _v1 = BitOperations.RotateLeft(_v1, 17) ^ _v2;
            _v3 = BitOperations.RotateLeft(_v3, 21) ^ _v0;
            _v2 = BitOperations.RotateLeft(_v2, 32);
        }
    }
}
