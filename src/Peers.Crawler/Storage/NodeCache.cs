using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>
/// What one writer remembers of nodes that it met lately: their numbers, for hashing a node costs more than writing it, and what the store holds of
/// them, so that nodes which everybody names cost no look into the store. It never grows: who is met newly takes the place of one of eight.
/// </summary>
internal sealed class NodeCache
{
    private const int Ways = 8;

    private readonly ulong[] _keys;
    private readonly Entry[] _entries;
    private readonly ulong _first;
    private readonly ulong _second;
    private readonly int _shift;
    private int _victim;

    /// <param name="bits">It remembers two to the power of this many nodes, each in 24 bytes.</param>
    public NodeCache(int bits)
    {
        _keys = new ulong[1 << bits];
        _entries = new Entry[1 << bits];
        _shift = 64 - bits;

        // A secret of this process: nobody can make up addresses that are taken for one another.
        Span<byte> secret = stackalloc byte[2 * sizeof(ulong)];
        RandomNumberGenerator.Fill(secret);
        _first = BinaryPrimitives.ReadUInt64LittleEndian(secret);
        _second = BinaryPrimitives.ReadUInt64LittleEndian(secret[sizeof(ulong)..]);
    }

    /// <summary>The node's entry; one that was not there is not <see cref="Entry.IsStored"/>. Good until the next call.</summary>
    public ref Entry Find(scoped in NetworkEndpoint endpoint)
    {
        var key = KeyOf(endpoint);
        var first = (int)(((key ^ _first) * 0x9E3779B97F4A7C15) >> _shift) & -Ways;
        var set = _keys.AsSpan(first, Ways);
        var place = set.IndexOf(key);
        if (place < 0)
        {
            place = set.IndexOf(0UL);
            if (place < 0)
            {
                _victim = (_victim + 1) % Ways;
                place = _victim;
            }

            set[place] = key;
            _entries[first + place] = new Entry { Id = NodeId.Of(endpoint) };
        }

        return ref _entries[first + place];
    }

    /// <summary>Forgets what the store holds, not the numbers: after a transaction that was given up.</summary>
    public void ForgetStored()
    {
        foreach (ref var entry in _entries.AsSpan())
        {
            entry.IsStored = false;
        }
    }

    /// <summary>An IPv4 node is its own key; of others it is SipHash-1-3 under the secret, with the highest bit set. Never 0.</summary>
    private ulong KeyOf(scoped in NetworkEndpoint endpoint)
    {
        var address = endpoint.Address;
        Span<byte> bytes = stackalloc byte[32];
        bytes.Clear();
        address.CopyTo(bytes);
        var head = endpoint.Port | ((ulong)address.Kind << 16);
        if (address.Kind == NetworkKind.IPv4)
        {
            return head | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(bytes) << 24);
        }

        var (v0, v1) = (_first ^ 0x736F6D6570736575, _second ^ 0x646F72616E646F6D);
        var (v2, v3) = (_first ^ 0x6C7967656E657261, _second ^ 0x7465646279746573);
        for (var i = 0; i <= bytes.Length; i += sizeof(ulong))
        {
            var word = i == bytes.Length ? head | ((ulong)address.Length << 56) : BinaryPrimitives.ReadUInt64LittleEndian(bytes[i..]);
            v3 ^= word;
            Round(ref v0, ref v1, ref v2, ref v3);
            v0 ^= word;
        }

        v2 ^= 0xFF;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        return (v0 ^ v1 ^ v2 ^ v3) | (1UL << 63);
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v2 += v3;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 = BitOperations.RotateLeft(v2, 32);
    }

    /// <summary>One node.</summary>
    public struct Entry
    {
        public NodeId Id;

        /// <summary>When it was last seen, as the store has it; only when <see cref="IsStored"/>.</summary>
        public uint HeardSeen;

        /// <summary>Whether the store surely has a row of it.</summary>
        public bool IsStored;
    }
}
