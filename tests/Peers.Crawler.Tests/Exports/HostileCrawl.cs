using System.Net;
using System.Text;
using Peers.Wire;

namespace Peers.Crawler.Tests;

/// <summary>A crawl whose nodes say everything that could harm who reads an export, and the exports of it.</summary>
internal static class HostileCrawl
{
    public static readonly DateTimeOffset Start = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static readonly IReadOnlyList<WireText> UserAgents =
    [
        "/Satoshi:28.1.0/", "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\tx", "\r=1", " =1+1", "\"quoted\", and a comma", "two\r\nlines", "</script><script>alert(1)</script>",
        new WireText("a\0b"u8.ToArray()), new WireText(new byte[] { 0xFF, 0xFE, 0xC0, 0x80 }), "\u202egnp.exe", "zero\u200bwidth", "]]>&<!--", "\\x00", "", " ", new string('A', 256), "back\\slash", "/Satoshi:28.1.0(with some spaces)/",
    ];

    public static async Task<MemoryCrawlStore> CrawlAsync(string network = "mainnet")
    {
        var store = new MemoryCrawlStore();
        var snapshot = await store.OpenSnapshotAsync(network, Start);
        var visits = new List<Visit>();
        for (var i = 0; i < UserAgents.Count; i++)
        {
            var version = new NodeVersion(
                i == 3 ? int.MinValue : 70016, i == 4 ? (ServiceFlags)ulong.MaxValue : ServiceFlags.Network | ServiceFlags.Witness, UserAgents[i],
                i == 5 ? -1 : i == 6 ? int.MaxValue : 912_000, TimeSpan.FromSeconds(i == 7 ? int.MinValue : 1));
            var entries = Enumerable.Range(0, UserAgents.Count).Where(other => other != i)
                .Select(other => new AddressEntry(other switch { 1 => 0, 2 => uint.MaxValue, _ => (uint)Start.ToUnixTimeSeconds() - 900 }, (ServiceFlags)ulong.MaxValue, Endpoint(other)));
            visits.Add(new Visit(
                Endpoint(i), Start.AddMilliseconds(i), VisitOutcome.Complete, "",
                new VisitDurations(TimeSpan.FromMilliseconds(12.5), TimeSpan.FromMilliseconds(40), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)), version,
                new AddressAnswer([.. entries], i % 2 == 0)));
        }

        visits.Add(new Visit(Endpoint(100), Start.AddSeconds(1), VisitOutcome.Refused, "", new VisitDurations(null, null, null, TimeSpan.Zero), null, null));
        await store.AppendAsync(snapshot.Id, visits, []);
        await store.CloseSnapshotAsync(snapshot.Id, Start.AddMinutes(1));
        return store;
    }

    /// <summary>A crawl that found nobody, or one node.</summary>
    public static async Task<MemoryCrawlStore> SmallAsync(int nodes)
    {
        var store = new MemoryCrawlStore();
        var snapshot = await store.OpenSnapshotAsync("mainnet", Start);
        await store.AppendAsync(snapshot.Id, [.. Enumerable.Range(0, nodes).Select(i => new Visit(
            Endpoint(i), Start, VisitOutcome.Complete, "", new VisitDurations(TimeSpan.Zero, TimeSpan.Zero, null, TimeSpan.Zero),
            new NodeVersion(70016, ServiceFlags.Network, "/Satoshi:28.1.0/", 912_000, TimeSpan.Zero), null))], []);
        await store.CloseSnapshotAsync(snapshot.Id, Start);
        return store;
    }

    public static NetworkEndpoint Endpoint(int index) => (index % 5) switch
    {
        1 => new NetworkEndpoint(new NetworkAddress(NetworkKind.TorV3, [.. Enumerable.Repeat((byte)(index + 1), 32)]), 8333),
        2 => NetworkEndpoint.From(new IPEndPoint(IPAddress.Parse($"2a01:4f8::{index + 1:x}"), 8333)),
        3 => new NetworkEndpoint(new NetworkAddress(NetworkKind.I2P, [.. Enumerable.Repeat((byte)(index + 1), 32)]), 0),
        4 => new NetworkEndpoint(new NetworkAddress(NetworkKind.Cjdns, [0xFC, .. Enumerable.Repeat((byte)(index + 1), 15)]), 8333),
        _ => NetworkEndpoint.From(new IPEndPoint(new IPAddress([52, 1, 2, (byte)(index + 1)]), 8333)),
    };

    public static async Task<byte[]> ExportAsync(ICrawlReader reader, CrawlExportFormat format, CrawlTable table = CrawlTable.Node)
    {
        using var output = new MemoryStream();
        await CrawlExport.WriteAsync(reader, (await reader.ReadSnapshotsAsync())[^1], format, table, output);
        return output.ToArray();
    }

    public static async Task<string> TextAsync(ICrawlReader reader, CrawlExportFormat format, CrawlTable table = CrawlTable.Node) =>
        new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(await ExportAsync(reader, format, table));
}
