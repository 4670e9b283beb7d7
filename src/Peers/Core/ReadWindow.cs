using System.Runtime.CompilerServices;
using Peers.Wire;

namespace Peers;

/// <summary>Byte credit: how much was delivered and not yet consumed. Reading pauses while that is at the limit.</summary>
internal sealed class ReadWindow(long limit, int overhead)
{
    /// <summary>A part of the limit, one in so many: while no more waits, a message that has begun may come to its end, however large it is.</summary>
    private const int Little = 20;

    /// <summary>Cost of what was delivered and not yet consumed.</summary>
    public long Unconsumed { get; private set; }

    /// <summary>Whether the socket is not to be read.</summary>
    /// <param name="unfinished">Bytes held of a message that has begun to arrive: a remote's memory is both.</param>
    public bool IsFull(long unfinished) => Unconsumed >= limit || (Unconsumed > limit / Little && Unconsumed + unfinished >= limit);

    /// <summary>
    /// What a message takes of the window: objects are larger than what is on the wire, so a flood of tiny ones must cost more, and so must what
    /// is packed more tightly on the wire than in memory.
    /// </summary>
    public int CostOf(Message message, int length) => overhead + Math.Max(length, message switch
    {
        AddrV2Message addr => addr.Addresses.Length * Unsafe.SizeOf<AddressEntry>(),
        AddrMessage addr => addr.Addresses.Length * Unsafe.SizeOf<AddressEntry>(),
        GetBlockTransactionsMessage blocks => blocks.Indexes.Length * sizeof(ushort),
        _ => 0,
    });

    public void Deliver(long cost) => Unconsumed += cost;

    /// <summary>Gives credit back; more than was taken is not believed.</summary>
    public void Consume(long cost) => Unconsumed = Math.Max(0, Unconsumed - Math.Max(0, cost));
}
