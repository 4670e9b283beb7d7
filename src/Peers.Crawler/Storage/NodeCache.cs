using System.Buffers.Binary;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>
/// What one writer remembers of nodes that it met lately: their numbers, for hashing a node costs more than writing it, and what the store holds of
/// them, so that nodes which everybody names cost no look into the store. It never grows: who is met newly takes the place of one of four.
/// </summary>
internal sealed class NodeCache
{
    private const int Ways = 4;
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    private readonly Entry[] _entries;
    private readonly int _shift;
    private int _victim;

    /// <param name="bits">It remembers two to the power of this many nodes, each in 72 bytes.</param>
    public NodeCache(int bits)
    {
        _entries = new Entry[1 << bits];
        _shift = 64 - (bits - 2);
    }

    /// <summary>The node's entry; one that was not there is not <see cref="Entry.IsStored"/>. Good until the next call.</summary>
    public ref Entry Find(scoped in NetworkEndpoint endpoint)
    {
        var first = (int)(Hash(endpoint) >> _shift) * Ways;
        var set = _entries.AsSpan(first, Ways);
        for (var i = 0; i < Ways; i++)
        {
            if (set[i].IsUsed && set[i].Endpoint == endpoint)
            {
                return ref set[i];
            }
        }

        ref var entry = ref set[FreeOrVictim(set)];
        entry = new Entry { Endpoint = endpoint, Id = NodeId.Of(endpoint), IsUsed = true };
        return ref entry;
    }

    /// <summary>Forgets what the store holds, not the numbers: after a transaction that was given up.</summary>
    public void ForgetStored()
    {
        foreach (ref var entry in _entries.AsSpan())
        {
            entry.IsStored = false;
        }
    }

    private static ulong Hash(in NetworkEndpoint endpoint)
    {
        Span<byte> bytes = stackalloc byte[32];
        bytes.Clear();
        endpoint.Address.CopyTo(bytes);
        var hash = (ulong)endpoint.Port | ((ulong)endpoint.Address.Kind << 16);
        for (var i = 0; i < bytes.Length; i += sizeof(ulong))
        {
            hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes[i..])) * Multiplier;
            hash ^= hash >> 32;
        }

        return hash * Multiplier;
    }

    private int FreeOrVictim(ReadOnlySpan<Entry> set)
    {
        for (var i = 0; i < set.Length; i++)
        {
            if (!set[i].IsUsed)
            {
                return i;
            }
        }

        _victim = (_victim + 1) % Ways;
        return _victim;
    }

    /// <summary>One node.</summary>
    public struct Entry
    {
        public NetworkEndpoint Endpoint;
        public NodeId Id;

        /// <summary>When it was last seen, as the store has it; only when <see cref="IsStored"/>.</summary>
        public uint HeardSeen;

        /// <summary>Whether the store surely has a row of it.</summary>
        public bool IsStored;

        public bool IsUsed;
    }
}
