using Npgsql;
using NpgsqlTypes;

namespace Peers.Crawler;

/// <summary>
/// What one process writes to a store in PostgreSQL, one transaction after another; other processes write at the same time. All lock nodes in the
/// order of their numbers, those that are there before those that are new, so that none waits for another in a circle.
/// </summary>
internal sealed class PostgresWriter(string store, TimeProvider clock)
{
    private const int CacheBits = 18;
    private const NpgsqlDbType Numbers = NpgsqlDbType.Array | NpgsqlDbType.Bigint;

    private const string LockNodes = "SELECT count(*) FROM (SELECT 1 FROM node WHERE id = ANY ($1) ORDER BY id FOR UPDATE) AS locked";

    private static readonly string MergeNodes =
        $"""
        INSERT INTO node (id, network, address, port, partition, first_heard, heard_seen, heard_services) SELECT * FROM node_in ORDER BY id
        ON CONFLICT (id) DO UPDATE SET heard_seen = excluded.heard_seen, heard_services = excluded.heard_services
        WHERE excluded.heard_seen > node.heard_seen AND (node.heard_seen = 0 OR excluded.heard_seen - node.heard_seen >= {HeardTime.Grain})
        """;

    private const string MergeVisits =
        $"""
        INSERT INTO visit (snapshot, node, started, {StoredRow.VisitColumns}) SELECT $1, * FROM visit_in ORDER BY started, node
        ON CONFLICT DO NOTHING RETURNING id, node, started
        """;

    private const string FindStates = $"SELECT id, heard_seen, {StoredRow.StateColumns} FROM node WHERE id = ANY ($1) ORDER BY id FOR UPDATE";

    private static readonly string MergeStates =
        $"UPDATE node SET (heard_seen, {StoredRow.StateColumns}) = (told.heard_seen, {Of("told", StoredRow.StateColumns)}) FROM state_in AS told WHERE node.id = told.id";

    private readonly NodeCache _cache = new(CacheBits);

    /// <summary>What a transaction that was given up has taught is not true.</summary>
    public void ForgetStored() => _cache.ForgetStored();

