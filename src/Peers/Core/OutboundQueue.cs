using Peers.Wire;

namespace Peers;

/// <summary>A message that waits to be written.</summary>
/// <param name="Message">The message.</param>
/// <param name="Size">Bytes of its frame.</param>
/// <param name="Receipt">Who is to be told.</param>
/// <param name="Ticket">The request that it makes; 0 for none.</param>
internal readonly record struct Outgoing<TReceipt>(Message Message, int Size, TReceipt Receipt, long Ticket = 0);

/// <summary>
/// What waits to be written, in order, but pongs first: a pong behind blocks would make the remote think us dead.
/// A ping keeps its place: its answer then tells that everything before it has arrived.
/// </summary>
internal sealed class OutboundQueue<TReceipt>
{
    private readonly Queue<Outgoing<TReceipt>> _control = new();
    private readonly Queue<Outgoing<TReceipt>> _bulk = new();

    /// <summary>Bytes of all frames that wait.</summary>
    public long Bytes { get; private set; }

    /// <summary>Pongs that wait: what a remote makes us say.</summary>
    public int Pongs => _control.Count;

    /// <summary>Messages that wait.</summary>
    public int Count => _control.Count + _bulk.Count;

    public void Enqueue(Outgoing<TReceipt> item)
    {
        (item.Message is PongMessage ? _control : _bulk).Enqueue(item);
        Bytes += item.Size;
    }

    /// <summary>Takes what fits into one write, and at least one message.</summary>
    public int TakeBatch(int limit, List<Outgoing<TReceipt>> batch)
    {
        var size = 0;
        while (TryPeek(out var lane) && (size == 0 || size + lane.Peek().Size <= limit))
        {
            var item = lane.Dequeue();
            batch.Add(item);
            size += item.Size;
        }

        Bytes -= size;
        return size;
    }

    private bool TryPeek(out Queue<Outgoing<TReceipt>> lane)
    {
        lane = _control.Count > 0 ? _control : _bulk;
        return lane.Count > 0;
    }
}
