using Peers.Wire;

namespace Peers;

/// <content>What is heard, and whose answer it is.</content>
internal sealed partial class ResponseDeadlines<TAsker>
{
    /// <summary>Filters that one request may bring (BIP 157); more in a row are nobody's answer.</summary>
    private const int FiltersInARun = 1000;

    private readonly List<Message> _filters = [];

    /// <summary>Takes what was heard.</summary>
    /// <param name="message">What was heard.</param>
    /// <param name="now">When.</param>
    /// <param name="ended">Gets the requests that it completes.</param>
    /// <returns>Whether somebody waited for it.</returns>
    public bool Heard(Message message, TimeSpan now, List<Outstanding<TAsker>> ended)
    {
        if (_byTicket.Count == 0)
        {
            return false;
        }

        now = _time.At(now);
        switch (message)
        {
            case BlockMessage block:
                var hash = block.Block.Hash;
                return Answer(AnswerKey.Block(hash), message, now, ended) || Answer(AnswerKey.BlockTransactions(hash), message, now, ended);
            case MerkleBlockMessage merkle:
                return Answer(AnswerKey.Block(merkle.Header.ComputeHash()), message, now, ended);
            case CompactBlockMessage compact:
                return Answer(AnswerKey.Block(compact.Header.ComputeHash()), message, now, ended);
            case TransactionMessage { Transaction: var transaction } when Line(AnswerKind.Data).Head is not null:
                return Answer(AnswerKey.Of(InventoryVector.Transaction(transaction.Id)), message, now, ended)
                    || Answer(AnswerKey.Of(InventoryVector.WitnessTransactionId(transaction.WitnessId)), message, now, ended);
            case NotFoundMessage missing when Line(AnswerKind.Data).Head is not null:
                return Miss(missing, now, ended);
            case BlockTransactionsMessage transactions:
                return Answer(AnswerKey.BlockTransactions(transactions.BlockHash), message, now, ended);
            case CompactFilterMessage filter:
                return Filter(filter, now, ended);
            case CompactFilterHeadersMessage filterHeaders:
                return Answer(AnswerKey.Of(AnswerKind.FilterHeaders, filterHeaders.FilterType, filterHeaders.Stop), message, now, ended);
            case CompactFilterCheckpointsMessage checkpoints:
                return Answer(AnswerKey.Of(AnswerKind.FilterCheckpoints, checkpoints.FilterType, checkpoints.Stop), message, now, ended);
            case HeadersMessage found:
                var asked = Line(AnswerKind.Headers).Head;
                while (asked is not null && !RequestedAnswers.Answers(found, (GetHeadersMessage)asked.Question, genesis))
                {
                    asked = asked.Next;
                }

                return Answer(asked, message, now, ended);
            case AddrMessage addresses when RequestedAnswers.AreAnswer(addresses.Addresses.Span, remote):
            case AddrV2Message addressesV2 when RequestedAnswers.AreAnswer(addressesV2.Addresses.Span, remote):
                return Answer(Line(AnswerKind.Addresses).Head, message, now, ended);
            case InvMessage inventory:
                Inventory(inventory, now, ended);
                return false; // An inv is news, too: whoever listens gets it as well.
            default:
                return false;
        }
    }

    private bool Answer(AnswerKey key, Message answer, TimeSpan now, List<Outstanding<TAsker>> ended) =>
        Answer(_index.Take(key), answer, now, ended);

    private bool Answer(Outstanding<TAsker>? request, Message answer, TimeSpan now, List<Outstanding<TAsker>> ended)
    {
        if (request is null)
        {
            return false;
        }

        var awaited = request.Asker is not null;
        request.Progress = now;
        if (request.Take(answer))
        {
            ended.Add(Remove(request));
        }

        return awaited;
    }

    private bool Miss(NotFoundMessage missing, TimeSpan now, List<Outstanding<TAsker>> ended)
    {
        var nobodys = 0;
        foreach (var item in missing.Items)
        {
            if (_index.Take(AnswerKey.Of(item)) is not { } request)
            {
                nobodys++;
                continue;
            }

            nobodys += request.Asker is null ? 1 : 0;
            request.Progress = now;
            if (request.TakeMissing(item))
            {
                ended.Add(Remove(request));
            }
        }

        return nobodys == 0 && missing.Items.Length > 0;
    }

    /// <summary>Filters come one by one, the one of the last block asked for last: it says whose all of them are.</summary>
    private bool Filter(CompactFilterMessage filter, TimeSpan now, List<Outstanding<TAsker>> ended)
    {
        var last = _index.Take(AnswerKey.Of(AnswerKind.Filters, filter.FilterType, filter.Block));
        if (last is not null)
        {
            _filters.ForEach(last.Collect);
            _filters.Clear();
            return Answer(last, filter, now, ended);
        }

        if (Line(AnswerKind.Filters).Head is not { } head)
        {
            return false;
        }

        head.Progress = now;
        if (head.Asker is null || _filters.Count >= FiltersInARun)
        {
            return false;
        }

        _filters.Add(filter);
        return true;
    }

    private void Inventory(InvMessage inventory, TimeSpan now, List<Outstanding<TAsker>> ended)
    {
        if (Line(AnswerKind.Blocks).Head is { } blocks && inventory.Items.Any(item => item.IsBlock))
        {
            Answer(blocks, inventory, now, ended);
        }

        if (Line(AnswerKind.Mempool).Head is { } mempool && inventory.Items.Any(item => item.IsTransaction))
        {
            Answer(mempool, inventory, now, ended);
        }
    }
}
