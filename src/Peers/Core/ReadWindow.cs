namespace Peers;

/// <summary>Byte credit: how much was delivered and not yet consumed. Reading pauses while that is at the limit.</summary>
internal sealed class ReadWindow(long limit, int overhead)
{
    /// <summary>Cost of what was delivered and not yet consumed.</summary>
    public long Unconsumed { get; private set; }

    /// <summary>Whether the socket is not to be read.</summary>
    public bool IsFull => Unconsumed >= limit;

    /// <summary>What a message takes of the window: objects are larger than what is on the wire, so a flood of tiny ones must cost more.</summary>
    public int CostOf(int length) => length + overhead;

    public void Deliver(long cost) => Unconsumed += cost;

    /// <summary>Gives credit back; more than was taken is not believed.</summary>
    public void Consume(long cost) => Unconsumed = Math.Max(0, Unconsumed - Math.Max(0, cost));
}
