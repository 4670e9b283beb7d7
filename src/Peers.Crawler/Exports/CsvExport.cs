using System.Buffers;
using System.Globalization;
using System.Text;

namespace Peers.Crawler;

/// <summary>A table as comma-separated values (RFC 4180): a header, lines that end with CR LF, UTF-8 without a byte order mark.</summary>
internal static class CsvExport
{
    private const int FlushAt = 1 << 16;

    public static async Task WriteAsync<TRow>(
        IReadOnlyList<ExportColumn<TRow>> columns, IAsyncEnumerable<TRow> rows, Stream output, CancellationToken cancellation)
    {
        var line = new CsvLine();
        foreach (var column in columns)
        {
            line.Text(column.Name);
        }

        line.End();
        await foreach (var row in rows.WithCancellation(cancellation))
        {
            foreach (var column in columns)
            {
                column.WriteCsv(line, row);
            }

            line.End();
            if (line.Length >= FlushAt)
            {
                await output.WriteAsync(line.Take(), cancellation);
            }
        }

        await output.WriteAsync(line.Take(), cancellation);
    }
}

/// <summary>Lines of comma-separated values that are being made.</summary>
internal sealed class CsvLine
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");
    private readonly StringBuilder _text = new();
    private bool _first = true;

    public int Length => _text.Length;

    /// <summary>
    /// A cell of text. A control character is written as <c>\x1b</c>; what a spreadsheet would take for a formula (=, +, -, @, in front or after spaces)
    /// gets an apostrophe in front, as spreadsheets themselves mark text.
    /// </summary>
    public void Text(string? text)
    {
        Separate();
        if (string.IsNullOrEmpty(text))
        {
            return;
        }

        var cell = Harmless(text);
        if (cell.AsSpan().ContainsAny(Quoted) || cell[0] == ' ' || cell[^1] == ' ')
        {
            _text.Append('"').Append(cell.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }
        else
        {
            _text.Append(cell);
        }
    }

    /// <summary>A cell of a number, a truth or a time: as it is, a minus is one of a number.</summary>
    public void Value(string text)
    {
        Separate();
        _text.Append(text);
    }

    public void End()
    {
        _text.Append("\r\n");
        _first = true;
    }

    /// <summary>The lines so far, which are forgotten.</summary>
    public byte[] Take()
    {
        var bytes = Encoding.UTF8.GetBytes(_text.ToString());
        _text.Clear();
        return bytes;
    }

    private static string Harmless(string text)
    {
        if (text.Any(char.IsControl))
        {
            text = string.Concat(text.Select(character =>
                char.IsControl(character) ? string.Create(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}") : character.ToString()));
        }

        return text.AsSpan().TrimStart(' ') is ['=' or '+' or '-' or '@', ..] ? "'" + text : text;
    }

    private void Separate()
    {
        if (!_first)
        {
            _text.Append(',');
        }

        _first = false;
    }
}
