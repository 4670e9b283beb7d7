using Peers.Wire;

namespace Peers.Crawler;

/// <summary>
/// Tells a node's answer to <c>getaddr</c> from its announcement of itself, and knows when it is whole. Bounded: what comes above the most that a node
/// answers is not kept.
/// </summary>
/// <remarks>
/// A node announces itself in a message of its own soon after the handshake, and relays others' announcements by ten at most; it answers with all in one
/// message (Bitcoin Core) or a few (btcd: up to 1,000 each). So a message of several is the answer, a full one has another behind it or not, and a
/// single address is the answer only if nothing better comes.
/// </remarks>
internal sealed class AddressCollector(NetworkEndpoint node)
{
    /// <summary>Addresses that are kept at most: no honest node answers more.</summary>
    internal const int Most = 2 * WireLimits.Addresses;

    /// <summary>Longer ones are of networks that we do not know.</summary>
    private const int LongestAddress = 32;

    /// <summary>A message with more entries than this is an answer: relay goes by ten.</summary>
    private const int RelayedAtOnce = 10;

    private readonly HashSet<NodeId> _known = [];
    private WireArray<AddressEntry> _whole;
    private List<AddressEntry>? _entries;
    private bool _selfAnnounced;

    /// <summary>Whether some address came that is not the node's own.</summary>
    public bool HasAny => Count > 0;

    /// <summary>What came.</summary>
    public AddressAnswer Answer => new(_entries ?? (IReadOnlyList<AddressEntry>)_whole, _selfAnnounced);

    private int Count => _entries?.Count ?? _whole.Length;

    /// <summary>Takes in one <c>addr</c> or <c>addrv2</c>.</summary>
    public AnswerProgress Add(WireArray<AddressEntry> entries)
    {
        _known.EnsureCapacity(Count + entries.Length);
        var isFirst = Count == 0;
        var prefix = 0;
        for (var index = 0; index < entries.Length; index++)
        {
            ref readonly var entry = ref entries.Span[index];
            if (!IsNews(entry))
            {
                continue;
            }

            // Nearly every answer is one message of different addresses: it is kept as it came.
            if (isFirst && _entries is null && prefix == index)
            {
                prefix++;
            }
            else
            {
                Split(entries, prefix).Add(entry);
            }
        }

        if (isFirst && _entries is null && prefix > 0)
        {
            _whole = prefix == entries.Length ? entries : default;
            _ = prefix == entries.Length ? null : Split(entries, prefix);
        }

        return Count >= WireLimits.Addresses ? AnswerProgress.Whole
            : entries.Length > RelayedAtOnce ? AnswerProgress.Settling
            : entries.Length > 1 ? AnswerProgress.Few
            : AnswerProgress.Waiting;
    }

    private bool IsNews(in AddressEntry entry)
    {
        if (entry.Endpoint.Address == node.Address)
        {
            _selfAnnounced = true;
            return false;
        }

        return entry.Endpoint.Address.Length <= LongestAddress && Count < Most && _known.Add(NodeId.Of(entry.Endpoint));
    }

    /// <summary>The list of what is kept, made of what was kept whole before.</summary>
    private List<AddressEntry> Split(WireArray<AddressEntry> entries, int prefix)
    {
        if (_entries is null)
        {
            _entries = new List<AddressEntry>(_whole.Length + entries.Length);
            _entries.AddRange(_whole);
            _entries.AddRange(entries.Span[..prefix]);
            _whole = default;
        }

        return _entries;
    }
}

/// <summary>How far an answer is.</summary>
internal enum AnswerProgress
{
    /// <summary>The answer has not come.</summary>
    Waiting,

    /// <summary>A few came: the answer of a young node, or others' announcements before the answer.</summary>
    Few,

    /// <summary>It came, and a little more may follow.</summary>
    Settling,

    /// <summary>No more can follow.</summary>
    Whole,
}
