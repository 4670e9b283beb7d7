using Npgsql;
using NpgsqlTypes;

namespace Peers.Crawler;

/// <summary>The current row of a reader.</summary>
internal sealed class PostgresRow(NpgsqlDataReader reader) : IStoredRow
{
    public bool IsNull(int column) => reader.IsDBNull(column);

    public long Number(int column) => reader.GetInt64(column);

    public double Real(int column) => reader.GetDouble(column);

    public string Text(int column) => reader.GetString(column);

    public bool Truth(int column) => reader.GetBoolean(column);
}

/// <summary>The current row of a copy into a table. What it writes goes to a buffer; only a full one waits for the server.</summary>
internal sealed class PostgresCopy(NpgsqlBinaryImporter importer) : IRowWriter
{
    public void Add(long value) => importer.Write(value, NpgsqlDbType.Bigint);

    public void Add(double value) => importer.Write(value, NpgsqlDbType.Double);

    public void Add(string? value)
    {
        if (value is null)
        {
            AddNull();
        }
        else
        {
            importer.Write(StoredText.Plain(value), NpgsqlDbType.Text);
        }
    }

    public void AddNull() => importer.WriteNull();
}
