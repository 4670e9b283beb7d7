using System.Collections.Immutable;
using Peers.Wire;

namespace Peers;

/// <summary>Counts messages by command. Unknown commands share one row: a remote must not make our statistics grow.</summary>
internal sealed class MessageCounters(MessageCatalog catalog)
{
    public const string Other = "*other*";

    private readonly Dictionary<string, MessageCount> _counts = [];

    public void Count(string command, int bytes)
    {
        ref var count = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(
            _counts, catalog.Find(command) is null ? Other : command, out _);
        count = new MessageCount(count.Messages + 1, count.Bytes + bytes);
    }

    public ImmutableSortedDictionary<string, MessageCount> Snapshot() => _counts.ToImmutableSortedDictionary(StringComparer.Ordinal);
}
