using Peers.Wire;

namespace Peers;

/// <summary>What a message, heard or said, shows the remote to know, so that it is not announced to it.</summary>
internal static class InventoryNotes
{
    /// <summary>Whether a message shows anything, whoever says it.</summary>
    public static bool AreIn(Message message) =>
        message is InvMessage or GetDataMessage or NotFoundMessage or TransactionMessage or BlockMessage or CompactBlockMessage
            or MerkleBlockMessage or HeadersMessage { Headers.Length: > 0 };

    /// <summary>Whether a message of the remote shows anything: what it knows, or what it wants to know.</summary>
    public static bool AreHeardIn(Message message) =>
        AreIn(message) || message is GetHeadersMessage or GetBlocksMessage || RelayPreferences.AreIn(message);

    /// <param name="message">What was heard or said.</param>
    /// <param name="said">Whether we said it.</param>
    /// <param name="known">Where it is noted.</param>
    public static void Note(Message message, bool said, KnownInventory known)
    {
        switch (message)
        {
            // Who offers a block has its header; who was offered it, or asks for it by its hash, need not.
            case InvMessage inv:
                NoteItems(inv.Items, hasHeaders: !said, known);
                break;
            case GetDataMessage data:
                NoteItems(data.Items, hasHeaders: said, known);
                break;
            case NotFoundMessage missing:
                NoteItems(missing.Items, hasHeaders: false, known);
                break;
            case TransactionMessage { Transaction: var transaction }:
                known.Add(transaction.Id, transaction.WitnessId);
                break;
            case BlockMessage block:
                known.AddHeader(block.Block.Hash);
                break;
            case CompactBlockMessage compact:
                known.AddHeader(compact.Header.ComputeHash());
                break;
            case MerkleBlockMessage merkle:
                known.AddHeader(merkle.Header.ComputeHash());
                break;
            case HeadersMessage { Headers.Length: > 0 } headers:
                NoteHeaders(headers.Headers.Span, known);
                break;
            case GetHeadersMessage locator when !said:
                NoteLocator(locator.Locator, known);
                break;
            case GetBlocksMessage locator when !said:
                NoteLocator(locator.Locator, known);
                break;
        }
    }

    private static void NoteItems(WireArray<InventoryVector> items, bool hasHeaders, KnownInventory known)
    {
        foreach (ref readonly var item in items.Span)
        {
            if (hasHeaders && item.IsBlock)
            {
                known.AddHeader(item.Hash);
            }
            else
            {
                known.Add(item);
            }
        }
    }

    /// <summary>Each header names the one before it, so thousands of them cost one hash.</summary>
    private static void NoteHeaders(ReadOnlySpan<BlockHeader> headers, KnownInventory known)
    {
        foreach (ref readonly var header in headers)
        {
            known.AddHeader(header.Previous);
        }

        known.AddHeader(headers[^1].ComputeHash());
    }

    private static void NoteLocator(WireArray<Hash256> locator, KnownInventory known)
    {
        for (var i = locator.Length - 1; i >= 0; i--)
        {
            known.AddHeader(locator[i]); // The tip last: it is what will be used.
        }
    }
}
