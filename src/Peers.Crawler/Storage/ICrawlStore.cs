namespace Peers.Crawler;

/// <summary>
/// Where a crawl is kept: the truth that survives it. All writes are idempotent, for what was not acknowledged is written again; a write whose task
/// has completed survives the process.
/// </summary>
/// <remarks>Members may be called from several threads.</remarks>
public interface ICrawlStore : IAsyncDisposable
{
    /// <summary>Goes on with the last snapshot of a network if it has not ended, else begins one.</summary>
    /// <exception cref="CrawlStoreException">The store cannot be used.</exception>
    Task<CrawlSnapshot> OpenSnapshotAsync(string network, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>Ends a snapshot; again changes nothing.</summary>
    Task CloseSnapshotAsync(long snapshot, DateTimeOffset ended, CancellationToken cancellation = default);

    /// <summary>
    /// Keeps visits, in one transaction: each as a row of <c>visit</c>, its node's latest state and uptime windows, and its answer as rows of
    /// <c>gossip</c>, whose nodes are among the learned ones, of this call or an earlier one. A visit of the same node, snapshot and start is
    /// kept once. That a node was reached raises the time at which it was last seen, as if somebody had said so.
    /// </summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="visits">The visits.</param>
    /// <param name="learned">
    /// Nodes heard of, whether new or not, with the newest time at which they were said to be seen. A time that is newer than the one that is kept by
    /// less than an hour need not be kept: one answer names up to a thousand known nodes, each a minute younger.
    /// </param>
    /// <param name="cancellation">Gives up waiting.</param>
    Task AppendAsync(long snapshot, IReadOnlyList<Visit> visits, IReadOnlyList<LearnedNode> learned, CancellationToken cancellation = default);

    /// <summary>The nodes of one partition, as they are known to a snapshot, in any order.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="partition">The partition: <see cref="Netgroup.PartitionOf"/>.</param>
    /// <param name="cancellation">Ends the reading.</param>
    IAsyncEnumerable<KnownNode> LoadAsync(long snapshot, int partition, CancellationToken cancellation = default);
}

/// <summary>What reads a crawl back: for exports, reports and comparisons.</summary>
public interface ICrawlReader : IAsyncDisposable
{
    /// <summary>The snapshots, oldest first.</summary>
    Task<IReadOnlyList<CrawlSnapshot>> ReadSnapshotsAsync(CancellationToken cancellation = default);

    /// <summary>Every node that was heard of, in the order of its text.</summary>
    IAsyncEnumerable<NodeRecord> ReadNodesAsync(CancellationToken cancellation = default);

    /// <summary>The visits of a snapshot, in the order of their start.</summary>
    IAsyncEnumerable<Visit> ReadVisitsAsync(long snapshot, CancellationToken cancellation = default);

    /// <summary>Who told of whom in a snapshot, in the order of the visits.</summary>
    IAsyncEnumerable<GossipRecord> ReadGossipAsync(long snapshot, CancellationToken cancellation = default);
}

/// <summary>The store cannot be used; the message says what to change.</summary>
public sealed class CrawlStoreException(string message, Exception? inner = null) : Exception(message, inner);
