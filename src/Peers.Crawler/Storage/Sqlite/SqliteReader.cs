using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>
/// What is read from a store in SQLite. Each reading has a connection of its own, and sees the store as it was when the reading began, whatever is
/// written meanwhile; the log of writes cannot be emptied before it ends.
/// </summary>
internal sealed class SqliteReader(string path)
{
    private const int BusyMilliseconds = 10_000;
    private const int RowsInBlock = 256;
    private const int VisitsInBlock = 32;
    private const string EndpointColumns = "node.network, node.address, node.port";

    private const string SnapshotQuery = "SELECT id, network, started, ended FROM snapshot ORDER BY id";

    private const string NodeQuery =
        $"""
        SELECT {EndpointColumns}, first_heard, heard_seen, {StoredRow.StateColumns} FROM node
        ORDER BY CASE WHEN network IN ('ipv6', 'cjdns') THEN '[' || address || ']' ELSE address END || ':' || port, network
        """;

    private const string VisitQuery =
        $"""
        SELECT {EndpointColumns}, visit.id, visit.started, visit.outcome, visit.detail, visit.connect_us, visit.handshake_us, visit.addresses_us,
            visit.total_us, visit.protocol_version, visit.services, visit.user_agent, visit.height, visit.time_offset, visit.entries, visit.self_announced
        FROM visit JOIN node ON node.id = visit.node WHERE visit.snapshot = ? ORDER BY visit.started, visit.id
        """;

    private const string EntryQuery =
        $"""
        SELECT {EndpointColumns}, entry.value ->> 1, entry.value ->> 2
        FROM gossip_answer AS answer CROSS JOIN json_each(answer.entries) AS entry CROSS JOIN node ON node.id = entry.value ->> 0
        WHERE answer.visit = ? ORDER BY entry.key
        """;

    public Task<IReadOnlyList<CrawlSnapshot>> SnapshotsAsync(CancellationToken cancellation) => Task.Run<IReadOnlyList<CrawlSnapshot>>(
        () =>
        {
            try
            {
                using var connection = Open(path);
                using var rows = new SqliteStatement(connection, SnapshotQuery);
                var snapshots = new List<CrawlSnapshot>();
                while (rows.Step())
                {
                    snapshots.Add(new CrawlSnapshot(rows.Number(0), rows.Text(1), rows.Time(2), rows.TimeOrNull(3)));
                }

                return snapshots;
            }
            catch (SqliteException exception)
            {
                throw SqliteErrors.Of(path, exception);
            }
        },
        cancellation);

    public IAsyncEnumerable<NodeRecord> NodesAsync(CancellationToken cancellation) => RowsAsync(NodeQuery, null, RowsInBlock, (_, row) =>
    {
        var state = row.State(5);
        return new NodeRecord(
            row.Endpoint(0), row.Time(3), (uint)row.Number(4), state.LastVisit, state.LastReachable, state.LastVersion, state.Visits, state.Uptime);
    }, cancellation);

    public IAsyncEnumerable<Visit> VisitsAsync(long snapshot, CancellationToken cancellation) => RowsAsync(VisitQuery, snapshot, VisitsInBlock, (connection, row) =>
        row.Visit(5, row.Endpoint(0), row.Time(4), row.IsNull(16) || row.Number(16) == 0 ? [] : Entries(connection, row.Number(3))), cancellation);

    public IAsyncEnumerable<GossipRecord> GossipAsync(long snapshot, CancellationToken cancellation) =>
        VisitsAsync(snapshot, cancellation).SelectMany(StoredRow.Gossip);

    /// <summary>A connection that only reads.</summary>
    public static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();

        // The last reader to go cleans up behind a log, and who comes in that moment has to wait: commands do, statements of SQLite's own interface only so.
        SQLitePCL.raw.sqlite3_busy_timeout(connection.Handle!, BusyMilliseconds);
        return connection;
    }

    private static List<AddressEntry> Entries(SqliteConnection connection, long visit)
    {
        using var rows = new SqliteStatement(connection, EntryQuery);
        rows.Add(visit);
        var entries = new List<AddressEntry>();
        while (rows.Step())
        {
            entries.Add(new AddressEntry((uint)rows.Number(3), (ServiceFlags)rows.Number(4), rows.Endpoint(0)));
        }

        return entries;
    }

    /// <summary>Reads block after block away from the caller's thread, so that an actor may consume it.</summary>
    private async IAsyncEnumerable<T> RowsAsync<T>(
        string query, long? parameter, int rowsInBlock, Func<SqliteConnection, SqliteStatement, T> read,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        SqliteConnection? connection = null;
        SqliteStatement? rows = null;
        try
        {
            while (true)
            {
                var block = await Task.Run(ReadBlock, cancellation).ConfigureAwait(false);
                foreach (var row in block)
                {
                    yield return row;
                }

                if (block.Count < rowsInBlock)
                {
                    break;
                }
            }
        }
        finally
        {
            rows?.Dispose();
            connection?.Dispose();
        }

        List<T> ReadBlock()
        {
            try
            {
                if (rows is null)
                {
                    connection = Open(path);
                    rows = new SqliteStatement(connection, query);
                    if (parameter is { } value)
                    {
                        rows.Add(value);
                    }
                }

                var block = new List<T>(rowsInBlock);
                while (block.Count < rowsInBlock && rows.Step())
                {
                    block.Add(read(connection!, rows));
                }

                return block;
            }
            catch (SqliteException exception)
            {
                throw SqliteErrors.Of(path, exception);
            }
        }
    }
}
