using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>
/// The exact set of the nodes of one partition, each with a number that stays and a little state: about 40 bytes for an IPv4 node, for millions of them
/// are known and few answer. Open addressing over the bytes of the endpoints, which lie one behind the other.
/// </summary>
internal sealed class NodeTable
{
    private const int SmallestTable = 16;
    private const int PageBits = 12; // Small pages: most of 256 partitions have few nodes in a small network.
    private const int PageBytes = 1 << PageBits;
    private const int LargestKey = 2 + 32 + sizeof(ushort);

    private readonly List<byte[]> _pages = [];
    private int[] _slots = new int[SmallestTable];
    private FrontierNode[] _states = new FrontierNode[SmallestTable / 2];
    private int _usedOfPage = PageBytes;

    /// <summary>How many nodes.</summary>
    public int Count { get; private set; }

    /// <summary>The state of a node.</summary>
    public ref FrontierNode this[int node] => ref _states[node];

    /// <summary>The number of a node; -1 when it is not known.</summary>
    public int Find(NetworkEndpoint endpoint)
    {
        Span<byte> key = stackalloc byte[LargestKey];
        return _slots[SlotOf(key[..WriteKey(endpoint, key)])] - 1;
    }

    /// <summary>The number of a node, which is added when it is not known.</summary>
    /// <returns>Whether it was added.</returns>
    public bool Add(NetworkEndpoint endpoint, out int node)
    {
        Span<byte> room = stackalloc byte[LargestKey];
        var key = room[..WriteKey(endpoint, room)];
        var slot = SlotOf(key);
        node = _slots[slot] - 1;
        if (node >= 0)
        {
            return false;
        }

        if ((Count + 1) * 4 > _slots.Length * 3)
        {
            Grow();
            slot = SlotOf(key);
        }

        node = Count++;
        if (node == _states.Length)
        {
            Array.Resize(ref _states, _states.Length + Math.Max(8, _states.Length / 4));
        }

        _states[node] = new FrontierNode { Key = Keep(key) };
        _slots[slot] = node + 1;
        return true;
    }

    /// <summary>The endpoint of a node.</summary>
    public NetworkEndpoint EndpointOf(int node)
    {
        var key = KeyAt(_states[node].Key);
        return new NetworkEndpoint(
            new NetworkAddress((NetworkKind)key[0], key[2..^sizeof(ushort)]), BinaryPrimitives.ReadUInt16BigEndian(key[^sizeof(ushort)..]));
    }

    /// <summary>Network, length of the address, address, port.</summary>
    private static int WriteKey(NetworkEndpoint endpoint, Span<byte> key)
    {
        var length = endpoint.Address.Length;
        key[0] = (byte)endpoint.Address.Kind;
        key[1] = (byte)length;
        endpoint.Address.CopyTo(key[2..]);
        BinaryPrimitives.WriteUInt16BigEndian(key[(2 + length)..], endpoint.Port);
        return 2 + length + sizeof(ushort);
    }

    private ReadOnlySpan<byte> KeyAt(int place)
    {
        var page = _pages[place >> PageBits].AsSpan(place & (PageBytes - 1));
        return page[..(2 + page[1] + sizeof(ushort))];
    }

    private int Keep(ReadOnlySpan<byte> key)
    {
        if (_usedOfPage + key.Length > PageBytes)
        {
            _pages.Add(new byte[PageBytes]);
            _usedOfPage = 0;
        }

        key.CopyTo(_pages[^1].AsSpan(_usedOfPage));
        var place = ((_pages.Count - 1) << PageBits) | _usedOfPage;
        _usedOfPage += key.Length;
        return place;
    }

    private int SlotOf(ReadOnlySpan<byte> key)
    {
        var mask = _slots.Length - 1;
        for (var slot = (int)Hash(key) & mask; ; slot = (slot + 1) & mask)
        {
            if (_slots[slot] == 0 || KeyAt(_states[_slots[slot] - 1].Key).SequenceEqual(key))
            {
                return slot;
            }
        }
    }

    private void Grow()
    {
        _slots = new int[_slots.Length * 2];
        for (var node = 0; node < Count; node++)
        {
            _slots[SlotOf(KeyAt(_states[node].Key))] = node + 1;
        }
    }

    /// <summary>
    /// FNV-1a with a final mix. Whoever floods the table so that its probes grow long must name that many nodes of one netgroup's partition, and the table
    /// is bounded.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Hash(ReadOnlySpan<byte> key)
    {
        var hash = 2166136261u;
        foreach (var part in key)
        {
            hash = (hash ^ part) * 16777619u;
        }

        hash ^= hash >> 15;
        hash *= 0x85EBCA6B;
        return hash ^ (hash >> 13);
    }
}

/// <summary>What the frontier keeps of one node. Times are Unix seconds; 0 for never.</summary>
internal struct FrontierNode
{
    /// <summary>Where the bytes of its endpoint lie.</summary>
    public int Key;

    /// <summary>When others say that it was last seen.</summary>
    public uint HeardSeen;

    /// <summary>When it was last visited.</summary>
    public uint LastVisit;

    /// <summary>When it last answered a <c>getaddr</c>.</summary>
    public uint LastAsked;

    /// <summary>Where in a snapshot it is.</summary>
    public NodePlace Place;

    /// <summary>Whether this snapshot has a visit of it.</summary>
    public bool Visited;
}

/// <summary>Where in a snapshot a node is.</summary>
internal enum NodePlace : byte
{
    /// <summary>Nowhere yet.</summary>
    New,

    /// <summary>Never dialled.</summary>
    Excluded,

    /// <summary>Nobody has seen it for too long.</summary>
    Stale,

    /// <summary>To be visited.</summary>
    Waiting,

    /// <summary>A worker has it.</summary>
    Leased,

    /// <summary>Visited; to be visited again only when it is due.</summary>
    Done,
}
