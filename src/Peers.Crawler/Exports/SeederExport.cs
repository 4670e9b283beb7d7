using System.Buffers;
using System.Globalization;
using System.Text;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>
/// The nodes that were ever reached, as bitcoin-seeder dumps them: columns of its widths, and user agents without the characters that it leaves out.
/// The dump is of the store's nodes as they are now, not of one snapshot: uptime has no snapshot.
/// </summary>
internal static class SeederExport
{
    private const string Header =
        "# address                                        good  lastSuccess    %(2h)   %(8h)   %(1d)   %(7d)  %(30d)  blocks      svcs  version\n";

    private const int FlushAt = 1 << 16;

    private static readonly SearchValues<char> Kept =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,;-_/:?@()");

    public static async Task WriteAsync(ICrawlReader reader, CrawlSnapshot snapshot, Stream output, CancellationToken cancellation)
    {
        var network = BitcoinNetwork.Named(snapshot.Network);
        var text = new StringBuilder(Header);
        await foreach (var node in reader.ReadNodesAsync(cancellation))
        {
            if (node is { LastReachable: { } reached, LastVersion: { } version })
            {
                Append(text, node, reached, version, GoodNode.IsGood(node, network));
                if (text.Length >= FlushAt)
                {
                    await output.WriteAsync(Encoding.ASCII.GetBytes(text.ToString()), cancellation);
                    text.Clear();
                }
            }
        }

        await output.WriteAsync(Encoding.ASCII.GetBytes(text.ToString()), cancellation);
    }

    private static void Append(StringBuilder text, NodeRecord node, DateTimeOffset reached, NodeVersion version, bool good)
    {
        var uptime = node.Uptime;
        text.Append(CultureInfo.InvariantCulture, $"{Address(node.Endpoint),-47}  {(good ? 1 : 0),4}  {reached.ToUnixTimeSeconds(),11}  ");
        text.Append(CultureInfo.InvariantCulture, $"{Percent(uptime.TwoHours)} {Percent(uptime.EightHours)} {Percent(uptime.Day)} ");
        text.Append(CultureInfo.InvariantCulture, $"{Percent(uptime.Week)} {Percent(uptime.Month)}  {version.StartHeight,6}  ");
        text.Append(CultureInfo.InvariantCulture, $"{(ulong)version.Services:x8}  {version.ProtocolVersion,5} \"{Sanitize(version.UserAgent)}\"\n");
    }

    private static string Percent(UptimeWindow window) => string.Create(CultureInfo.InvariantCulture, $"{100 * window.Reliability,6:0.00}%");

    /// <summary>As text, IPv6 always in hexadecimal: makeseeds does not read an IPv4 address at the end of one.</summary>
    private static string Address(NetworkEndpoint endpoint)
    {
        var text = endpoint.ToString();
        return endpoint.Address.Kind is NetworkKind.IPv6 or NetworkKind.Cjdns && text.Contains('.', StringComparison.Ordinal)
            ? $"[{string.Join(':', endpoint.Address.ToArray().Chunk(2).Select(pair => ((pair[0] << 8) | pair[1]).ToString("x", CultureInfo.InvariantCulture)))}]:{endpoint.Port}"
            : text;
    }

    private static string Sanitize(WireText userAgent)
    {
        var kept = new StringBuilder();
        foreach (var value in userAgent.Bytes.Span)
        {
            if (Kept.Contains((char)value))
            {
                kept.Append((char)value);
            }
        }

        return kept.ToString();
    }
}
