using Peers.Wire;

namespace Peers;

/// <summary>What a message shows the remote to have, so that it is not announced to it.</summary>
internal static class InventoryHeard
{
    public static void Collect(Message message, ref List<InventoryVector>? known)
    {
        switch (message)
        {
            case InvMessage inv:
                foreach (var item in inv.Items)
                {
                    (known ??= []).Add(item);
                }

                break;
            case TransactionMessage transaction:
                (known ??= []).Add(InventoryVector.Transaction(transaction.Transaction.Id));
                break;
            case BlockMessage block:
                (known ??= []).Add(InventoryVector.Block(block.Block.Hash));
                break;
            case HeadersMessage { Headers.Length: > 0 and <= 8 } headers:
                foreach (var header in headers.Headers)
                {
                    (known ??= []).Add(InventoryVector.Block(header.ComputeHash()));
                }

                break;
        }
    }
}
