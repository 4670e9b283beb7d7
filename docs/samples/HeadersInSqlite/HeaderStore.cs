using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Peers.Wire;

namespace HeadersInSqlite;

/// <summary>
/// The longest chain of headers that the remotes showed, in a database: each batch is one transaction, so that whatever ends the process leaves a chain
/// behind that is whole. It checks that headers are linked; a wallet also checks their work (the most work, not the most headers, wins).
/// </summary>
public sealed class HeaderStore : IDisposable
{
    private readonly SqliteConnection _database;
    private readonly Hash256 _genesis;

    /// <exception cref="SqliteException">The file is no database, or cannot be written.</exception>
    public HeaderStore(string path, Hash256 genesis)
    {
        _genesis = genesis;
        _database = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path }.ToString());
        _database.Open();
        Execute("PRAGMA journal_mode = WAL");
        Execute("CREATE TABLE IF NOT EXISTS header (height INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, header BLOB NOT NULL)");
        Height = (int)(Ask("SELECT max(height) FROM header") as long? ?? 0);
    }

    /// <summary>Blocks after the first.</summary>
    public int Height { get; private set; }

    /// <summary>Hashes from the tip down, ten one by one, then ever farther apart: whoever reads them finds where his chain leaves ours.</summary>
    public WireArray<Hash256> Locator()
    {
        List<Hash256> locator = [];
        var step = 1;
        for (var height = Height; height > 0; height -= step)
        {
            locator.Add(new Hash256((byte[])Ask("SELECT hash FROM header WHERE height = $1", height)!));
            step = locator.Count >= 10 ? step * 2 : 1;
        }

        return [.. locator, _genesis];
    }

    /// <summary>Takes headers that make the chain longer: at its tip, or instead of its last blocks.</summary>
    /// <returns>How many are new.</returns>
    /// <exception cref="InvalidDataException">They are not linked, or begin nowhere on the chain.</exception>
    public int Add(WireArray<BlockHeader> headers)
    {
        if (headers.Length == 0)
        {
            return 0;
        }

        var fork = HeightOf(headers[0].Previous) ?? throw new InvalidDataException($"nobody knows {headers[0].Previous}");
        if (fork + headers.Length <= Height)
        {
            return 0; // Known already, or a branch that is no longer than ours.
        }

        using var transaction = _database.BeginTransaction();
        Execute("DELETE FROM header WHERE height > $1", fork);
        var previous = headers[0].Previous;
        for (var i = 0; i < headers.Length; i++)
        {
            var header = headers[i];
            if (header.Previous != previous)
            {
                throw new InvalidDataException($"header {i} of {headers.Length} does not follow the one before it");
            }

            previous = header.ComputeHash();
            Execute("INSERT INTO header VALUES ($1, $2, $3)", fork + 1 + i, previous.ToArray(), MemoryMarshal.AsBytes([header]).ToArray());
        }

        transaction.Commit();
        var added = fork + headers.Length - Height;
        Height = fork + headers.Length;
        return added;
    }

    public void Dispose() => _database.Dispose();

    private int? HeightOf(Hash256 hash) =>
        hash == _genesis ? 0 : (int?)(Ask("SELECT height FROM header WHERE hash = $1", hash.ToArray()) as long?);

    private object? Ask(string sql, params object[] values)
    {
        using var command = Command(sql, values);
        return command.ExecuteScalar();
    }

    private void Execute(string sql, params object[] values)
    {
        using var command = Command(sql, values);
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql, object[] values)
    {
        var command = _database.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue($"${i + 1}", values[i]);
        }

        return command;
    }
}
