using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Peers.Wire;

namespace Peers.Node;

/// <summary>The tables of an address book: <c>book</c> of one row, <c>address</c>, <c>anchor</c>.</summary>
internal static class AddressTables
{
    /// <summary>The version of the tables (<c>user_version</c>).</summary>
    internal const int Version = 1;

    /// <summary>What tells an address book from other files of SQLite: "padr".</summary>
    private const int Application = 0x70616472;

    internal const int SecretBytes = 32;
    private const int MostPlaces = 8;

    private const string Drop = "DROP TABLE IF EXISTS book; DROP TABLE IF EXISTS address; DROP TABLE IF EXISTS anchor;";

    // Times are seconds since 1970. No primary key but the order: the book knows its own.
    private const string Create = """
        CREATE TABLE book (secret BLOB NOT NULL) STRICT;
        CREATE TABLE address (
          network INTEGER NOT NULL, address BLOB NOT NULL, port INTEGER NOT NULL, services INTEGER NOT NULL, time INTEGER NOT NULL,
          source_network INTEGER NOT NULL, source BLOB NOT NULL, tried INTEGER NOT NULL, failures INTEGER NOT NULL,
          last_try INTEGER, last_success INTEGER, places BLOB) STRICT;
        CREATE TABLE anchor (network INTEGER NOT NULL, address BLOB NOT NULL, port INTEGER NOT NULL) STRICT;
        """;

    private const string Columns = "network, address, port, services, time, source_network, source, tried, failures, last_try, last_success, places";

