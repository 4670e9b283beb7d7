using System.Text;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>What a user agent says of the software behind it, by BIP 14. Nobody checks it: it is what a node likes to be taken for.</summary>
internal static class UserAgentFamily
{
    public const string None = "(no name)";
    public const string Other = "(not BIP 14)";
    private const int LongestName = 32;

    /// <summary>
    /// The software: the last component's name, for what builds on another stands behind it (<c>/btcwire:0.5.0/btcd:0.24.2/</c>,
    /// <c>/Satoshi:27.1.0/Knots:20240801/</c>).
    /// </summary>
    public static string Of(WireText userAgent)
    {
        if (userAgent.Length == 0)
        {
            return None;
        }

        var components = Components(userAgent);
        if (components.Length == 0)
        {
            return Other;
        }

        var name = components[^1].Split(':')[0].Trim();
        return name switch
        {
            "" => Other,
            "Satoshi" => "Bitcoin Core",
            "Knots" => "Bitcoin Knots",
            { Length: > LongestName } => name[..LongestName] + "…",
            _ => name,
        };
    }

    /// <summary>The release of Bitcoin Core or a fork of it, such as 27 or 0.21; null for other software.</summary>
    public static string? CoreRelease(WireText userAgent)
    {
        var core = Components(userAgent).FirstOrDefault(component => component.StartsWith("Satoshi:", StringComparison.Ordinal));
        var numbers = core?["Satoshi:".Length..].Split('.');
        return numbers switch
        {
            ["0", var second, ..] when IsNumber(second) => $"0.{second}",
            [var first, _, ..] when IsNumber(first) => first,
            _ => null,
        };
    }

    private static bool IsNumber(string text) => text.Length is > 0 and < 5 && text.All(char.IsAsciiDigit);

    /// <summary>What stands between the slashes, without comments in brackets.</summary>
    private static string[] Components(WireText userAgent)
    {
        var plain = new StringBuilder();
        var depth = 0;
        foreach (var character in userAgent.ToString())
        {
            depth += character switch { '(' => 1, ')' when depth > 0 => -1, _ => 0 };
            if (depth == 0 && character != ')')
            {
                plain.Append(character);
            }
        }

        return plain.Length > 0 && plain[0] == '/' ? plain.ToString().Split('/', StringSplitOptions.RemoveEmptyEntries) : [];
    }
}
