using Peers.Wire;

namespace Peers;

/// <summary>Items that wait to be announced: bounded, and where too many wait the oldest give way, as news ages.</summary>
internal sealed class TrickleQueue(int capacity, KnownInventory known)
{
    private readonly Queue<InventoryVector> _waiting = new();

    public int Count => _waiting.Count;

    public long Announced { get; private set; }

    public long AlreadyKnown { get; private set; }

    public long GaveWay { get; private set; }

    /// <summary>Queues an item unless the remote has it.</summary>
    public void Enqueue(InventoryVector item)
    {
        if (known.Contains(item))
        {
            AlreadyKnown++;
            return;
        }

        if (_waiting.Count >= capacity)
        {
            _waiting.Dequeue();
            GaveWay++;
        }

        _waiting.Enqueue(item);
    }

    /// <summary>Takes the items of one <c>inv</c>: those that the remote has not heard of meanwhile, each once.</summary>
    public IReadOnlyList<InventoryVector> Take(int most)
    {
        List<InventoryVector> taken = [];
        while (taken.Count < most && _waiting.TryDequeue(out var item))
        {
            if (known.Add(item))
            {
                taken.Add(item);
            }
            else
            {
                AlreadyKnown++;
            }
        }

        Announced += taken.Count;
        return taken;
    }

    /// <summary>Announces one item now, past those that wait.</summary>
    /// <returns>Whether the remote does not have it.</returns>
    public bool TakeNow(InventoryVector item)
    {
        if (!known.Add(item))
        {
            AlreadyKnown++;
            return false;
        }

        Announced++;
        return true;
    }
}
