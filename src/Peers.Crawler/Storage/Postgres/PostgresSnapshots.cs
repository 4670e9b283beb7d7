using Npgsql;

namespace Peers.Crawler;

/// <summary>The snapshots of a store in PostgreSQL: of many machines that open one at once, one begins it.</summary>
internal sealed class PostgresSnapshots(string store)
{
    public async Task<CrawlSnapshot> OpenAsync(NpgsqlConnection connection, string network, DateTimeOffset now, CancellationToken cancellation)
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

    public async Task<bool> CloseAsync(NpgsqlConnection connection, long snapshot, DateTimeOffset ended, CancellationToken cancellation)
    {
        await CheckAsync(connection, snapshot, cancellation).ConfigureAwait(false);
        await using var close = new NpgsqlCommand("UPDATE snapshot SET ended = $1 WHERE id = $2 AND ended IS NULL", connection);
        close.Parameters.Add(new NpgsqlParameter<long> { TypedValue = ended.ToUnixTimeMilliseconds() });
        close.Parameters.Add(new NpgsqlParameter<long> { TypedValue = snapshot });
        await close.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        return true;
    }

    /// <exception cref="CrawlStoreException">There is no such snapshot.</exception>
    public async Task CheckAsync(NpgsqlConnection connection, long snapshot, CancellationToken cancellation)
    {
        await using var find = new NpgsqlCommand("SELECT 1 FROM snapshot WHERE id = $1", connection);
        find.Parameters.Add(new NpgsqlParameter<long> { TypedValue = snapshot });
        if (await find.ExecuteScalarAsync(cancellation).ConfigureAwait(false) is null)
        {
            throw StoreErrors.NoSnapshot(store, snapshot);
        }
    }
}
