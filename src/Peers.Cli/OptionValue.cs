using System.CommandLine.Parsing;
using System.Globalization;

namespace Peers.Cli;

/// <summary>Values of options as a user writes them; what is wrong with one is said in the user's words.</summary>
internal static class OptionValue
{
    /// <summary>A duration such as <c>250ms</c>, <c>30s</c>, <c>5m</c> or <c>2h</c>: as in the settings, never without its unit.</summary>
    public static TimeSpan Duration(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (ParseDuration(text) is { } duration)
        {
            return duration;
        }

        result.AddError($"{Name(result)} {text}: expected a duration such as 250ms, 30s, 5m or 2h");
        return default;
    }

    /// <summary>A whole number within limits.</summary>
    public static Func<ArgumentResult, int> Number(int least, int most) => result =>
    {
        var text = result.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        result.AddError($"{Name(result)} {text}: expected a whole number from {least} to {most}");
        return least;
    };

    public static TimeSpan? ParseDuration(string text)
    {
        var digits = text.TakeWhile(character => char.IsAsciiDigit(character) || character == '.').Count();
        if (digits == 0 || !double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        var milliseconds = text[digits..] switch
        {
            "ms" => number,
            "s" => number * 1_000,
            "m" => number * 60_000,
            "h" => number * 3_600_000,
            "d" => number * 86_400_000,
            _ => -1,
        };

        // Timers count no further than this.
        return milliseconds is >= 0 and < uint.MaxValue - 1 ? TimeSpan.FromMilliseconds(milliseconds) : null;
    }

    private static string Name(ArgumentResult result) => result.Parent is OptionResult option ? option.Option.Name : result.Argument.Name;
}
