using System.Globalization;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using Peers.Wire;

namespace Peers.Crawler.Tests;

public class TextExportTests
{
    public static TheoryData<CrawlTable> Tables => new(Enum.GetValues<CrawlTable>());

    [Theory(DisplayName = "NDJSON is one object a line, and what remotes say is text in it")]
    [MemberData(nameof(Tables))]
    public async Task Ndjson_is_read_back(CrawlTable table)
    {
        await using var store = await HostileCrawl.CrawlAsync();
        var text = await HostileCrawl.TextAsync(store, CrawlExportFormat.Ndjson, table);
        var lines = text.Split('\n');
        Assert.Equal("", lines[^1]);
        var rows = lines[..^1].Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var count = HostileCrawl.UserAgents.Count;

        Assert.Equal(table == CrawlTable.Gossip ? count * (count - 1) : count + 1, rows.Count);
        Assert.DoesNotContain(text, character => character is not '\n' and (< ' ' or > '~'));
        Assert.DoesNotContain("</script", text, StringComparison.Ordinal);
        if (table != CrawlTable.Gossip)
        {
            Assert.Equal(HostileCrawl.UserAgents.Select(agent => agent.ToString()).Order(StringComparer.Ordinal),
                rows.Select(row => row.GetProperty("user_agent").GetString()).OfType<string>().Order(StringComparer.Ordinal));
            Assert.Contains(rows, row => row.GetProperty("services") is { ValueKind: JsonValueKind.Number } services && services.GetUInt64() == ulong.MaxValue);
            Assert.Contains(rows, row => row.GetProperty("height") is { ValueKind: JsonValueKind.Number } height && height.GetInt32() == -1);
        }
        else
        {
            Assert.Contains(rows, row => row.GetProperty("seen").ValueKind == JsonValueKind.Null);
            Assert.Contains(rows, row => row.GetProperty("seen").ValueKind == JsonValueKind.String && row.GetProperty("seen").GetDateTimeOffset().Year == 2106);
            Assert.All(rows, row => Assert.Equal(HostileCrawl.Start.Date, row.GetProperty("heard").GetDateTimeOffset().Date));
        }
    }

    [Theory(DisplayName = "CSV is read back by another reader, and no cell of text is a formula or holds a control character")]
    [MemberData(nameof(Tables))]
    public async Task Csv_is_read_back(CrawlTable table)
    {
        await using var store = await HostileCrawl.CrawlAsync();
        var text = await HostileCrawl.TextAsync(store, CrawlExportFormat.Csv, table);
        using var reader = new CsvReader(new StringReader(text), new CsvConfiguration(CultureInfo.InvariantCulture) { BadDataFound = bad => Assert.Fail(bad.RawRecord) });
        Assert.True(await reader.ReadAsync());
        Assert.True(reader.ReadHeader());
        var rows = new List<Dictionary<string, string>>();
        while (await reader.ReadAsync())
        {
            rows.Add(reader.HeaderRecord!.ToDictionary(name => name, name => reader.GetField(name)!));
        }

        var count = HostileCrawl.UserAgents.Count;
        Assert.Equal(table == CrawlTable.Gossip ? count * (count - 1) : count + 1, rows.Count);
        Assert.EndsWith("\r\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain(text, character => character is not ('\r' or '\n') and (< ' ' or > '~'));
        Assert.All(rows.SelectMany(row => row), cell => Assert.False(
            cell.Value.TrimStart() is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] && !double.TryParse(cell.Value, CultureInfo.InvariantCulture, out _), cell.Value));
        if (table == CrawlTable.Visit)
        {
            Assert.Contains(rows, row => row["user_agent"] == "'=cmd|' /C calc'!A0");
            Assert.Contains(rows, row => row["user_agent"] == "\"quoted\", and a comma");
            Assert.Contains(rows, row => row["user_agent"] == @"two\x0d\x0alines");
            Assert.Contains(rows, row => row["height"] == "-1");
            Assert.Contains(rows, row => row["services"] == "18446744073709551615");
        }
    }

    [Fact(DisplayName = "A cell that its owner meant as a formula, or with line breaks, is harmless whatever its text is")]
    public void Cells_are_harmless()
    {
        var line = new CsvLine();
        foreach (var text in new[] { "=1", "\t=1", "a\u0085b", " x", "é" })
        {
            line.Text(text);
        }

        line.End();
        Assert.Equal("'=1,\\x09=1,a\\x85b,\" x\",é\r\n", System.Text.Encoding.UTF8.GetString(line.Take()));
    }

    [Fact(DisplayName = "bitnodes' export rows have its fifteen columns, with null or 0 for what bitnodes looks up")]
    public async Task Bitnodes_rows_are_right()
    {
        await using var store = await HostileCrawl.CrawlAsync();
        var rows = JsonDocument.Parse(await HostileCrawl.TextAsync(store, CrawlExportFormat.Bitnodes)).RootElement.EnumerateArray().ToList();

        Assert.Equal(HostileCrawl.UserAgents.Count, rows.Count);
        Assert.All(rows, row => Assert.Equal(15, row.GetArrayLength()));
        Assert.Equal(
            """["52.1.2.1",8333,70016,"/Satoshi:28.1.0/",1795348800,9,912000,null,null,null,0,0,null,null,null]""",
            rows.Single(row => row[0].GetString() == "52.1.2.1").GetRawText());
        var onion = rows.First(row => row[0].GetString()!.EndsWith(".onion", StringComparison.Ordinal));
        Assert.Equal(("TOR", "Tor network"), (onion[13].GetString(), onion[14].GetString()));
        Assert.Contains(rows, row => row[0].GetString() == "2a01:4f8::3");
    }