    /// <returns>Null when nothing was kept yet.</returns>
    /// <exception cref="InvalidDataException">It is damaged, of another program or of a newer version.</exception>
    /// <exception cref="SqliteException">SQLite could not.</exception>
    public static AddressBookState? Read(SqliteConnection connection, string path)
    {
        if (!Check(connection))
        {
            return null;
        }

        // SQLite reads zeros behind the end of a file. What a process that was killed has left in the log goes into the file before it is measured.
        var isBusy = Number(connection, "PRAGMA wal_checkpoint(TRUNCATE)") != 0;
        if (!isBusy && new FileInfo(path).Length != Number(connection, "PRAGMA page_count") * Number(connection, "PRAGMA page_size"))
        {
            throw new InvalidDataException("it is cut off");
        }

        // Before any row: in a damaged tree they may go round in a circle.
        if (Query(connection, "PRAGMA quick_check(1)", row => row.GetString(0)).FirstOrDefault() is not "ok")
        {
            throw new InvalidDataException("it is damaged");
        }

        try
        {
            return Query(connection, "SELECT secret FROM book LIMIT 2", row => BytesOf(row, 0)).ToList() is [{ Length: SecretBytes } secret]
                ? new AddressBookState(
                    ImmutableCollectionsMarshal.AsImmutableArray(secret),
                    [.. Query(connection, $"SELECT {Columns} FROM address ORDER BY rowid", Entry)],
                    [.. Query(connection, "SELECT network, address, port FROM anchor ORDER BY rowid", row => Endpoint(row, 0))])
                : throw new InvalidDataException("its secret is none");
        }
        catch (Exception exception) when (exception is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_ERROR } or InvalidCastException or ArgumentException or OverflowException or FormatException)
        {
            throw new InvalidDataException("its rows cannot be", exception);
        }
    }

    /// <summary>Writes all in one transaction in place of what is there.</summary>
    public static void Write(SqliteConnection connection, byte[] secret, IEnumerable<AddressBookEntry> entries, IEnumerable<NetworkEndpoint> anchors)
    {
        Check(connection); // First: nothing is set in a file of another program.
        Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
        using var transaction = connection.BeginTransaction();
        Execute(connection, Drop + Create + $"PRAGMA application_id = {Application}; PRAGMA user_version = {Version};");
        Insert(connection, "INSERT INTO book VALUES (@0)", 1, [secret], (one, values) => values[0] = one);
        Insert(connection, $"INSERT INTO address ({Columns}) VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9, @10, @11)", 12, entries.Where(IsKept), Set);
        Insert(connection, "INSERT INTO anchor VALUES (@0, @1, @2)", 3, anchors.Where(anchor => Enum.IsDefined(anchor.Address.Kind)), (anchor, values) => Set(anchor, values, 0));
        transaction.Commit();
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>What no reader would take would cost all the rest: addresses of unknown networks can neither be dialled nor told.</summary>
    private static bool IsKept(AddressBookEntry entry) =>
        Enum.IsDefined(entry.Address.Endpoint.Address.Kind) && Enum.IsDefined(entry.Source.Kind) && entry.Failures >= 0
        && (entry.Places.IsDefault || entry.Places.Length <= MostPlaces);

    /// <returns>Whether there is a book at all.</returns>
    private static bool Check(SqliteConnection connection)
    {
        var application = Number(connection, "PRAGMA application_id");
        var version = Number(connection, "PRAGMA user_version");
        return application == Application ? version switch
        {
            Version => true,
            > Version => throw new InvalidDataException($"a newer program wrote it: tables of version {version}, here {Version}"),
            _ => throw new InvalidDataException($"its tables are of version {version}"),
        }
        : application == 0 && version == 0 && Number(connection, "SELECT count(*) FROM sqlite_master") == 0 ? false
        : throw new InvalidDataException("it is of another program");
    }

    private static long Number(SqliteConnection connection, string sql) => Query(connection, sql, row => row.GetInt64(0)).Single();

    private static IEnumerable<T> Query<T>(SqliteConnection connection, string sql, Func<SqliteDataReader, T> read)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            yield return read(rows);
        }
    }

    private static void Insert<T>(SqliteConnection connection, string sql, int width, IEnumerable<T> rows, Action<T, object?[]> set)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        var parameters = Enumerable.Range(0, width).Select(i => command.Parameters.AddWithValue($"@{i.ToString(CultureInfo.InvariantCulture)}", null)).ToArray();
        var values = new object?[width];
        foreach (var row in rows)
        {
            set(row, values);
            for (var i = 0; i < width; i++)
            {
                parameters[i].Value = values[i] ?? DBNull.Value;
            }

            command.ExecuteNonQuery();
        }
    }

    private static void Set(AddressBookEntry entry, object?[] values)
    {
        Set(entry.Address.Endpoint, values, 0);
        values[3] = (long)entry.Address.Services; // SQLite knows no number above 2^63 - 1.
        values[4] = (long)entry.Address.Time;
        values[5] = (long)entry.Source.Kind;
        values[6] = entry.Source.ToArray();
        values[7] = entry.IsTried ? 1L : 0L;
        values[8] = (long)entry.Failures;
        values[9] = entry.LastTry?.ToUnixTimeSeconds();
        values[10] = entry.LastSuccess?.ToUnixTimeSeconds();
        values[11] = entry.Places.IsDefaultOrEmpty ? null : MemoryMarshal.AsBytes(entry.Places.AsSpan()).ToArray();
    }

    private static void Set(NetworkEndpoint endpoint, object?[] values, int first)
    {
        values[first] = (long)endpoint.Address.Kind;
        values[first + 1] = endpoint.Address.ToArray();
        values[first + 2] = (long)endpoint.Port;
    }

    private static AddressBookEntry Entry(SqliteDataReader row) => new(
        new AddressEntry(checked((uint)row.GetInt64(4)), (ServiceFlags)row.GetInt64(3), Endpoint(row, 0)),
        Address(row, 5),
        row.GetInt64(7) is var tried and (0 or 1) ? tried == 1 : throw new InvalidDataException("its rows cannot be"),
        row.GetInt64(8) is var failures and >= 0 ? checked((int)failures) : throw new InvalidDataException("its rows cannot be"),
        Time(row, 9),
        Time(row, 10))
    {
        Places = row.IsDBNull(11) ? default : Places(BytesOf(row, 11)),
    };

    private static NetworkEndpoint Endpoint(SqliteDataReader row, int first) => new(Address(row, first), checked((ushort)row.GetInt64(first + 2)));

    private static NetworkAddress Address(SqliteDataReader row, int first)
    {
        var kind = (NetworkKind)checked((byte)row.GetInt64(first));
        return Enum.IsDefined(kind) ? new NetworkAddress(kind, BytesOf(row, first + 1)) : throw new InvalidDataException("its rows cannot be");
    }

    private static DateTimeOffset? Time(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(column));

    private static byte[] BytesOf(SqliteDataReader row, int column) =>
        row.GetValue(column) as byte[] ?? throw new InvalidDataException("its rows cannot be");

    private static ImmutableArray<ushort> Places(byte[] bytes) =>
        bytes.Length % sizeof(ushort) == 0 && bytes.Length is > 0 and <= MostPlaces * sizeof(ushort)
            ? [.. MemoryMarshal.Cast<byte, ushort>(bytes)]
            : throw new InvalidDataException("its rows cannot be");
}
