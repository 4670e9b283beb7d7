using System.Numerics;
using Peers.Wire;

namespace Peers;

/// <summary>Items, least recently used first out; each may carry a mark.</summary>
/// <remarks>
/// A remote can announce 50,000 items a message, and thousands of remotes are remembered: so an item costs no object, but a place of 16 bytes in the
/// ring that keeps the order of use, and 8 to 16 bytes in the table that finds it (open addressing, linear probing). The table is wide: most items that
/// are announced are new, and to find that out, and to forget the oldest, shall rarely touch another item.
/// </remarks>
internal sealed class RecentInventory(int capacity)
{
    private const int Smallest = 16;

    /// <summary>The lowest bit of a key is the mark's.</summary>
    private const ulong Mark = 1;

    private Place[] _ring = [];
    private int[] _table = []; // A place and one; 0 for nothing.
    private int _shift = 64;
    private int _oldest;

    public int Count { get; private set; }

    public bool Contains(InventoryVector item) => Contains(InventoryKey.Of(item));

    public bool Contains(InventoryKey key) => Count > 0 && _table[Slot(key.Value)] != 0;

    /// <summary>Whether an item is there and was marked.</summary>
    public bool IsMarked(InventoryKey key) => Count > 0 && _table[Slot(key.Value)] is var place && place != 0 && (_ring[place - 1].Key & Mark) != 0;

    /// <returns>Whether it was new.</returns>
    public bool Add(InventoryVector item) => Add(InventoryKey.Of(item));

    /// <summary>Adds an item, or notes its use.</summary>
    /// <param name="key">The item.</param>
    /// <param name="mark">Marks it; a mark stays until the item is forgotten.</param>
    /// <returns>Whether it was new.</returns>
    public bool Add(InventoryKey key, bool mark = false)
    {
        if (Count == _ring.Length && Count < capacity)
        {
            Grow();
        }

        var slot = Slot(key.Value);
        var place = _table[slot] - 1;
        if (place >= 0)
        {
            _ring[place].Key |= mark ? Mark : 0;
            MoveToNewest(place);
            return false;
        }

        var isFull = Count == capacity;
        place = isFull ? _oldest : Count;
        if (isFull)
        {
            // The oldest place becomes the newest by the turn of the ring alone.
            var hole = Forget(place);
            _oldest = _ring[place].Next;
            slot = Distance(key.Value, hole) < Distance(key.Value, slot) ? hole : slot; // It would not be found behind a hole.
        }
        else
        {
            InsertNewest(place);
            Count++;
        }

        _ring[place].Key = mark ? key.Value | Mark : key.Value & ~Mark;
        _table[slot] = place + 1;
        return true;
    }

    /// <summary>Where a key is in the table, or would be.</summary>
    private int Slot(ulong key)
    {
        var table = _table;
        var slot = Home(key);
        while (table[slot] is var place && place != 0 && (_ring[place - 1].Key | Mark) != (key | Mark))
        {
            slot = (slot + 1) & (table.Length - 1);
        }

        return slot;
    }

    private int Home(ulong key) => (int)(key >> _shift);

    /// <summary>How far from its home a key would be there.</summary>
    private int Distance(ulong key, int slot) => (slot - Home(key)) & (_table.Length - 1);

    /// <summary>Takes a place out of the table.</summary>
    /// <returns>The slot that is free now.</returns>
    private int Forget(int forgotten)
    {
        var table = _table;
        var mask = table.Length - 1;
        var hole = Home(_ring[forgotten].Key);
        while (table[hole] != forgotten + 1)
        {
            hole = (hole + 1) & mask;
        }

        for (var slot = (hole + 1) & mask; table[slot] != 0; slot = (slot + 1) & mask)
        {
            // What probed past the hole to come here would not be found any more behind it: it moves into it.
            if (Distance(_ring[table[slot] - 1].Key, slot) >= ((slot - hole) & mask))
            {
                table[hole] = table[slot];
                hole = slot;
            }
        }

        table[hole] = 0;
        return hole;
    }

    private void Grow()
    {
        Array.Resize(ref _ring, Math.Min(capacity, Math.Max(Smallest, 2 * _ring.Length)));
        var size = BitOperations.RoundUpToPowerOf2((uint)((2 * _ring.Length) + 2));
        _shift = 64 - BitOperations.Log2(size);
        _table = new int[size];
        for (var place = 0; place < Count; place++)
        {
            _table[Slot(_ring[place].Key)] = place + 1;
        }
    }

    private void MoveToNewest(int place)
    {
        if (place == _oldest)
        {
            _oldest = _ring[place].Next;
            return;
        }

        var (previous, next) = (_ring[place].Previous, _ring[place].Next);
        if (next == _oldest)
        {
            return; // It is the newest.
        }

        _ring[previous].Next = next;
        _ring[next].Previous = previous;
        InsertNewest(place);
    }

    /// <summary>The newest place is the one before the oldest.</summary>
    private void InsertNewest(int place)
    {
        if (Count == 0)
        {
            _oldest = _ring[place].Next = _ring[place].Previous = place;
            return;
        }

        var newest = _ring[_oldest].Previous;
        _ring[place].Previous = newest;
        _ring[place].Next = _oldest;
        _ring[newest].Next = place;
        _ring[_oldest].Previous = place;
    }

    private struct Place
    {
        public ulong Key;
        public int Previous;
        public int Next;
    }
}
