using Npgsql;

namespace Peers.Crawler;

/// <summary>
/// A crawl in a database of PostgreSQL, written by several processes at once: the store of a crawl on a cluster. The tables and views are those of
/// <see cref="SqliteCrawlStore"/>, in the first schema of the connection's search path.
/// </summary>
/// <remarks>
/// A write whose task has completed survives what the server survives: with its defaults a power cut, too. A write that meets another's, or a server
/// that is away, is tried again for about half a minute, and then given up with a line that says so.
/// </remarks>
public sealed class PostgresCrawlStore : ICrawlStore, ICrawlReader
{
    private const int Attempts = 9;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly string _name;
    private readonly NpgsqlDataSource _source;
    private readonly TimeProvider _clock;
    private readonly PostgresSnapshots _snapshots;
    private readonly PostgresWriter _writer;
    private readonly PostgresReader _reader;
    private readonly SemaphoreSlim _turn = new(1);
    private NpgsqlConnection? _connection;

    private PostgresCrawlStore(string name, NpgsqlDataSource source, TimeProvider clock)
    {
        _name = name;
        _source = source;
        _clock = clock;
        _snapshots = new PostgresSnapshots(name);
        _writer = new PostgresWriter(_snapshots, clock);
        _reader = new PostgresReader(name, source);
    }

    /// <summary>Connects to a database, and makes the tables if it has none.</summary>
    /// <param name="connectionString">How to connect, as Npgsql takes it: <c>Host=db;Username=peers;Password=…;Database=crawl</c>.</param>
    /// <param name="clock">When nodes are first heard of, and how long to wait before something is tried again.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="CrawlStoreException">The database cannot be used; the message says what to change.</exception>
    public static Task<PostgresCrawlStore> OpenAsync(string connectionString, TimeProvider clock, CancellationToken cancellation = default) =>
        OpenAsync(connectionString, clock, PostgresSchema.EnsureAsync, cancellation);

    /// <summary>Connects to a database that holds a crawl, to read from it.</summary>
    /// <param name="connectionString">How to connect, as Npgsql takes it.</param>
    /// <param name="clock">Any clock.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="CrawlStoreException">The database cannot be used; the message says what to change.</exception>
    public static async Task<ICrawlReader> OpenReaderAsync(string connectionString, TimeProvider clock, CancellationToken cancellation = default) =>
        await OpenAsync(connectionString, clock, PostgresSchema.CheckAsync, cancellation).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task<CrawlSnapshot> OpenSnapshotAsync(string network, DateTimeOffset now, CancellationToken cancellation = default) =>
        WriteAsync(connection => _snapshots.OpenAsync(connection, network, now, cancellation), cancellation);

    /// <inheritdoc/>
    public Task CloseSnapshotAsync(long snapshot, DateTimeOffset ended, CancellationToken cancellation = default) =>
        WriteAsync(connection => _snapshots.CloseAsync(connection, snapshot, ended, cancellation), cancellation);

    /// <inheritdoc/>
    public Task AppendAsync(
        long snapshot, IReadOnlyList<Visit> visits, IReadOnlyList<LearnedNode> learned, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(visits);
        ArgumentNullException.ThrowIfNull(learned);
        return WriteAsync(connection => _writer.AppendAsync(connection, snapshot, visits, learned, cancellation), cancellation);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<KnownNode> LoadAsync(long snapshot, int partition, CancellationToken cancellation = default) =>
        _reader.LoadAsync(snapshot, partition, cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<CrawlSnapshot>> ReadSnapshotsAsync(CancellationToken cancellation = default) => _reader.SnapshotsAsync(cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<NodeRecord> ReadNodesAsync(CancellationToken cancellation = default) => _reader.NodesAsync(cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<Visit> ReadVisitsAsync(long snapshot, CancellationToken cancellation = default) => _reader.VisitsAsync(snapshot, cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<GossipRecord> ReadGossipAsync(long snapshot, CancellationToken cancellation = default) =>
        _reader.GossipAsync(snapshot, cancellation);

    /// <summary>Waits for the write that was begun, and disconnects.</summary>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        if (_connection is not null)
        {
            await _connection.DisposeAsync().ConfigureAwait(false);
        }

        await _source.DisposeAsync().ConfigureAwait(false);
        _reader.Dispose();
        _turn.Dispose();
    }

    /// <summary>The database and the server, without the password.</summary>
    public override string ToString() => _name;

    private static async Task<PostgresCrawlStore> OpenAsync(
        string connectionString, TimeProvider clock, Func<NpgsqlConnection, string, CancellationToken, Task> prepare, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        ArgumentNullException.ThrowIfNull(clock);
        NpgsqlConnectionStringBuilder settings;
        try
        {
            settings = new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (ArgumentException exception)
        {
            throw new CrawlStoreException($"the connection string cannot be read: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }

        var name = $"database {settings.Database ?? settings.Username} at {settings.Host}:{settings.Port}";
        var store = new PostgresCrawlStore(name, NpgsqlDataSource.Create(settings), clock);
        try
        {
            await using var connection = await store._source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
            await prepare(connection, name, cancellation).ConfigureAwait(false);
            return store;
        }
        catch (Exception exception)
        {
            await store.DisposeAsync().ConfigureAwait(false);
            if (exception is NpgsqlException or TimeoutException or ArgumentException)
            {
                throw PostgresErrors.Of(name, exception);
            }

            throw;
        }
    }

    /// <summary>Does work in a transaction, one at a time in this process, again when it met what passes.</summary>
    private async Task<T> WriteAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    return await WriteOnceAsync(work, cancellation).ConfigureAwait(false);
                }
                catch (Exception exception) when (PostgresErrors.IsPassing(exception) && attempt < Attempts)
                {
                    await Task.Delay(PauseAfter(attempt), _clock, cancellation).ConfigureAwait(false);
                }
                catch (Exception exception) when (exception is NpgsqlException || PostgresErrors.IsPassing(exception))
                {
                    throw PostgresErrors.Of(_name, exception);
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<T> WriteOnceAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            if (_connection is null)
            {
                _connection = await _source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
                await PostgresSchema.ExecuteAsync(_connection, PostgresSchema.Staging, cancellation).ConfigureAwait(false);
            }

            await using var transaction = await _connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
            var result = await work(_connection).ConfigureAwait(false);
            await transaction.CommitAsync(cancellation).ConfigureAwait(false);
            return result;
        }
        catch
        {
            // Whatever state it is in, the next write begins with a new one.
            _writer.ForgetStored();
            if (_connection is not null)
            {
                await _connection.DisposeAsync().ConfigureAwait(false);
                _connection = null;
            }

            throw;
        }
    }

    /// <summary>Twice as long each time: 0.1 s to 10 s, half a minute together.</summary>
    private static TimeSpan PauseAfter(int attempt)
    {
        var pause = FirstPause * Math.Pow(2, attempt - 1);
        return pause < LongestPause ? pause : LongestPause;
    }
}
