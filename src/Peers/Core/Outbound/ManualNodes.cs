using System.Net;

namespace Peers;

/// <summary>The nodes that a person chose: always connected, or about to be.</summary>
internal sealed class ManualNodes(RetrySettings retry, Random random)
{
    /// <summary>More of them is a mistake (Bitcoin Core has places for 8).</summary>
    internal const int Most = 1000;

    private readonly Dictionary<string, Node> _nodes = [];
    private readonly DialBackoff _backoff = new(retry, random);

    public int Count => _nodes.Count;

    /// <summary>When the next one is to be dialled; null when all are connected.</summary>
    public TimeSpan? Due => _nodes.Values.Where(node => !node.IsConnected).Select(node => (TimeSpan?)_backoff.Until(node.Command.Remote.Text())).Min();

    /// <summary>Adds one.</summary>
    /// <returns>Whether it was none of them yet, and there was room.</returns>
    public bool Add(AddNode node) => _nodes.Count < Most && _nodes.TryAdd(node.Remote.Text(), new Node(node));

    /// <summary>Takes one out.</summary>
    public bool Remove(EndPoint remote) => _nodes.Remove(remote.Text());

    /// <summary>The next one that is to be dialled now; counted as connected from here on.</summary>
    public AddNode? Take(TimeSpan now)
    {
        foreach (var node in _nodes.Values)
        {
            if (!node.IsConnected && _backoff.Until(node.Command.Remote.Text()) <= now)
            {
                node.IsConnected = true;
                return node.Command;
            }
        }

        return null;
    }

    /// <summary>Its connection has ended.</summary>
    /// <param name="remote">Which.</param>
    /// <param name="wasReady">Whether there was a handshake: then the waiting begins anew.</param>
    /// <param name="now">The time.</param>
    public void Ended(EndPoint remote, bool wasReady, TimeSpan now)
    {
        if (!_nodes.TryGetValue(remote.Text(), out var node))
        {
            return;
        }

        node.IsConnected = false;
        if (wasReady)
        {
            _backoff.Succeeded(remote.Text());
        }

        _backoff.Failed(remote.Text(), now);
    }

    private sealed class Node(AddNode command)
    {
        public AddNode Command { get; } = command;

        public bool IsConnected { get; set; }
    }
}
