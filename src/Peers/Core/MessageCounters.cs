using System.Collections.Immutable;
using Peers.Wire;

namespace Peers;

/// <summary>Counts messages by command. Unknown commands share one row: a remote must not make our statistics grow.</summary>
/// <remarks>A row for each command that has come, searched from the head: an idle peer has four, and a dictionary for each of them would cost more than they say.</remarks>
internal sealed class MessageCounters(MessageCatalog catalog)
{
    public const string Other = "*other*";

    private Row[] _rows = new Row[4];
    private int _used;

    public void Count(string command, int bytes)
    {
        for (var i = 0; i < _used; i++)
        {
            ref var row = ref _rows[i];
            if (ReferenceEquals(row.Command, command))
            {
                row.Messages++;
                row.Bytes += bytes;
                return;
            }
        }

        CountNamed(catalog.Find(command)?.Command ?? Other, bytes);
    }

    public ImmutableSortedDictionary<string, MessageCount> Snapshot() => _rows.Take(_used).ToImmutableSortedDictionary(
        row => row.Command, row => new MessageCount(row.Messages, row.Bytes), StringComparer.Ordinal);

    private void CountNamed(string command, int bytes)
    {
        var index = Array.FindIndex(_rows, 0, _used, row => row.Command == command);
        if (index < 0)
        {
            index = _used++;
            if (index == _rows.Length)
            {
                Array.Resize(ref _rows, 2 * index);
            }

            _rows[index].Command = command;
        }

        _rows[index].Messages++;
        _rows[index].Bytes += bytes;
    }

    private struct Row
    {
        public string Command;
        public long Messages;
        public long Bytes;
    }
}
