using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Peers.Crawler;

/// <summary>
/// A prepared statement on SQLite's own interface: a row written by <see cref="SqliteCommand"/> and its parameters costs 2.2 us, so 0.8 us, and when
/// one statement writes ten rows 0.7 us. It is a reader of its current row, and a writer of its parameters from the first on.
/// </summary>
internal sealed class SqliteStatement : IStoredRow, IRowWriter, IDisposable
{
    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _statement;
    private int _next = 1;

    public SqliteStatement(SqliteConnection connection, string text)
    {
        _connection = connection.Handle!;
        var result = raw.sqlite3_prepare_v2(_connection, text, out _statement);
        if (result != raw.SQLITE_OK)
        {
            throw new SqliteException(raw.sqlite3_errmsg(_connection).utf8_to_string(), result, raw.sqlite3_extended_errcode(_connection));
        }
    }

    /// <summary>That many parameters for a list.</summary>
    public static string Parameters(int count) => string.Join(", ", Enumerable.Repeat("?", count));

    public void Bind(int parameter, long value) => raw.sqlite3_bind_int64(_statement, parameter, value);

    public void Add(long value) => raw.sqlite3_bind_int64(_statement, _next++, value);

    public void Add(double value) => raw.sqlite3_bind_double(_statement, _next++, value);

    public void AddNull() => raw.sqlite3_bind_null(_statement, _next++);

    public void Add(string? value)
    {
        if (value is null)
        {
            AddNull();
        }
        else
        {
            Check(raw.sqlite3_bind_text(_statement, _next++, StoredText.Plain(value)));
        }
    }

    /// <summary>Text in UTF-8, which SQLite copies.</summary>
    public void Add(ReadOnlySpan<byte> text) => Check(raw.sqlite3_bind_text(_statement, _next++, text));

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public long Number(int column) => raw.sqlite3_column_int64(_statement, column);

    public double Real(int column) => raw.sqlite3_column_double(_statement, column);

    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string() ?? "";

    /// <summary>Goes to the next row.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Step()
    {
        var result = raw.sqlite3_step(_statement);
        if (result is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            Fail(result);
        }

        return result == raw.SQLITE_ROW;
    }

    /// <summary>Ends reading, so that parameters may be set again; they keep their values.</summary>
    public void Reset()
    {
        _ = raw.sqlite3_reset(_statement); // Says again what the last step said.
        _next = 1;
    }

    /// <summary>Runs a statement that gives no rows.</summary>
    /// <returns>How many rows it changed.</returns>
    public int Run()
    {
        try
        {
            Step();
            return raw.sqlite3_changes(_connection);
        }
        finally
        {
            Reset();
        }
    }

    public void Dispose() => _statement.Dispose();

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            Fail(result);
        }
    }

    private void Fail(int result)
    {
        var failure = new SqliteException(raw.sqlite3_errmsg(_connection).utf8_to_string(), result, raw.sqlite3_extended_errcode(_connection));
        Reset();
        throw failure;
    }
}
