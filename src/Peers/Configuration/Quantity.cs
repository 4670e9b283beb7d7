using System.Buffers;
using System.Globalization;

namespace Peers;

/// <summary>Numbers with units. A number without its unit is refused: nobody can see whether 30 means seconds or milliseconds.</summary>
internal static class Quantity
{
    /// <summary>What a timer can wait for: Akka's 248 days, rounded down.</summary>
    private static readonly TimeSpan MostTime = TimeSpan.FromDays(200);

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    public static TimeSpan? ParseDuration(string text) => Split(text) is var (number, unit)
        ? unit switch
        {
            "ms" => Time(number * TimeSpan.TicksPerMillisecond),
            "s" => Time(number * TimeSpan.TicksPerSecond),
            "m" => Time(number * TimeSpan.TicksPerMinute),
            "h" => Time(number * TimeSpan.TicksPerHour),
            "d" => Time(number * TimeSpan.TicksPerDay),
            _ => null,
        }
        : null;

    public static int? ParseSize(string text) => Split(text) is var (number, unit)
        ? unit switch
        {
            "b" or "B" => Bytes(number),
            "KiB" => Bytes(number * 1024),
            "MiB" => Bytes(number * 1024 * 1024),
            "kB" => Bytes(number * 1000),
            "MB" => Bytes(number * 1_000_000),
            _ => null,
        }
        : null;

    private static TimeSpan? Time(double ticks) => ticks <= MostTime.Ticks ? TimeSpan.FromTicks((long)Math.Round(ticks)) : null;

    private static int? Bytes(double bytes) => bytes is >= 1 and <= int.MaxValue ? (int)bytes : null;

    private static (double Number, string Unit)? Split(string text)
    {
        var digits = text.AsSpan().IndexOfAnyExcept(Digits);
        return digits > 0 && double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? (number, text[digits..].Trim())
            : null;
    }
}
