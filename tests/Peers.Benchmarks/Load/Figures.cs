using System.Globalization;

namespace Peers.Benchmarks.Load;

/// <summary>How figures are said, in tables and in files.</summary>
internal static class Figures
{
    /// <summary>Processor time of one operation, as tables say it.</summary>
    public static string Time(TimeSpan ofMillion) => (ofMillion.TotalMicroseconds / 1e6) switch
    {
        >= 1_000 and var micro => Text(micro / 1_000, " ms"),
        >= 1 and var micro => Text(micro, " µs"),
        var micro => Text(micro * 1_000, " ns"),
    };

    public static string Bytes(double bytes) => bytes switch
    {
        >= 1_000_000 => Text(bytes / 1_000_000, " MB"),
        >= 1_000 => Text(bytes / 1_000, " KB"),
        _ => Text(bytes, " B"),
    };

    public static string Ratio(double ratio) => Text(ratio, " ×");

    /// <summary>Writes a table of values; the first line names them.</summary>
    /// <exception cref="BenchmarkException">It cannot be written.</exception>
    public static void WriteCsv(FileInfo? file, string names, IEnumerable<IEnumerable<object?>> rows)
    {
        if (file is not null)
        {
            Write(file, string.Join('\n', [names, .. rows.Select(row => string.Join(',', row.Select(value => Cell(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""))))]) + "\n");
        }
    }

    /// <exception cref="BenchmarkException">It cannot be written.</exception>
    public static void Write(FileInfo file, string text)
    {
        try
        {
            File.WriteAllText(file.FullName, text);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new BenchmarkException($"{file} cannot be written: {fault.Message}");
        }
    }

    private static string Cell(string value) => value.Contains(',', StringComparison.Ordinal) ? $"\"{value}\"" : value;

    private static string Text(double value, string unit) =>
        value.ToString(value switch { >= 100 => "#,0", >= 10 => "0.0", _ => "0.00" }, CultureInfo.InvariantCulture) + unit;
}
