using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Peers.Crawler;

/// <summary>The tables of a store in SQLite, and whether a file has them.</summary>
internal static class SqliteSchema
{
    /// <summary>The version of the tables that this program writes.</summary>
    public const int Version = 1;

    /// <summary>"Peer": what SQLite files are told apart by (<c>PRAGMA application_id</c>).</summary>
    private const int Application = 0x50656572;

    private const string Tables =
        """
        CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

        CREATE TABLE snapshot (id INTEGER PRIMARY KEY, network TEXT NOT NULL, started INTEGER NOT NULL, ended INTEGER);
        CREATE UNIQUE INDEX snapshot_open ON snapshot (network) WHERE ended IS NULL;

        CREATE TABLE node (
            id INTEGER PRIMARY KEY, network TEXT NOT NULL, address TEXT NOT NULL, port INTEGER NOT NULL, partition INTEGER NOT NULL,
            first_heard INTEGER NOT NULL, heard_seen INTEGER NOT NULL, heard_services INTEGER NOT NULL,
            visits INTEGER NOT NULL DEFAULT 0, last_visit INTEGER, outcome TEXT, detail TEXT, connect_us INTEGER, handshake_us INTEGER,
            addresses_us INTEGER, total_us INTEGER, last_reachable INTEGER, last_asked INTEGER, protocol_version INTEGER, services INTEGER,
            user_agent TEXT, height INTEGER, time_offset INTEGER, uptime_at INTEGER,
            weight_2h REAL, count_2h REAL, reliability_2h REAL, weight_8h REAL, count_8h REAL, reliability_8h REAL,
            weight_1d REAL, count_1d REAL, reliability_1d REAL, weight_1w REAL, count_1w REAL, reliability_1w REAL,
            weight_30d REAL, count_30d REAL, reliability_30d REAL);
        CREATE INDEX node_partition ON node (partition);

        CREATE TABLE visit (
            id INTEGER PRIMARY KEY, snapshot INTEGER NOT NULL, node INTEGER NOT NULL, started INTEGER NOT NULL,
            outcome TEXT NOT NULL, detail TEXT NOT NULL, connect_us INTEGER, handshake_us INTEGER, addresses_us INTEGER, total_us INTEGER,
            protocol_version INTEGER, services INTEGER, user_agent TEXT, height INTEGER, time_offset INTEGER, entries INTEGER, self_announced INTEGER);
        CREATE UNIQUE INDEX visit_once ON visit (snapshot, node, started);

        CREATE TABLE gossip_answer (visit INTEGER PRIMARY KEY, entries TEXT NOT NULL);

        CREATE VIEW gossip AS
            SELECT visit.snapshot, visit.id AS visit, visit.node AS source,
                entry.value ->> 0 AS address, entry.value ->> 1 AS time, entry.value ->> 2 AS services
            FROM visit JOIN gossip_answer AS answer ON answer.visit = visit.id JOIN json_each(answer.entries) AS entry;

        CREATE VIEW gossip_text AS
            SELECT gossip.snapshot, source.endpoint AS source, told.endpoint AS address,
                datetime(gossip.time, 'unixepoch') AS time, printf('%016x', gossip.services) AS services
            FROM gossip JOIN node_text AS source ON source.id = gossip.source JOIN node_text AS told ON told.id = gossip.address;

        CREATE VIEW node_text AS
            SELECT id, CASE WHEN network IN ('ipv6', 'cjdns') THEN '[' || address || ']' ELSE address END || ':' || port AS endpoint, network, outcome,
                datetime(last_visit / 1000, 'unixepoch') AS last_visit, datetime(last_reachable / 1000, 'unixepoch') AS last_reachable,
                datetime(heard_seen, 'unixepoch') AS heard_seen, protocol_version, printf('%016x', services) AS services, user_agent, height,
                visits, reliability_2h, reliability_8h, reliability_1d, reliability_1w, reliability_30d
            FROM node;

        CREATE VIEW visit_text AS
            SELECT visit.snapshot, node_text.endpoint, strftime('%Y-%m-%d %H:%M:%f', visit.started / 1000.0, 'unixepoch') AS started, visit.outcome,
                visit.detail, visit.connect_us / 1000 AS connect_ms, visit.total_us / 1000 AS total_ms, visit.protocol_version,
                printf('%016x', visit.services) AS services, visit.user_agent, visit.height, visit.entries
            FROM visit JOIN node_text ON node_text.id = visit.node;
        """;

    /// <summary>Makes the tables in a file that has none, or finds them.</summary>
    /// <exception cref="CrawlStoreException">The file is of another program, or of a version of this one that does not go with it.</exception>
    public static void Ensure(SqliteConnection connection, string path)
    {
        if (Number(connection, "PRAGMA application_id") == 0 && Number(connection, "SELECT count(*) FROM sqlite_schema") == 0)
        {
            Execute(
                connection,
                $"BEGIN IMMEDIATE; PRAGMA application_id = {Application}; {Tables} " +
                $"INSERT INTO meta VALUES ('schema', '{Version}'), ('partitions', '{Netgroup.Partitions}'); COMMIT;");
        }

        Check(connection, path);
    }

    /// <summary>Whether the file is a crawl that this program can read.</summary>
    /// <exception cref="CrawlStoreException">It is not.</exception>
    public static void Check(SqliteConnection connection, string path)
    {
        if (Number(connection, "PRAGMA application_id") != Application)
        {
            throw new CrawlStoreException($"{path} is a database of another program: give another file");
        }

        StoreErrors.CheckVersion(path, "file", Meta(connection, "schema"), Meta(connection, "partitions"), Version);
    }

    /// <summary>A value of <c>meta</c>; null when there is none.</summary>
    public static string? Meta(SqliteConnection connection, string name)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT value FROM meta WHERE name = $name";
        command.Parameters.AddWithValue("$name", name);
        return (string?)command.ExecuteScalar();
    }

    public static void Execute(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    private static long Number(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
