using System.Globalization;
using Peers.Wire;

namespace Peers.Node;

/// <summary>
/// A line of bitcoin-seeder's dump: address, good, lastSuccess, five shares of uptime (2 and 8 hours, 1, 7 and 30 days), blocks, services in hexadecimal, version, user agent.
/// </summary>
internal static class SeederDump
{
    private const int LastSuccess = 2;
    private const int FirstShare = 3;
    private const int Services = 9;
    private const int Columns = 11;

    /// <summary>Whether it looks like one: shares of uptime are in no other list.</summary>
    public static bool IsLine(string[] fields) => fields.Length > FirstShare && fields[FirstShare].EndsWith('%');

    /// <returns>What is wrong; null when nothing is.</returns>
    public static string? Read(string[] fields, out AddressEntry entry)
    {
        entry = default;
        if (fields.Length < Columns)
        {
            return $"{fields.Length} columns of a seeder's dump, which has {Columns} and a user agent";
        }

        if (!NetworkEndpoint.TryParse(fields[0], out var endpoint))
        {
            return $"'{AddressText.Shortened(fields[0])}' is no address with a port";
        }

        if (!uint.TryParse(fields[LastSuccess], NumberStyles.None, CultureInfo.InvariantCulture, out var time))
        {
            return $"'{AddressText.Shortened(fields[LastSuccess])}' is no time in seconds since 1970";
        }

        if (time == 0)
        {
            return "nobody was ever there";
        }

        if (!ulong.TryParse(fields[Services], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var services))
        {
            return $"'{AddressText.Shortened(fields[Services])}' are no services in hexadecimal";
        }

        entry = new AddressEntry(time, (ServiceFlags)services, endpoint);
        return null;
    }
}
