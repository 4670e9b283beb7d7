using System.Runtime.CompilerServices;
using Npgsql;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>What is read from a store in PostgreSQL. Long readings have a connection each, and see the store as it was when they began.</summary>
internal sealed class PostgresReader(string store, NpgsqlDataSource source) : IDisposable
{
    private const int NodesInPiece = 4096;
    private const int VisitsInBlock = 64;
    private const int PartitionsAtOnce = 4;
    private const string EndpointColumns = "node.network, node.address, node.port";

    private const string PartitionQuery =
        """
        SELECT node.id, network, address, port, heard_seen, last_visit, last_asked, last_visit IS NOT NULL AND EXISTS (
            SELECT 1 FROM visit WHERE visit.snapshot = $1 AND visit.node = node.id AND visit.outcome <> 'overloaded')
        FROM node WHERE partition = $2 AND node.id > $3 ORDER BY node.id LIMIT $4
        """;

    private const string NodeQuery =
        $"""
        SELECT {EndpointColumns}, first_heard, heard_seen, {StoredRow.StateColumns} FROM node
        ORDER BY (CASE WHEN network IN ('ipv6', 'cjdns') THEN '[' || address || ']' ELSE address END || ':' || port) COLLATE "C", network COLLATE "C"
        """;

    private const string VisitQuery =
        $"""
        SELECT {EndpointColumns}, visit.id, visit.started, visit.outcome, visit.detail, visit.connect_us, visit.handshake_us, visit.addresses_us,
            visit.total_us, visit.protocol_version, visit.services, visit.user_agent, visit.height, visit.time_offset, visit.entries, visit.self_announced
        FROM visit JOIN node ON node.id = visit.node WHERE visit.snapshot = $1 ORDER BY visit.started, visit.id
        """;

    private const string EntryQuery =
        $"""
        SELECT {EndpointColumns}, answer.visit, entry.time, entry.services
        FROM gossip_answer AS answer
            CROSS JOIN unnest(answer.address, answer.time, answer.services) WITH ORDINALITY AS entry (address, time, services, position)
            JOIN node ON node.id = entry.address
        WHERE answer.visit = ANY ($1) ORDER BY answer.visit, entry.position
        """;

    private readonly SemaphoreSlim _turns = new(PartitionsAtOnce);

    public async Task<IReadOnlyList<CrawlSnapshot>> SnapshotsAsync(CancellationToken cancellation) => await RowsAsync(
        "SELECT id, network, started, ended FROM snapshot ORDER BY id", [],
        row => new CrawlSnapshot(row.Number(0), row.Text(1), row.Time(2), row.TimeOrNull(3)), cancellation).ToListAsync(cancellation).ConfigureAwait(false);

    public IAsyncEnumerable<NodeRecord> NodesAsync(CancellationToken cancellation) => RowsAsync(
        NodeQuery, [],
        row =>
        {
            var state = row.State(5);
            return new NodeRecord(
                row.Endpoint(0), row.Time(3), (uint)row.Number(4), state.LastVisit, state.LastReachable, state.LastVersion, state.Visits, state.Uptime);
        },
        cancellation);

    public IAsyncEnumerable<GossipRecord> GossipAsync(long snapshot, CancellationToken cancellation) =>
        VisitsAsync(snapshot, cancellation).SelectMany(StoredRow.Gossip);

    public async IAsyncEnumerable<Visit> VisitsAsync(long snapshot, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var rows = RowsAsync(
            VisitQuery, [snapshot],
            row => (Id: row.Number(3), HasEntries: !row.IsNull(16) && row.Number(16) > 0, Visit: row.Visit(5, row.Endpoint(0), row.Time(4), [])), cancellation);
        await foreach (var block in rows.Chunk(VisitsInBlock).WithCancellation(cancellation).ConfigureAwait(false))
        {
            var entries = await EntriesAsync([.. block.Where(row => row.HasEntries).Select(row => row.Id)], cancellation).ConfigureAwait(false);
            foreach (var (id, hasEntries, visit) in block)
            {
                yield return hasEntries ? visit with { Addresses = visit.Addresses! with { Entries = entries[id] } } : visit;
            }
        }
    }

    /// <summary>In pieces, a few partitions at a time: 256 that are born at once on several machines take four connections each.</summary>
    public async IAsyncEnumerable<KnownNode> LoadAsync(long snapshot, int partition, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var last = -1L;
        List<(long Id, KnownNode Node)> piece;
        do
        {
            await _turns.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                piece = await RowsAsync(
                    PartitionQuery, [snapshot, (long)partition, last, (long)NodesInPiece],
                    row => (row.Number(0), new KnownNode(row.Endpoint(1), (uint)row.Number(4), row.TimeOrNull(5), row.TimeOrNull(6), row.Truth(7))),
                    cancellation).ToListAsync(cancellation).ConfigureAwait(false);
            }
            finally
            {
                _turns.Release();
            }

            foreach (var (id, node) in piece)
            {
                last = id;
                yield return node;
            }
        }
        while (piece.Count == NodesInPiece);
    }

    public void Dispose() => _turns.Dispose();

    private async Task<Dictionary<long, List<AddressEntry>>> EntriesAsync(long[] visits, CancellationToken cancellation)
    {
        var entries = visits.ToDictionary(visit => visit, _ => new List<AddressEntry>());
        var rows = RowsAsync(
            EntryQuery, [visits], row => (Visit: row.Number(3), Entry: new AddressEntry((uint)row.Number(4), (ServiceFlags)row.Number(5), row.Endpoint(0))),
            cancellation);
        await foreach (var (visit, entry) in rows.ConfigureAwait(false))
        {
            entries[visit].Add(entry);
        }

        return entries;
    }

    private async IAsyncEnumerable<T> RowsAsync<T>(
        string query, object[] parameters, Func<PostgresRow, T> read, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(query);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        NpgsqlDataReader reader;
        try
        {
            reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        }
        catch (NpgsqlException exception)
        {
            throw PostgresErrors.Of(store, exception);
        }

        await using (reader)
        {
            var row = new PostgresRow(reader);
            while (await NextAsync(reader, cancellation).ConfigureAwait(false))
            {
                yield return read(row);
            }
        }
    }

    private async Task<bool> NextAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        try
        {
            return await reader.ReadAsync(cancellation).ConfigureAwait(false);
        }
        catch (NpgsqlException exception)
        {
            throw PostgresErrors.Of(store, exception);
        }
    }
}
