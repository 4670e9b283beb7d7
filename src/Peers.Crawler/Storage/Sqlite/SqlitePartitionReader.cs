using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;

namespace Peers.Crawler;

/// <summary>
/// Reads partitions of the frontier in pieces, for all who ask by one connection: 256 partitions that are born at once cost the memory of one reading.
/// </summary>
internal sealed class SqlitePartitionReader(string path) : IAsyncDisposable
{
    private const int RowsInPiece = 1024;

    private const string Query =
        """
        SELECT node.id, network, address, port, heard_seen, last_visit, last_asked, last_visit IS NOT NULL AND EXISTS (
            SELECT 1 FROM visit WHERE visit.snapshot = ? AND visit.node = node.id AND visit.outcome <> 'overloaded')
        FROM node WHERE partition = ? AND node.id > ? ORDER BY node.id LIMIT ?
        """;

    private readonly SemaphoreSlim _turn = new(1);
    private SqliteConnection? _connection;
    private SqliteStatement? _rows;

    public async IAsyncEnumerable<KnownNode> LoadAsync(long snapshot, int partition, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var last = -1L;
        var piece = new List<KnownNode>();
        do
        {
            piece.Clear();
            await _turn.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                last = await Task.Run(() => Read(snapshot, partition, last, piece), cancellation).ConfigureAwait(false);
            }
            finally
            {
                _turn.Release();
            }

            foreach (var node in piece)
            {
                yield return node;
            }
        }
        while (piece.Count == RowsInPiece);
    }

    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        _rows?.Dispose();
        _connection?.Dispose();
        _turn.Dispose();
    }

    private long Read(long snapshot, int partition, long after, List<KnownNode> piece)
    {
        try
        {
            _connection ??= SqliteReader.Open(path);
            var rows = _rows ??= new SqliteStatement(_connection, Query);
            try
            {
                rows.Add(snapshot);
                rows.Add(partition);
                rows.Add(after);
                rows.Add(RowsInPiece);
                while (rows.Step())
                {
                    after = rows.Number(0);
                    piece.Add(new KnownNode(rows.Endpoint(1), (uint)rows.Number(4), rows.TimeOrNull(5), rows.TimeOrNull(6), rows.Number(7) != 0));
                }
            }
            finally
            {
                rows.Reset();
            }

            return after;
        }
        catch (SqliteException exception)
        {
            throw SqliteErrors.Of(path, exception);
        }
    }
}
