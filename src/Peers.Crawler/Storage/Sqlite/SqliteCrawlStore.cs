using Microsoft.Data.Sqlite;

namespace Peers.Crawler;

/// <summary>
/// A crawl in one file of SQLite, written by one process: the store of a crawl on one machine. Its tables are <c>snapshot</c>, <c>node</c>,
/// <c>visit</c> and <c>gossip_answer</c>; the views <c>gossip</c>, <c>gossip_text</c>, <c>node_text</c> and <c>visit_text</c> are for reading by hand.
/// </summary>
/// <remarks>
/// A write whose task has completed survives the end of the process, however it ends. It survives a power cut, too, or a crash of the system, but for
/// the last seconds before it (since SQLite's last checkpoint, every 32 MB of writes), for the disk is not waited for; the file is whole after that all the same.
/// Beside the file lie <c>-wal</c> and <c>-shm</c> while somebody has it open, and <c>-lock</c>, by which a second crawl is kept out.
/// </remarks>
public sealed class SqliteCrawlStore : ICrawlStore, ICrawlReader
{
    /// <summary>
    /// 16 MB of pages in memory; the log is emptied every 32 MB and cut to 64 MB, so that a page which many visits change is written to the file once.
    /// </summary>
    private const string Settings =
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 8192; " +
        "PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = FILE; PRAGMA busy_timeout = 10000;";

    private readonly string _path;
    private readonly SqliteLock _lock;
    private readonly SqliteWriteQueue _writes;
    private readonly SqlitePartitionReader _partitions;
    private readonly SqliteReader _reader;

    private SqliteCrawlStore(string path, SqliteLock held, SqliteWriteQueue writes)
    {
        _path = path;
        _lock = held;
        _writes = writes;
        _partitions = new SqlitePartitionReader(path);
        _reader = new SqliteReader(path);
    }

    /// <summary>Opens a file to write to, or makes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="clock">When nodes are first heard of.</param>
    /// <exception cref="CrawlStoreException">The file cannot be used; the message says what to change.</exception>
    public static SqliteCrawlStore Open(string path, TimeProvider clock)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(clock);
        if (Directory.Exists(path))
        {
            throw new CrawlStoreException($"{path} is a folder: give a file");
        }

        var held = SqliteLock.Take(path);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 5 }.ToString());
        try
        {
            connection.Open();
            SqliteSchema.Ensure(connection, path); // First: nothing is set in a file of another program.
            SqliteSchema.Execute(connection, Settings);
            return new SqliteCrawlStore(path, held, new SqliteWriteQueue(path, new SqliteWriter(path, connection, clock)));
        }
        catch (Exception exception)
        {
            connection.Dispose();
            held.Dispose();
            if (exception is SqliteException sqlite)
            {
                throw SqliteErrors.Of(path, sqlite);
            }

            throw;
        }
    }

    /// <summary>Opens a file to read from, also while a crawl writes to it.</summary>
    /// <exception cref="CrawlStoreException">The file cannot be used; the message says what to change.</exception>
    public static ICrawlReader OpenReader(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new CrawlStoreException($"{path} is not there: give the file of a crawl");
        }

        try
        {
            using var connection = SqliteReader.Open(path);
            SqliteSchema.Check(connection, path);
        }
        catch (SqliteException exception)
        {
            throw SqliteErrors.Of(path, exception);
        }

        return new ReaderAlone(new SqliteReader(path));
    }

    /// <inheritdoc/>
    public Task<CrawlSnapshot> OpenSnapshotAsync(string network, DateTimeOffset now, CancellationToken cancellation = default) =>
        _writes.RunAsync(writer => writer.OpenSnapshot(network, now), 0, cancellation);

    /// <inheritdoc/>
    public Task CloseSnapshotAsync(long snapshot, DateTimeOffset ended, CancellationToken cancellation = default) => _writes.RunAsync(
        writer =>
        {
            writer.CloseSnapshot(snapshot, ended);
            return true;
        },
        0,
        cancellation);

    /// <inheritdoc/>
    public Task AppendAsync(
        long snapshot, IReadOnlyList<Visit> visits, IReadOnlyList<LearnedNode> learned, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(visits);
        ArgumentNullException.ThrowIfNull(learned);
        return _writes.RunAsync(
            writer =>
            {
                writer.Append(snapshot, visits, learned);
                return true;
            },
            visits.Count,
            cancellation);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<KnownNode> LoadAsync(long snapshot, int partition, CancellationToken cancellation = default) =>
        _partitions.LoadAsync(snapshot, partition, cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<CrawlSnapshot>> ReadSnapshotsAsync(CancellationToken cancellation = default) => _reader.SnapshotsAsync(cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<NodeRecord> ReadNodesAsync(CancellationToken cancellation = default) => _reader.NodesAsync(cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<Visit> ReadVisitsAsync(long snapshot, CancellationToken cancellation = default) => _reader.VisitsAsync(snapshot, cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<GossipRecord> ReadGossipAsync(long snapshot, CancellationToken cancellation = default) =>
        _reader.GossipAsync(snapshot, cancellation);

    /// <summary>Waits for the writes that were begun, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await _partitions.DisposeAsync().ConfigureAwait(false);
        await _writes.DisposeAsync().ConfigureAwait(false);
        _lock.Dispose();
    }

    /// <inheritdoc/>
    public override string ToString() => _path;

    /// <summary>Limits the file as a full disk would, for tests.</summary>
    internal Task LimitPagesAsync(int pages) => _writes.RunAsync(
        writer =>
        {
            writer.LimitPages(pages);
            return true;
        },
        0,
        CancellationToken.None);

    private sealed class ReaderAlone(SqliteReader reader) : ICrawlReader
    {
        public Task<IReadOnlyList<CrawlSnapshot>> ReadSnapshotsAsync(CancellationToken cancellation = default) => reader.SnapshotsAsync(cancellation);

        public IAsyncEnumerable<NodeRecord> ReadNodesAsync(CancellationToken cancellation = default) => reader.NodesAsync(cancellation);

        public IAsyncEnumerable<Visit> ReadVisitsAsync(long snapshot, CancellationToken cancellation = default) => reader.VisitsAsync(snapshot, cancellation);

        public IAsyncEnumerable<GossipRecord> ReadGossipAsync(long snapshot, CancellationToken cancellation = default) =>
            reader.GossipAsync(snapshot, cancellation);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
