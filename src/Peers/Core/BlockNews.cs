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

        if (wantsHeaders && Unknown(block, known) is { Length: > 0 } headers)
        {
            InventoryNotes.Note(headers.ToMessage(), said: true, known);
            return headers.ToMessage();
        }

        known.Add(InventoryVector.Block(block.Hash));
        return new InvMessage([InventoryVector.Block(block.Hash)]);
    }

    /// <summary>The headers that it lacks, if they go on from one that it has; each names the one before it.</summary>
    private static ReadOnlySpan<BlockHeader> Unknown(Announcement.OfBlock block, KnownInventory known)
    {
        var headers = block.Headers.AsSpan();
        for (var i = headers.Length - 1; i >= 0 && headers.Length - i <= Announcement.MostHeaders; i--)
        {
            if (known.HasHeader(headers[i].Previous))
            {
                return headers[i..];
            }
        }

        return [];
    }

    private static HeadersMessage ToMessage(this ReadOnlySpan<BlockHeader> headers) => new([.. headers]);
}
