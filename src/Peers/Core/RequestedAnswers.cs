using Peers.Wire;

namespace Peers;

/// <summary>Which message asks for what: the table behind stall detection and awaited requests.</summary>
internal static class RequestedAnswers
{
    /// <summary>What answers that message; null when it asks for nothing.</summary>
    public static AnswerKind? To(Message question) => question switch
    {
        GetDataMessage { Items.Length: > 0 } => AnswerKind.Data,
        GetBlockTransactionsMessage => AnswerKind.BlockTransactions,
        GetHeadersMessage => AnswerKind.Headers,
        GetBlocksMessage => AnswerKind.Blocks,
        MempoolMessage => AnswerKind.Mempool,
        GetAddrMessage => AnswerKind.Addresses,
        GetCompactFiltersMessage => AnswerKind.Filters,
        GetCompactFilterHeadersMessage => AnswerKind.FilterHeaders,
        GetCompactFilterCheckpointsMessage => AnswerKind.FilterCheckpoints,
        _ => null,
    };

    /// <summary>The contents by which its answers are known; none when only their kind is.</summary>
    public static IEnumerable<AnswerKey> KeysOf(Message question) => question switch
    {
        GetDataMessage data => data.Items.Select(AnswerKey.Of),
        GetBlockTransactionsMessage transactions => [AnswerKey.BlockTransactions(transactions.BlockHash)],
        GetCompactFiltersMessage filters => [AnswerKey.Of(AnswerKind.Filters, filters.FilterType, filters.Stop)],
        GetCompactFilterHeadersMessage headers => [AnswerKey.Of(AnswerKind.FilterHeaders, headers.FilterType, headers.Stop)],
        GetCompactFilterCheckpointsMessage checkpoints => [AnswerKey.Of(AnswerKind.FilterCheckpoints, checkpoints.FilterType, checkpoints.Stop)],
        _ => [],
    };

    /// <summary>
    /// Whether headers answer that request: they go on from a block of its locator, or from the genesis block when the remote knows none of
    /// them; an empty one answers any. Others are announcements.
    /// </summary>
    public static bool Answers(HeadersMessage headers, GetHeadersMessage question, Hash256 genesis)
    {
        if (headers.Headers.Length == 0)
        {
            return true;
        }

        ref readonly var first = ref headers.Headers.Span[0];
        return question.Locator.Length == 0
            ? question.Stop == Hash256.Zero || first.ComputeHash() == question.Stop
            : first.Previous == genesis || question.Locator.Span.Contains(first.Previous);
    }

    /// <summary>Whether addresses answer a <c>getaddr</c>: its own address alone is what a node tells unasked (as Bitcoin Core).</summary>
    public static bool AreAnswer(ReadOnlySpan<AddressEntry> addresses, NetworkAddress remote) =>
        addresses.Length != 1 || addresses[0].Endpoint.Address != remote;
}
