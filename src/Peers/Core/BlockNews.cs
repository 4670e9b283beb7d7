using Peers.Wire;

namespace Peers;

/// <summary>In which form a remote hears of a new block.</summary>
internal static class BlockNews
{
    /// <summary>
    /// As <c>headers</c> when it wants them (BIP 130) and they go on from what it has, without those that it has; else as <c>inv</c>. Notes
    /// what is announced.
    /// </summary>
    /// <returns>What to say; null when it knows the block.</returns>
    public static Message? For(Announcement.OfBlock block, bool wantsHeaders, KnownInventory known)
    {
        if (known.Contains(InventoryVector.Block(block.Hash)))
        {
            return null;
        }

        if (wantsHeaders && block.Headers.Length <= Announcement.MostHeaders)
        {
            var lacking = Lacking(block.Headers.Span, known);
            if (!lacking.IsEmpty)
            {
                foreach (ref readonly var header in lacking[1..])
                {
                    known.AddHeader(header.Previous);
                }

                known.AddHeader(block.Hash);
                return new HeadersMessage(lacking.Length == block.Headers.Length ? block.Headers : WireArray.Create(lacking));
            }
        }

        known.Add(InventoryVector.Block(block.Hash));
        return new InvMessage([InventoryVector.Block(block.Hash)]);
    }

    /// <summary>The headers that it lacks, if they go on from one that it has; each names the one before it, so none is hashed.</summary>
    private static ReadOnlySpan<BlockHeader> Lacking(ReadOnlySpan<BlockHeader> headers, KnownInventory known)
    {
        for (var i = headers.Length - 1; i >= 0; i--)
        {
            if (known.HasHeader(headers[i].Previous))
            {
                return headers[i..];
            }
        }

        return [];
    }
}