    [Fact(DisplayName = "bitnodes' crawl rows are address, port, services, height")]
    public async Task Bitnodes_crawl_rows_are_right()
    {
        await using var store = await HostileCrawl.CrawlAsync();
        var rows = JsonDocument.Parse(await HostileCrawl.TextAsync(store, CrawlExportFormat.BitnodesCrawl)).RootElement.EnumerateArray().ToList();

        Assert.Equal("""["52.1.2.1",8333,9,912000]""", rows.Single(row => row[0].GetString() == "52.1.2.1").GetRawText());
        Assert.All(rows, row => Assert.Equal(4, row.GetArrayLength()));
    }

    [Fact(DisplayName = "A node that was visited twice is in bitnodes' rows once, as it was last")]
    public async Task A_node_is_there_once()
    {
        await using var store = await HostileCrawl.SmallAsync(1);
        var snapshot = await store.OpenSnapshotAsync("mainnet", HostileCrawl.Start.AddHours(1));
        var version = new NodeVersion(70016, ServiceFlags.Network, "/a/", 5, TimeSpan.Zero);
        var visit = new Visit(HostileCrawl.Endpoint(0), HostileCrawl.Start.AddHours(1), VisitOutcome.Complete, "", default, version, null);
        await store.AppendAsync(snapshot.Id, [visit, visit with { Started = visit.Started.AddHours(1), Version = version with { StartHeight = 6 } }], []);

        Assert.Equal("[\n[\"52.1.2.1\",8333,1,6]\n]\n", await HostileCrawl.TextAsync(store, CrawlExportFormat.BitnodesCrawl));
    }

    [Fact(DisplayName = "p2p-crawler's CSV has its columns")]
    public async Task P2P_crawler_columns_are_right()
    {
        await using var store = await HostileCrawl.CrawlAsync();
        var lines = (await HostileCrawl.TextAsync(store, CrawlExportFormat.P2PCrawler)).Split("\r\n");

        Assert.Equal(
            "host,port,network,seed_distance,handshake_timestamp,time_connect,handshake_attempts,handshake_successful,handshake_duration,version,services,user_agent,"
            + "latest_block,relay,version_reply_timestamp_remote,requested_addrs,advertised_addrs_total,advertised_addrs_ipv4,advertised_addrs_ipv6,"
            + "advertised_addrs_onion_v2,advertised_addrs_onion_v3,advertised_addrs_i2p,advertised_addrs_cjdns", lines[0]);
        Assert.Equal("52.1.2.1,8333,ipv4,,1795348800,0.0125,1,True,0.04,70016,9,/Satoshi:28.1.0/,912000,,1795348801,True,21,4,4,0,5,4,4", lines[1]);
        Assert.Equal(HostileCrawl.UserAgents.Count + 2, lines.Length);
    }

    [Fact(DisplayName = "Truncated addresses give no whole address, in any form, and a node keeps its name within an export")]
    public async Task Addresses_are_truncated()
    {
        await using var store = await HostileCrawl.CrawlAsync();
        await using var truncating = new TruncatingReader(store, [1, 2, 3]);
        var whole = Enumerable.Range(0, HostileCrawl.UserAgents.Count).Select(i => HostileCrawl.Endpoint(i).Address.ToString()).ToList();
        foreach (var format in Enum.GetValues<CrawlExportFormat>().Where(format => !format.IsBinary() && !format.NeedsAddresses()))
        {
            foreach (var table in format.HasTable() ? Enum.GetValues<CrawlTable>() : [CrawlTable.Node])
            {
                var text = await HostileCrawl.TextAsync(truncating, format, table);
                Assert.All(whole, address => Assert.DoesNotContain($"{address}\"", text, StringComparison.Ordinal));
                Assert.All(whole, address => Assert.DoesNotContain($"{address}:", text, StringComparison.Ordinal));
                Assert.All(whole, address => Assert.DoesNotContain($"{address},", text, StringComparison.Ordinal));
            }
        }

        var visits = (await HostileCrawl.TextAsync(truncating, CrawlExportFormat.Csv, CrawlTable.Visit)).Split("\r\n");
        var gossip = await HostileCrawl.TextAsync(truncating, CrawlExportFormat.Csv, CrawlTable.Gossip);
        Assert.Contains("52.1.2.0:8333,ipv4,52.1.2.0,8333", visits[1], StringComparison.Ordinal);
        Assert.Contains(".onion:8333,onion,", visits[2], StringComparison.Ordinal);
        Assert.Contains(visits[2].Split(',')[0], gossip, StringComparison.Ordinal);
        Assert.Contains("[2a01:4f8::]:8333", visits[3], StringComparison.Ordinal);
    }

    [Theory(DisplayName = "A crawl of no nodes and one of one node can be exported in every form")]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Small_crawls_are_exported(int nodes)
    {
        await using var store = await HostileCrawl.SmallAsync(nodes);
        foreach (var format in Enum.GetValues<CrawlExportFormat>())
        {
            foreach (var table in Enum.GetValues<CrawlTable>())
            {
                Assert.NotNull(await HostileCrawl.ExportAsync(store, format, table));
            }
        }

        Assert.Equal(nodes, JsonDocument.Parse(await HostileCrawl.TextAsync(store, CrawlExportFormat.Bitnodes)).RootElement.GetArrayLength());
        Assert.Equal(nodes + 1, (await HostileCrawl.TextAsync(store, CrawlExportFormat.Csv)).Split("\r\n").Length - 1);
    }
}
