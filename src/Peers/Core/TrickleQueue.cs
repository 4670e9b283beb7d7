using System.Buffers;
using Peers.Wire;

namespace Peers;

/// <summary>
/// News that waits to be announced: bounded, and where too much waits the oldest gives way, as news ages. What the remote knows, or does not
/// want, is left out, when it is queued and again when it is sent.
/// </summary>
/// <param name="capacity">How much may wait.</param>
/// <param name="known">What the remote knows.</param>
/// <param name="preferences">What it wants.</param>
/// <param name="byWitnessId">Whether it knows transactions by wtxid (BIP 339).</param>
internal sealed class TrickleQueue(int capacity, KnownInventory known, RelayPreferences preferences, bool byWitnessId)
{
    private readonly Queue<Announcement> _waiting = new();

    public int Count => _waiting.Count;

    public long Announced { get; private set; }

    public long AlreadyKnown { get; private set; }

    public long Unwanted { get; private set; }

    public long GaveWay { get; private set; }

    public void Enqueue(Announcement announcement)
    {
        if (!IsNews(announcement))
        {
            return;
        }

        if (_waiting.Count >= capacity)
        {
            _waiting.Dequeue();
            GaveWay++;
        }

        _waiting.Enqueue(announcement);
    }

    /// <summary>Takes the items of one <c>inv</c>, each once.</summary>
    public WireArray<InventoryVector> Take(int most)
    {
        // How many are still news shows only on the way: they are gathered in a rented array, and the message gets its own.
        var gathered = ArrayPool<InventoryVector>.Shared.Rent(Math.Min(most, _waiting.Count));
        var count = 0;
        while (count < most && _waiting.TryDequeue(out var announcement))
        {
            if (IsNews(announcement))
            {
                gathered[count++] = Announce(announcement);
            }
        }

        Announced += count;
        var taken = WireArray.Create<InventoryVector>(gathered.AsSpan(0, count));
        ArrayPool<InventoryVector>.Shared.Return(gathered);
        return taken;
    }

    /// <summary>Announces a block, past everything that waits.</summary>
    /// <returns>What to say; null when the remote knows it.</returns>
    public Message? TakeNow(Announcement.OfBlock block)
    {
        var message = BlockNews.For(block, preferences.Headers, known);
        _ = message is null ? AlreadyKnown++ : Announced++;
        return message;
    }

    private bool IsNews(Announcement announcement)
    {
        var isKnown = announcement switch
        {
            Announcement.OfTransaction transaction => known.Contains(transaction),
            Announcement.OfItem item => known.Contains(item.Item),
            _ => false,
        };
        if (isKnown)
        {
            AlreadyKnown++;
            return false;
        }

        if (!preferences.Want(announcement, byWitnessId))
        {
            Unwanted++;
            return false;
        }

        return true;
    }

    private InventoryVector Announce(Announcement announcement)
    {
        if (announcement is Announcement.OfTransaction transaction)
        {
            known.Add(transaction.Id, transaction.WitnessId);
            return byWitnessId ? InventoryVector.WitnessTransactionId(transaction.WitnessId) : InventoryVector.Transaction(transaction.Id);
        }

        var item = ((Announcement.OfItem)announcement).Item;
        known.Add(item);
        return item;
    }
}
