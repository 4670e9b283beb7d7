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

    /// <summary>A message with more entries than this is an answer: relay goes by ten.</summary>
    private const int RelayedAtOnce = 10;

    private readonly List<AddressEntry> _entries = [];
    private readonly HashSet<NetworkEndpoint> _known = [];
    private bool _selfAnnounced;

    /// <summary>Whether some address came that is not the node's own.</summary>
    public bool HasAny => _entries.Count > 0;

    /// <summary>What came.</summary>
    public AddressAnswer Answer => new(_entries, _selfAnnounced);

    /// <summary>Takes in one <c>addr</c> or <c>addrv2</c>.</summary>
    public AnswerProgress Add(IReadOnlyList<AddressEntry> entries)
    {
        for (var index = 0; index < entries.Count && _entries.Count < Most; index++)
        {
            var entry = entries[index];
            if (entry.Endpoint.Address == node.Address)
            {
                _selfAnnounced = true;
            }
            else if (entry.Endpoint.Address.Length <= 32 && _known.Add(entry.Endpoint))
            {
                _entries.Add(entry);
            }
        }

        return _entries.Count >= WireLimits.Addresses ? AnswerProgress.Whole
            : entries.Count > RelayedAtOnce ? AnswerProgress.Settling
            : entries.Count > 1 ? AnswerProgress.Few
            : AnswerProgress.Waiting;
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
