using Peers.Wire;

namespace Peers;

/// <summary>What the remote wants to hear of.</summary>
/// <param name="relay">Whether its <c>version</c> asks for transactions (BIP 37, BIP 60).</param>
/// <param name="blocksOnly">Whether the connection is for blocks only.</param>
internal sealed class RelayPreferences(bool relay, bool blocksOnly)
{
    /// <summary>All the satoshis that there can be: Bitcoin Core believes no fee rate above.</summary>
    private const long Money = 21_000_000L * 100_000_000L;

    private bool _relay = relay;
    private long _feeRate;
    private BloomFilter? _filter;

    /// <summary>Whether it wants new blocks as <c>headers</c> (BIP 130).</summary>
    public bool Headers { get; private set; }

    /// <summary>Whether a message says something about that.</summary>
    public static bool AreIn(Message message) =>
        message is SendHeadersMessage or FeeFilterMessage or FilterLoadMessage or FilterAddMessage or FilterClearMessage;

    public void Note(Message message)
    {
        switch (message)
        {
            case SendHeadersMessage:
                Headers = true;
                break;
            case FeeFilterMessage { FeeRate: >= 0 and <= Money } filter:
                _feeRate = filter.FeeRate;
                break;
            case FilterLoadMessage load:
                _filter = BloomFilter.From(load);
                _relay = true; // Who loads or clears a filter wants transactions, whatever its version said (BIP 37).
                break;
            case FilterAddMessage add:
                _filter?.Insert(add.Element.Span);
                break;
            case FilterClearMessage:
                _filter = null;
                _relay = true;
                break;
        }
    }

    /// <summary>Whether it wants to hear of that.</summary>
    /// <param name="announcement">The news.</param>
    /// <param name="byWitnessId">Whether it knows transactions by wtxid (BIP 339).</param>
    public bool Want(Announcement announcement, bool byWitnessId) => announcement switch
    {
        Announcement.OfTransaction transaction =>
            _relay && !blocksOnly && (transaction.FeeRate is not { } rate || rate >= _feeRate) && Matches(transaction),

        // It does not know that kind (BIP 339).
        Announcement.OfItem { Item.Kind: InventoryKind.WitnessTransactionId } when !byWitnessId => false,
        Announcement.OfItem { Item.IsTransaction: true } item => _relay && !blocksOnly && _filter?.Contains(item.Item.Hash) != false,
        Announcement.OfItem => !blocksOnly,
        _ => true,
    };

    private bool Matches(Announcement.OfTransaction transaction) =>
        _filter is null || (transaction.Body is { } body ? _filter.Matches(body) : _filter.Contains(transaction.Id));
}
