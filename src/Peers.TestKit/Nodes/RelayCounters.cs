namespace Peers.TestKit;

/// <summary>What a <see cref="RelayNode"/> has counted.</summary>
public sealed record RelayCounters
{
    /// <summary>Items announced to the node that it had already.</summary>
    public long KnownAnnounced { get; internal set; }

    /// <summary>Items announced to the node, known ones included.</summary>
    public long Announced { get; internal set; }

    /// <summary>Transactions and blocks that came and were there already.</summary>
    public long ReceivedTwice { get; internal set; }

    /// <summary>Transactions and blocks that came, those included that were there already.</summary>
    public long Received { get; internal set; }

    /// <summary>Blocks that were put together from compact blocks without asking for anything.</summary>
    public long CompactComplete { get; internal set; }

    /// <summary>Compact blocks for which transactions had to be asked for.</summary>
    public long CompactLacking { get; internal set; }

    /// <summary>Items that a remote was asked for and had not, or that were invalid.</summary>
    public long Refused { get; internal set; }
}
