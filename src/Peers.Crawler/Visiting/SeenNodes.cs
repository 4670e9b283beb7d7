namespace Peers.Crawler;

/// <summary>
/// Which nodes this machine has told the frontier of, so that each of thousands of answers costs the network only what is new in it. A set of
/// numbers, 8 bytes each; when it is full it forgets everything, and what it forgot is told again.
/// </summary>
internal sealed class SeenNodes(int most)
{
    private const int Smallest = 1024;

    private long[] _slots = new long[Smallest];

    /// <summary>How many it remembers.</summary>
    public int Count { get; private set; }

    /// <summary>Remembers a node, and whether it was said to be seen lately: that may let an old acquaintance be visited.</summary>
    /// <returns>Whether that is new.</returns>
    public bool Add(NodeId id, bool recently)
    {
        // The number is random already; 0 stands for an empty slot.
        var value = ((id.Value << 1) | (recently ? 1L : 0L)) is var packed && packed == 0 ? 2 : packed;
        var mask = _slots.Length - 1;
        var slot = (int)(value >> 1) & mask;
        for (; _slots[slot] != 0; slot = (slot + 1) & mask)
        {
            if (_slots[slot] == value)
            {
                return false;
            }
        }

        if (Count >= most)
        {
            _slots = new long[Smallest];
            Count = 0;
            return Add(id, recently);
        }

        _slots[slot] = value;
        Count++;
        if (Count * 4L > _slots.Length * 3L)
        {
            Grow();
        }

        return true;
    }

    private void Grow()
    {
        var before = _slots;
        _slots = new long[before.Length * 2];
        var mask = _slots.Length - 1;
        foreach (var value in before)
        {
            if (value != 0)
            {
                var slot = (int)(value >> 1) & mask;
                while (_slots[slot] != 0)
                {
                    slot = (slot + 1) & mask;
                }

                _slots[slot] = value;
            }
        }
    }
}