    public async Task<CrawlSnapshot> OpenSnapshotAsync(NpgsqlConnection connection, string network, DateTimeOffset now, CancellationToken cancellation)
    {
        await PostgresSchema.ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({PostgresSchema.AdvisoryLock})", cancellation).ConfigureAwait(false);
        if (await PostgresSchema.MetaAsync(connection, "network", cancellation).ConfigureAwait(false) is { } kept && kept != network)
        {
            throw StoreErrors.OtherNetwork(store, kept, network);
        }

        await using (var insert = new NpgsqlCommand(
            "INSERT INTO snapshot (network, started) SELECT $1, $2 WHERE NOT EXISTS (SELECT 1 FROM snapshot WHERE ended IS NULL)", connection))
        {
            insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = network });
            insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = now.ToUnixTimeMilliseconds() });
            await insert.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        }

        await using (var remember = new NpgsqlCommand("INSERT INTO meta VALUES ('network', $1) ON CONFLICT DO NOTHING", connection))
        {
            remember.Parameters.Add(new NpgsqlParameter<string> { TypedValue = network });
            await remember.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        }

        await using var find = new NpgsqlCommand("SELECT id, started FROM snapshot WHERE ended IS NULL", connection);
        await using var reader = await find.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        await reader.ReadAsync(cancellation).ConfigureAwait(false);
        return new CrawlSnapshot(reader.GetInt64(0), network, new PostgresRow(reader).Time(1), null);
    }

    public async Task<bool> CloseSnapshotAsync(NpgsqlConnection connection, long snapshot, DateTimeOffset ended, CancellationToken cancellation)
    {
        await CheckSnapshotAsync(connection, snapshot, cancellation).ConfigureAwait(false);
        await using var close = new NpgsqlCommand("UPDATE snapshot SET ended = $1 WHERE id = $2 AND ended IS NULL", connection);
        close.Parameters.Add(new NpgsqlParameter<long> { TypedValue = ended.ToUnixTimeMilliseconds() });
        close.Parameters.Add(new NpgsqlParameter<long> { TypedValue = snapshot });
        await close.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        return true;
    }

    public async Task<bool> AppendAsync(
        NpgsqlConnection connection, long snapshot, IReadOnlyList<Visit> visits, IReadOnlyList<LearnedNode> learned, CancellationToken cancellation)
    {
        await CheckSnapshotAsync(connection, snapshot, cancellation).ConfigureAwait(false);
        var batch = new PostgresBatch(_cache, visits, learned);
        await PostgresSchema.ExecuteAsync(connection, LockNodes, [batch.Locked], cancellation).ConfigureAwait(false);
        await WriteNodesAsync(connection, batch, cancellation).ConfigureAwait(false);
        if (visits.Count > 0)
        {
            var kept = await WriteVisitsAsync(connection, snapshot, batch, cancellation).ConfigureAwait(false);
            await WriteStatesAsync(connection, kept, cancellation).ConfigureAwait(false);
            await WriteGossipAsync(connection, kept, cancellation).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>The columns of a list, each with a table's name before it.</summary>
    private static string Of(string table, string columns) => string.Join(", ", columns.Split(", ").Select(column => $"{table}.{column}"));

    private async Task CheckSnapshotAsync(NpgsqlConnection connection, long snapshot, CancellationToken cancellation)
    {
        await using var find = new NpgsqlCommand("SELECT 1 FROM snapshot WHERE id = $1", connection);
        find.Parameters.Add(new NpgsqlParameter<long> { TypedValue = snapshot });
        if (await find.ExecuteScalarAsync(cancellation).ConfigureAwait(false) is null)
        {
            throw StoreErrors.NoSnapshot(store, snapshot);
        }
    }

    private async Task WriteNodesAsync(NpgsqlConnection connection, PostgresBatch batch, CancellationToken cancellation)
    {
        if (batch.Nodes.Count == 0)
        {
            return;
        }

        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        await using (var importer = await connection.BeginBinaryImportAsync("COPY node_in FROM STDIN (FORMAT BINARY)", cancellation).ConfigureAwait(false))
        {
            var row = new PostgresCopy(importer);
            foreach (var (id, node) in batch.Nodes)
            {
                await importer.StartRowAsync(cancellation).ConfigureAwait(false);
                row.Add(id.Value);
                row.Add(StoredAddress.NetworkOf(node.Endpoint.Address));
                row.Add(node.Endpoint.Address.ToString());
                row.Add(node.Endpoint.Port);
                row.Add(Netgroup.PartitionOf(node.Endpoint.Address));
                row.Add(now);
                row.Add(node.HeardSeen);
                row.Add((long)node.Services);
            }

            await importer.CompleteAsync(cancellation).ConfigureAwait(false);
        }

        await PostgresSchema.ExecuteAsync(connection, MergeNodes, cancellation).ConfigureAwait(false);

        // What is kept may be newer than what was told, or older by less than a grain: only what is kept says what will be news.
        await using var find = new NpgsqlCommand("SELECT id, node.heard_seen FROM node JOIN node_in USING (id)", connection);
        await using var reader = await find.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            _cache.Find(batch.Nodes[new NodeId(reader.GetInt64(0))].Endpoint).HeardSeen = (uint)reader.GetInt64(1);
        }
    }

    /// <returns>The visits that were not there before, with their numbers, in the order of their start.</returns>
    private static async Task<List<KeptVisit>> WriteVisitsAsync(
        NpgsqlConnection connection, long snapshot, PostgresBatch batch, CancellationToken cancellation)
    {
        await using (var importer = await connection.BeginBinaryImportAsync("COPY visit_in FROM STDIN (FORMAT BINARY)", cancellation).ConfigureAwait(false))
        {
            var row = new PostgresCopy(importer);
            foreach (var (key, visit) in batch.Visits)
            {
                await importer.StartRowAsync(cancellation).ConfigureAwait(false);
                row.Add(key.Node.Value);
                row.Add(key.Started);
                row.Add(visit, batch.Told[key].Length);
            }

            await importer.CompleteAsync(cancellation).ConfigureAwait(false);
        }

        await using var merge = new NpgsqlCommand(MergeVisits, connection);
        merge.Parameters.Add(new NpgsqlParameter<long> { TypedValue = snapshot });
        await using var reader = await merge.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        var kept = new List<KeptVisit>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            var key = new VisitKey(new NodeId(reader.GetInt64(1)), reader.GetInt64(2));
            kept.Add(new KeptVisit(reader.GetInt64(0), key, batch.Visits[key], batch.Told[key]));
        }

        return kept;
    }

    private static async Task WriteStatesAsync(NpgsqlConnection connection, List<KeptVisit> kept, CancellationToken cancellation)
    {
        var states = new Dictionary<long, (uint Seen, NodeState State)>();
        await using (var find = new NpgsqlCommand(FindStates, connection))
        {
            find.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. kept.Select(visit => visit.Key.Node.Value).Distinct()] });
            await using var reader = await find.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            var row = new PostgresRow(reader);
            while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            {
                states[row.Number(0)] = ((uint)row.Number(1), row.State(2));
            }
        }

        foreach (var (_, key, visit, _) in kept.Where(visit => NodeState.Counts(visit.Visit.Outcome)))
        {
            var (seen, state) = states[key.Node.Value];
            states[key.Node.Value] = (HeardTime.After(seen, visit), state.After(visit));
        }

        await using (var importer = await connection.BeginBinaryImportAsync("COPY state_in FROM STDIN (FORMAT BINARY)", cancellation).ConfigureAwait(false))
        {
            var row = new PostgresCopy(importer);
            foreach (var (id, (seen, state)) in states.Where(state => state.Value.State.Visits > 0))
            {
                await importer.StartRowAsync(cancellation).ConfigureAwait(false);
                row.Add(id);
                row.Add(seen);
                row.Add(state);
            }

            await importer.CompleteAsync(cancellation).ConfigureAwait(false);
        }

        await PostgresSchema.ExecuteAsync(connection, MergeStates, cancellation).ConfigureAwait(false);
    }

    private static async Task WriteGossipAsync(NpgsqlConnection connection, List<KeptVisit> kept, CancellationToken cancellation)
    {
        await using var importer = await connection.BeginBinaryImportAsync("COPY gossip_answer FROM STDIN (FORMAT BINARY)", cancellation).ConfigureAwait(false);
        foreach (var visit in kept.Where(visit => visit.Told.Length > 0))
        {
            await importer.StartRowAsync(cancellation).ConfigureAwait(false);
            await importer.WriteAsync(visit.Id, NpgsqlDbType.Bigint, cancellation).ConfigureAwait(false);
            await importer.WriteAsync(Array.ConvertAll(visit.Told, told => told.Address.Value), Numbers, cancellation).ConfigureAwait(false);
            await importer.WriteAsync(Array.ConvertAll(visit.Told, told => (long)told.Time), Numbers, cancellation).ConfigureAwait(false);
            await importer.WriteAsync(Array.ConvertAll(visit.Told, told => (long)told.Services), Numbers, cancellation).ConfigureAwait(false);
        }

        await importer.CompleteAsync(cancellation).ConfigureAwait(false);
    }

    private sealed record KeptVisit(long Id, VisitKey Key, Visit Visit, ToldNode[] Told);
}
