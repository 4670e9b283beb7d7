using System.Globalization;
using System.Text.RegularExpressions;

namespace Peers.Crawler.Tests;

/// <summary>Reads a seeder dump by the rules of Bitcoin Core's <c>contrib/seeds/makeseeds.py</c>, told again from what it does; the limits per ASN are left out.</summary>
internal static partial class MakeSeeds
{
    private const int LeastBlocks = 840_000;

    /// <summary>One line; null for what makeseeds skips. What makeseeds would fail at, fails here: a field that is missing or no number.</summary>
    public static Seed? Parse(string line)
    {
        var fields = line.StartsWith('#') ? [] : line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 11 || int.Parse(fields[1], NumberStyles.Integer, CultureInfo.InvariantCulture) == 0 || NetworkOf(fields[0]) is not { } network)
        {
            return null;
        }

        return new Seed(
            network, fields[0], double.Parse(fields[7][..^1], CultureInfo.InvariantCulture), long.Parse(fields[2], CultureInfo.InvariantCulture),
            int.Parse(fields[10], CultureInfo.InvariantCulture), fields[11].Length > 2 ? fields[11][1..^1] : "",
            ulong.Parse(fields[9], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), int.Parse(fields[8], CultureInfo.InvariantCulture));
    }

    /// <summary>What is left after all filters.</summary>
    public static List<Seed> Filter(IEnumerable<string> lines)
    {
        var seeds = lines.Select(Parse).OfType<Seed>().DistinctBy(seed => seed.Address)
            .Where(seed => seed.Blocks >= LeastBlocks && (seed.Services & 1) == 1 && seed.Uptime > (seed.Network == "cjdns" ? 10 : 50) && Agent().IsMatch(seed.Agent))
            .ToList();
        var hosts = seeds.CountBy(seed => Host(seed.Address)).ToDictionary();
        return [.. seeds.Where(seed => hosts[Host(seed.Address)] == 1)];
    }

    private static string Host(string address) => address[..address.LastIndexOf(':')];

    private static string? NetworkOf(string address)
    {
        if (IPv4().Match(address) is { Success: true } ip)
        {
            return Enumerable.Range(2, 4).All(group => int.Parse(ip.Groups[group].Value, CultureInfo.InvariantCulture) <= 255) && ip.Groups[1].Value != "0.0.0.0" ? "ipv4" : null;
        }

        return IPv6().Match(address) is { Success: true } six ? six.Groups[1].Value == "::" ? null : six.Groups[1].Value.StartsWith("fc", StringComparison.Ordinal) ? "cjdns" : "ipv6"
            : Onion().IsMatch(address) ? "onion"
            : I2P().IsMatch(address) ? "i2p"
            : null;
    }

    [GeneratedRegex(@"^((\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})):(\d+)$")]
    private static partial Regex IPv4();

    [GeneratedRegex(@"^\[([0-9a-z:]+)\]:(\d+)$")]
    private static partial Regex IPv6();

    [GeneratedRegex(@"^([a-z2-7]{56}\.onion):(\d+)$")]
    private static partial Regex Onion();

    [GeneratedRegex(@"^([a-z2-7]{52}\.b32.i2p):(\d+)$")]
    private static partial Regex I2P();

    [GeneratedRegex(@"^/Satoshi:(0\.(14|15|16|17|18|19|20|21)\.\d+|2[2-9]\.\d+\.\d+)")]
    private static partial Regex Agent();

    internal sealed record Seed(string Network, string Address, double Uptime, long LastSuccess, int Version, string Agent, ulong Services, int Blocks);
}
