using Npgsql;

namespace Peers.Crawler;

/// <summary>
/// The tables of a store in PostgreSQL: those of SQLite, in the first schema of the connection's search path, but for gossip. There a visit's answer
/// is one row of arrays, which the view <c>gossip</c> unfolds: a row for each entry costs the server, which all machines share, four times as much.
/// </summary>
internal static class PostgresSchema
{
    /// <summary>The version of the tables that this program writes.</summary>
    public const int Version = 1;

    /// <summary>What is locked while tables are made and snapshots are opened: "Peers" as a number, the same for all who write to a database.</summary>
    public const long AdvisoryLock = 0x5065657273;

    /// <summary>Tables into which rows are copied, in a session of their own, before they are merged into the real ones.</summary>
    public const string Staging =
        """
        CREATE TEMPORARY TABLE visit_in (
            node bigint, started bigint,
            outcome text, detail text, connect_us bigint, handshake_us bigint, addresses_us bigint, total_us bigint, protocol_version bigint,
            services bigint, user_agent text, height bigint, time_offset bigint, entries bigint, self_announced bigint) ON COMMIT DELETE ROWS;
        CREATE TEMPORARY TABLE node_in (
            id bigint, network text, address text, port bigint, partition bigint, first_heard bigint, heard_seen bigint, heard_services bigint)
            ON COMMIT DELETE ROWS;
        CREATE TEMPORARY TABLE state_in (
            id bigint, heard_seen bigint,
            visits bigint, last_visit bigint, outcome text, detail text, connect_us bigint, handshake_us bigint, addresses_us bigint, total_us bigint,
            last_reachable bigint, last_asked bigint, protocol_version bigint, services bigint, user_agent text, height bigint, time_offset bigint,
            uptime_at bigint,
            weight_2h float8, count_2h float8, reliability_2h float8, weight_8h float8, count_8h float8, reliability_8h float8,
            weight_1d float8, count_1d float8, reliability_1d float8, weight_1w float8, count_1w float8, reliability_1w float8,
            weight_30d float8, count_30d float8, reliability_30d float8) ON COMMIT DELETE ROWS;
        """;

    private const string Tables =
        """
        CREATE TABLE meta (name text PRIMARY KEY, value text NOT NULL);

        CREATE TABLE snapshot (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, network text NOT NULL, started bigint NOT NULL, ended bigint);
        CREATE UNIQUE INDEX snapshot_open ON snapshot (network) WHERE ended IS NULL;

        CREATE TABLE node (
            id bigint PRIMARY KEY, network text NOT NULL, address text NOT NULL, port bigint NOT NULL, partition bigint NOT NULL,
            first_heard bigint NOT NULL, heard_seen bigint NOT NULL, heard_services bigint NOT NULL,
            visits bigint NOT NULL DEFAULT 0, last_visit bigint, outcome text, detail text, connect_us bigint, handshake_us bigint,
            addresses_us bigint, total_us bigint, last_reachable bigint, last_asked bigint, protocol_version bigint, services bigint,
            user_agent text, height bigint, time_offset bigint, uptime_at bigint,
            weight_2h float8, count_2h float8, reliability_2h float8, weight_8h float8, count_8h float8, reliability_8h float8,
            weight_1d float8, count_1d float8, reliability_1d float8, weight_1w float8, count_1w float8, reliability_1w float8,
            weight_30d float8, count_30d float8, reliability_30d float8) WITH (fillfactor = 80);
        CREATE INDEX node_partition ON node (partition, id);

        CREATE TABLE visit (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, snapshot bigint NOT NULL, node bigint NOT NULL, started bigint NOT NULL,
            outcome text NOT NULL, detail text NOT NULL, connect_us bigint, handshake_us bigint, addresses_us bigint, total_us bigint,
            protocol_version bigint, services bigint, user_agent text, height bigint, time_offset bigint, entries bigint, self_announced bigint);
        CREATE UNIQUE INDEX visit_once ON visit (snapshot, node, started);

        CREATE TABLE gossip_answer (visit bigint PRIMARY KEY, address bigint[] NOT NULL, time bigint[] NOT NULL, services bigint[] NOT NULL);
        ALTER TABLE gossip_answer ALTER address SET STORAGE EXTERNAL, ALTER time SET STORAGE EXTERNAL, ALTER services SET STORAGE EXTERNAL;

        CREATE VIEW gossip AS
            SELECT visit.snapshot, visit.id AS visit, visit.node AS source, entry.address, entry.time, entry.services
            FROM visit JOIN gossip_answer AS answer ON answer.visit = visit.id
                CROSS JOIN unnest(answer.address, answer.time, answer.services) AS entry (address, time, services);

        CREATE VIEW node_text AS
            SELECT id, CASE WHEN network IN ('ipv6', 'cjdns') THEN '[' || address || ']' ELSE address END || ':' || port AS endpoint, network, outcome,
                to_timestamp(last_visit / 1000.0) AS last_visit, to_timestamp(last_reachable / 1000.0) AS last_reachable,
                to_timestamp(heard_seen) AS heard_seen, protocol_version, to_hex(services) AS services, user_agent, height,
                visits, reliability_2h, reliability_8h, reliability_1d, reliability_1w, reliability_30d
            FROM node;

        CREATE VIEW gossip_text AS
            SELECT gossip.snapshot, source.endpoint AS source, told.endpoint AS address, to_timestamp(gossip.time) AS time, to_hex(gossip.services) AS services
            FROM gossip JOIN node_text AS source ON source.id = gossip.source JOIN node_text AS told ON told.id = gossip.address;

        CREATE VIEW visit_text AS
            SELECT visit.snapshot, node_text.endpoint, to_timestamp(visit.started / 1000.0) AS started, visit.outcome, visit.detail,
                visit.connect_us / 1000 AS connect_ms, visit.total_us / 1000 AS total_ms, visit.protocol_version, to_hex(visit.services) AS services,
                visit.user_agent, visit.height, visit.entries
            FROM visit JOIN node_text ON node_text.id = visit.node;
        """;

