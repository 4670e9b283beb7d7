using Peers.Wire;

namespace Peers;

/// <summary>
/// What the remote is known to have: values, not references, least recently used first out.
/// The witness bit says how to send, not what: it is left out.
/// </summary>
internal sealed class KnownInventory(int capacity)
{
    private readonly Dictionary<InventoryVector, LinkedListNode<InventoryVector>> _places = [];
    private readonly LinkedList<InventoryVector> _order = new();

    public int Count => _places.Count;

    public bool Contains(InventoryVector item) => _places.ContainsKey(Plain(item));

    /// <returns>Whether it was new.</returns>
    public bool Add(InventoryVector item)
    {
        var plain = Plain(item);
        if (_places.TryGetValue(plain, out var place))
        {
            _order.Remove(place);
            _order.AddLast(place);
            return false;
        }

        if (_places.Count >= capacity)
        {
            _places.Remove(_order.First!.Value);
            _order.RemoveFirst();
        }

        _places.Add(plain, _order.AddLast(plain));
        return true;
    }

    private static InventoryVector Plain(InventoryVector item) => item with { Kind = item.Kind & ~InventoryKind.WitnessFlag };
}
