using Peers.Wire;

namespace Peers.Fuzz;

/// <summary>
/// Much of a message is only read when somebody looks at it. Whoever embeds the engine does, so looking must be as safe as decoding:
/// a value or a <see cref="WireException"/>.
/// </summary>
internal static class Reading
{
    public static void Everything(Message message)
    {
        if (message.ToString() is not { Length: > 0 })
        {
            throw new FindException($"{message.Command} has no text");
        }

        try
        {
            Look(message);
        }
        catch (WireException)
        {
            // What a message holds may be wrong; it says so in its own words.
        }
    }

    private static void Look(Message message)
    {
        switch (message)
        {
            case AlertMessage alert:
                _ = alert.TryReadAlert(out _);
                break;
            case AddrMessage addresses:
                Look(addresses.Addresses);
                break;
            case AddrV2Message addresses:
                Look(addresses.Addresses);
                break;
            case BlockMessage block:
                Look(block.Block);
                break;
            case BlockTransactionsMessage transactions:
                Look(transactions.Transactions);
                break;
            case CompactBlockMessage compact:
                _ = compact.GetShortIdKey().Compute(compact.Header.ComputeHash());
                break;
            case CompactFilterMessage filter:
                _ = filter.GetFilterHash();
                break;
            case FilterLoadMessage load:
                Look(BloomFilter.From(load));
                break;
            case MerkleBlockMessage proof:
                _ = proof.Tree.Extract();
                break;
            case TransactionMessage transaction:
                Look(transaction.Transaction);
                break;
            default:
                break;
        }
    }

    private static void Look(WireArray<AddressEntry> entries)
    {
        foreach (var entry in entries)
        {
            // Addresses are kept and told as text: of those that are told on it must mean the same. Text in fc00::/8 always means CJDNS.
            var text = entry.Endpoint.ToString();
            var address = entry.Endpoint.Address;
            var isPrivate = address.Kind == NetworkKind.IPv6 && address.ToArray()[0] == 0xFC;
            if (address.IsRelayable && !isPrivate && (!NetworkEndpoint.TryParse(text, out var parsed) || parsed != entry.Endpoint))
            {
                throw new FindException($"the text {text} of {address.Kind} means {parsed}");
            }

            _ = entry.Endpoint.ToIPEndPoint();
        }
    }

    private static void Look(Block block)
    {
        _ = block.ComputeMerkleRoot(out _);
        _ = block.ComputeWitnessMerkleRoot();
        _ = block.Weight;
        if (block.WithoutWitness().StrippedSize != block.StrippedSize)
        {
            throw new FindException($"block {block} without witnesses has another size without witnesses");
        }

        Look(block.Transactions);
    }

    private static void Look(TransactionList transactions)
    {
        foreach (var transaction in transactions)
        {
            Look(transaction);
        }
    }

    private static void Look(Transaction transaction)
    {
        _ = transaction.Inputs.Length + transaction.Outputs.Length + transaction.VirtualSize;
        if (transaction.WithoutWitness().Id != transaction.Id)
        {
            throw new FindException($"transaction {transaction} without witnesses has another id");
        }
    }

    private static void Look(BloomFilter filter)
    {
        Span<byte> element = [1, 2, 3];
        filter.Insert(element);
        if (!filter.Contains(element))
        {
            throw new FindException("a bloom filter does not know what was inserted");
        }
    }
}
