using Peers.Wire;

namespace Peers;

/// <summary>What a message shows the remote to have, so that it is not announced to it.</summary>
internal static class InventoryHeard
{
    /// <summary>More headers than an announcement has are history, not news.</summary>
    private const int AnnouncedHeaders = 8;

    public static bool IsIn(Message message) =>
        message is InvMessage or TransactionMessage or BlockMessage or HeadersMessage { Headers.Length: > 0 and <= AnnouncedHeaders };

    public static void Note(Message message, KnownInventory known)
    {
        switch (message)
        {
            case InvMessage inv:
                foreach (var item in inv.Items)
                {
                    known.Add(item);
                }

                break;
            case TransactionMessage transaction:
                known.Add(InventoryVector.Transaction(transaction.Transaction.Id));
                break;
            case BlockMessage block:
                known.Add(InventoryVector.Block(block.Block.Hash));
                break;
            case HeadersMessage headers when IsIn(message):
                foreach (var header in headers.Headers)
                {
                    known.Add(InventoryVector.Block(header.ComputeHash()));
                }

                break;
        }
    }
}
