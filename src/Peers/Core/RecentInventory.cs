using System.Runtime.InteropServices;
using Peers.Wire;

namespace Peers;

/// <summary>
/// Items: values, not references, least recently used first out.
/// The witness bit says how to send, not what: it is left out.
/// </summary>
/// <remarks>The order of use is a ring of places in one array: a remote can announce 50,000 items a message, so an item must not cost an object.</remarks>
internal sealed class RecentInventory(int capacity)
{
    private readonly Dictionary<InventoryVector, int> _places = new(new Seeded());
    private Place[] _ring = new Place[Math.Min(capacity, 16)];
    private int _oldest;

    public int Count => _places.Count;

    public bool Contains(InventoryVector item) => _places.ContainsKey(Plain(item));

    /// <returns>Whether it was new.</returns>
    public bool Add(InventoryVector item)
    {
        var plain = Plain(item);
        if (_places.TryGetValue(plain, out var place))
        {
            MoveToNewest(place);
            return false;
        }

        if (_places.Count < capacity)
        {
            place = _places.Count;
            if (place == _ring.Length)
            {
                Array.Resize(ref _ring, Math.Min(capacity, 2 * place));
            }

            _ring[place].Item = plain;
            InsertNewest(place);
        }
        else
        {
            // The oldest place becomes the newest by the turn of the ring alone.
            place = _oldest;
            _places.Remove(_ring[place].Item);
            _ring[place].Item = plain;
            _oldest = _ring[place].Next;
        }

        _places.Add(plain, place);
        return true;
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
        if (_places.Count == 0)
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

    private static InventoryVector Plain(InventoryVector item) => item with { Kind = item.Kind & ~InventoryKind.WitnessFlag };

    private struct Place
    {
        public InventoryVector Item;
        public int Previous;
        public int Next;
    }

    /// <summary>
    /// A remote may announce any hashes, also such that would all fall into one bucket: so they are hashed with the seed of the process.
    /// No order depends on it, nothing enumerates the table.
    /// </summary>
    private sealed class Seeded : IEqualityComparer<InventoryVector>
    {
        public bool Equals(InventoryVector x, InventoryVector y) => x.Hash == y.Hash && x.Kind == y.Kind;

        public int GetHashCode(InventoryVector item)
        {
            var hash = default(HashCode);
            hash.AddBytes(MemoryMarshal.AsBytes(new ReadOnlySpan<InventoryVector>(in item)));
            return hash.ToHashCode();
        }
    }
}
