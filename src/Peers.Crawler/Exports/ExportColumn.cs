using System.Globalization;
using System.Text.Json;
using Parquet;
using Parquet.Schema;

namespace Peers.Crawler;

/// <summary>One column of a table, said once for all forms: its name, its type and its value of a row. Values do not pass through objects.</summary>
internal abstract class ExportColumn<TRow>(string name)
{
    public string Name { get; } = name;

    public abstract void WriteJson(Utf8JsonWriter writer, TRow row);

    public abstract void WriteCsv(CsvLine line, TRow row);

    public abstract ParquetColumn<TRow> CreateParquet();
}

/// <summary>A column of a Parquet file: what the rows of one group have in it.</summary>
internal abstract class ParquetColumn<TRow>(DataField field)
{
    public DataField Field { get; } = field;

    public abstract void Add(TRow row);

    /// <summary>Writes what was added, and forgets it.</summary>
    public abstract Task WriteAsync(ParquetRowGroupWriter group, CancellationToken cancellation);
}

/// <summary>Text; null for none.</summary>
internal sealed class TextColumn<TRow>(string name, Func<TRow, string?> value) : ExportColumn<TRow>(name)
{
    public override void WriteJson(Utf8JsonWriter writer, TRow row) => writer.WriteString(Name, value(row));

    public override void WriteCsv(CsvLine line, TRow row) => line.Text(value(row));

    public override ParquetColumn<TRow> CreateParquet() => new Parquet(new DataField(Name, typeof(string), isNullable: true), value);

    private sealed class Parquet(DataField field, Func<TRow, string?> value) : ParquetColumn<TRow>(field)
    {
        private readonly List<string?> _values = [];

        public override void Add(TRow row) => _values.Add(value(row));

        public override async Task WriteAsync(ParquetRowGroupWriter group, CancellationToken cancellation)
        {
            await group.WriteAsync(Field, _values!);
            _values.Clear();
        }
    }
}

/// <summary>A number, a truth or a time; null for none.</summary>
internal sealed class ValueColumn<TRow, T>(string name, Func<TRow, T?> value) : ExportColumn<TRow>(name)
    where T : struct, ISpanFormattable
{
    public override void WriteJson(Utf8JsonWriter writer, TRow row)
    {
        if (value(row) is { } known)
        {
            writer.WritePropertyName(Name);
            writer.WriteRawValue(known is DateTime ? $"\"{Format(known)}\"" : Format(known), skipInputValidation: true);
        }
        else
        {
            writer.WriteNull(Name);
        }
    }

    public override void WriteCsv(CsvLine line, TRow row) => line.Value(value(row) is { } known ? Format(known) : "");

    public override ParquetColumn<TRow> CreateParquet() => new Parquet(
        typeof(T) == typeof(DateTime)
            ? new DateTimeDataField(Name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, DateTimeTimeUnit.Millis, isNullable: true)
            : new DataField(Name, typeof(T), isNullable: true),
        value);

    private static string Format(T known) => known switch
    {
        DateTime time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        double number => number.ToString("0.######", CultureInfo.InvariantCulture),
        _ => known.ToString(null, CultureInfo.InvariantCulture),
    };

    private sealed class Parquet(DataField field, Func<TRow, T?> value) : ParquetColumn<TRow>(field)
    {
        private T?[] _values = new T?[1024];
        private int _count;

        public override void Add(TRow row)
        {
            if (_count == _values.Length)
            {
                Array.Resize(ref _values, _count * 2);
            }

            _values[_count++] = value(row);
        }

        public override async Task WriteAsync(ParquetRowGroupWriter group, CancellationToken cancellation)
        {
            await group.WriteAsync<T>(Field, _values.AsMemory(0, _count), cancellationToken: cancellation);
            _count = 0;
        }
    }
}

/// <summary>Yes or no; null for neither.</summary>
internal sealed class FlagColumn<TRow>(string name, Func<TRow, bool?> value) : ExportColumn<TRow>(name)
{
    public override void WriteJson(Utf8JsonWriter writer, TRow row)
    {
        writer.WritePropertyName(Name);
        if (value(row) is { } known)
        {
            writer.WriteBooleanValue(known);
        }
        else
        {
            writer.WriteNullValue();
        }
    }

    public override void WriteCsv(CsvLine line, TRow row) => line.Value(value(row) switch { true => "true", false => "false", null => "" });

    public override ParquetColumn<TRow> CreateParquet() => new Parquet(new DataField(Name, typeof(bool), isNullable: true), value);

    private sealed class Parquet(DataField field, Func<TRow, bool?> value) : ParquetColumn<TRow>(field)
    {
        private readonly List<bool?> _values = [];

        public override void Add(TRow row) => _values.Add(value(row));

        public override async Task WriteAsync(ParquetRowGroupWriter group, CancellationToken cancellation)
        {
            await group.WriteAsync<bool>(Field, _values.ToArray().AsMemory(), cancellationToken: cancellation);
            _values.Clear();
        }
    }
}