    /// <summary>Makes the tables where there are none, or finds them. Of many who come at once, one makes them.</summary>
    /// <exception cref="CrawlStoreException">The tables are of another program, or of a version of this one that does not go with it.</exception>
    public static async Task EnsureAsync(NpgsqlConnection connection, string store, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({AdvisoryLock})", cancellation).ConfigureAwait(false);
        if (!await ExistsAsync(connection, cancellation).ConfigureAwait(false))
        {
            try
            {
                await ExecuteAsync(
                    connection,
                    $"{Tables} INSERT INTO meta VALUES ('program', 'peers-crawler'), ('schema', '{Version}'), ('partitions', '{Netgroup.Partitions}')",
                    cancellation).ConfigureAwait(false);
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.DuplicateTable)
            {
                throw new CrawlStoreException($"{store} holds tables of another program ({exception.MessageText}): give another database", exception);
            }
        }

        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
        await CheckAsync(connection, store, cancellation).ConfigureAwait(false);
    }

    /// <summary>Whether the database holds a crawl that this program can read.</summary>
    /// <exception cref="CrawlStoreException">It does not.</exception>
    public static async Task CheckAsync(NpgsqlConnection connection, string store, CancellationToken cancellation)
    {
        if (!await ExistsAsync(connection, cancellation).ConfigureAwait(false))
        {
            throw new CrawlStoreException($"{store} holds no crawl: give another database");
        }

        string? program;
        try
        {
            program = await MetaAsync(connection, "program", cancellation).ConfigureAwait(false);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UndefinedColumn)
        {
            program = null;
        }

        if (program != "peers-crawler")
        {
            throw new CrawlStoreException($"{store} holds tables of another program: give another database");
        }

        StoreErrors.CheckVersion(
            store, "database", await MetaAsync(connection, "schema", cancellation).ConfigureAwait(false),
            await MetaAsync(connection, "partitions", cancellation).ConfigureAwait(false), Version);
    }

    /// <summary>A value of <c>meta</c>; null when there is none.</summary>
    public static async Task<string?> MetaAsync(NpgsqlConnection connection, string name, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT value FROM meta WHERE name = $1", connection) { Parameters = { new() { Value = name } } };
        return (string?)await command.ExecuteScalarAsync(cancellation).ConfigureAwait(false);
    }

    public static async Task ExecuteAsync(NpgsqlConnection connection, string text, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(text, connection);
        await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

    public static async Task ExecuteAsync(NpgsqlConnection connection, string text, object[] parameters, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(text, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

    private static async Task<bool> ExistsAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT to_regclass('meta') IS NOT NULL", connection);
        return (bool)(await command.ExecuteScalarAsync(cancellation).ConfigureAwait(false))!;
    }
}
