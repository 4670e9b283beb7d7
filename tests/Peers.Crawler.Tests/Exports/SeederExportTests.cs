using System.Net;
using System.Text.RegularExpressions;
using Peers.Wire;

namespace Peers.Crawler.Tests;

public partial class SeederExportTests
{
    private static readonly BitcoinNetwork Mainnet = BitcoinNetwork.Mainnet;

    [Fact(DisplayName = "Every line of the dump is of bitcoin-seeder's columns and widths, whatever the nodes call themselves")]
    public async Task Lines_have_the_columns()
    {
        await using var store = await HostileCrawl.CrawlAsync();
        var lines = (await HostileCrawl.TextAsync(store, CrawlExportFormat.Seeder)).TrimEnd('\n').Split('\n');

        Assert.Equal("# address                                        good  lastSuccess    %(2h)   %(8h)   %(1d)   %(7d)  %(30d)  blocks      svcs  version", lines[0]);
        Assert.Equal(HostileCrawl.UserAgents.Count, lines.Length - 1);
        Assert.All(lines[1..], line => Assert.Matches(Line(), line));
        var plain = lines.Single(line => line.StartsWith("52.1.2.1:8333 ", StringComparison.Ordinal));
        Assert.Equal($"{"52.1.2.1:8333",-47}     1   1795348800  ", plain[..68]);
        Assert.EndsWith("%  912000  00000009  70016 \"/Satoshi:28.1.0/\"", plain, StringComparison.Ordinal);
        Assert.Equal(await HostileCrawl.TextAsync(store, CrawlExportFormat.Seeder), await HostileCrawl.TextAsync(store, CrawlExportFormat.Seeds));
    }

    [Fact(DisplayName = "makeseeds reads the dump: all five networks, and after weeks of crawls it takes the nodes that were there")]
    public async Task Makeseeds_reads_it()
    {
        await using var store = new MemoryCrawlStore();
        var nodes = Enumerable.Range(0, 20).Select(HostileCrawl.Endpoint).ToList();
        for (var day = 0; day < 60; day++)
        {
            var at = HostileCrawl.Start.AddHours(12 * day);
            var snapshot = await store.OpenSnapshotAsync("mainnet", at);

            // The first five are there one time in four; the sixth has an old chain, the seventh another name, the eighth no blocks.
            await store.AppendAsync(snapshot.Id, [.. nodes.Select((node, i) => i < 5 && day % 4 != 0
                ? new Visit(node, at, VisitOutcome.ConnectTimedOut, "", default, null, null)
                : new Visit(node, at, VisitOutcome.Complete, "", default, new NodeVersion(
                    70016, i == 7 ? ServiceFlags.Witness : ServiceFlags.Network | ServiceFlags.Witness, i == 6 ? "/other:28.1.0/" : "/Satoshi:28.1.0(a b)/", i == 5 ? 400_000 : 912_000, default), null))], []);
            await store.CloseSnapshotAsync(snapshot.Id, at);
        }

        var lines = (await HostileCrawl.TextAsync(store, CrawlExportFormat.Seeder)).Split('\n');
        var read = lines.Select(MakeSeeds.Parse).OfType<MakeSeeds.Seed>().ToList();
        var taken = MakeSeeds.Filter(lines);

        Assert.Equal(20, lines.Length - 2);
        Assert.Equal(nodes.Skip(8).Select(node => node.ToString()).Order(StringComparer.Ordinal), taken.Select(seed => seed.Address).Order(StringComparer.Ordinal));
        Assert.Equal(["cjdns", "i2p", "ipv4", "ipv6", "onion"], read.Select(seed => seed.Network).Distinct().Order(StringComparer.Ordinal));
        Assert.All(taken, seed => Assert.InRange(seed.Uptime, 50.01, 100));
        Assert.All(taken, seed => Assert.Equal((HostileCrawl.Start.AddHours(12 * 59).ToUnixTimeSeconds(), 70016, 9UL), (seed.LastSuccess, seed.Version, seed.Services)));
    }

    [Theory(DisplayName = "A node is good by bitcoin-seeder's rule: window by window")]
    [InlineData(0.86, 2.1, 0, 0, 0, 0, 0, 0, 0, 0, true)]
    [InlineData(0.85, 9, 0, 0, 0, 0, 0, 0, 0, 0, false)]
    [InlineData(0.99, 2, 0, 0, 0, 0, 0, 0, 0, 0, false)]
    [InlineData(0, 0, 0.71, 4.1, 0, 0, 0, 0, 0, 0, true)]
    [InlineData(0, 0, 0.99, 4, 0.55, 99, 0.45, 99, 0.35, 99, false)]
    [InlineData(0, 0, 0, 0, 0.56, 8.1, 0, 0, 0, 0, true)]
    [InlineData(0, 0, 0, 0, 0, 0, 0.46, 16.1, 0, 0, true)]
    [InlineData(0, 0, 0, 0, 0, 0, 0, 0, 0.36, 32.1, true)]
    [InlineData(0, 0, 0, 0, 0.9, 8, 0.9, 16, 0.9, 32, false)]
    public void Good_is_by_the_windows(double r2, double c2, double r8, double c8, double r24, double c24, double r7, double c7, double r30, double c30, bool good)
    {
        var uptime = new UptimeWindows(new(1, c2, r2), new(1, c8, r8), new(1, c24, r24), new(1, c7, r7), new(1, c30, r30));
        Assert.Equal(good, GoodNode.IsGood(Node(visits: 40) with { Uptime = uptime }, Mainnet));
    }

    [Fact(DisplayName = "A node is not good at another port, without blocks, with an old version or a low height; other networks have no least height")]
    public void Good_has_conditions()
    {
        var node = Node(visits: 1);
        Assert.True(GoodNode.IsGood(node, Mainnet));
        Assert.False(GoodNode.IsGood(node with { Endpoint = node.Endpoint with { Port = 8334 } }, Mainnet));
        Assert.False(GoodNode.IsGood(With(node, version => version with { Services = ServiceFlags.Witness }), Mainnet));
        Assert.False(GoodNode.IsGood(With(node, version => version with { ProtocolVersion = 70000 }), Mainnet));
        Assert.False(GoodNode.IsGood(With(node, version => version with { StartHeight = 349_999 }), Mainnet));
        Assert.True(GoodNode.IsGood(With(node with { Endpoint = node.Endpoint with { Port = 48333 } }, version => version with { StartHeight = 1 }), BitcoinNetwork.Testnet4));
        Assert.False(GoodNode.IsGood(node with { Visits = 4 }, Mainnet));
        Assert.False(GoodNode.IsGood(node with { LastReachable = null }, Mainnet));
        Assert.False(GoodNode.IsGood(node with { LastVersion = null }, Mainnet));
    }

    [Fact(DisplayName = "An IPv6 address that is mostly written with an IPv4 one at its end is written so that makeseeds reads it")]
    public async Task Mixed_addresses_are_read()
    {
        await using var store = await HostileCrawl.SmallAsync(0);
        var endpoint = new NetworkEndpoint(new NetworkAddress(NetworkKind.IPv6, IPAddress.Parse("2001:db8::5efe:1.2.3.4").GetAddressBytes()), 8333);
        var snapshot = await store.OpenSnapshotAsync("mainnet", HostileCrawl.Start.AddHours(1));
        await store.AppendAsync(snapshot.Id, [new Visit(endpoint, HostileCrawl.Start.AddHours(1), VisitOutcome.Complete, "", default, Node(1).LastVersion, null)], []);
        var line = (await HostileCrawl.TextAsync(store, CrawlExportFormat.Seeds)).Split('\n')[1];

        Assert.Equal("ipv6", MakeSeeds.Parse(line)!.Network);
        Assert.Equal(endpoint, NetworkEndpoint.Parse(line.Split(' ')[0]));
    }

    private static NodeRecord Node(long visits) => new(
        HostileCrawl.Endpoint(0), HostileCrawl.Start, 0, new NodeVisit(HostileCrawl.Start, VisitOutcome.Complete, "", default), HostileCrawl.Start,
        new NodeVersion(70016, ServiceFlags.Network, "/Satoshi:28.1.0/", 912_000, TimeSpan.Zero), visits, default);

    private static NodeRecord With(NodeRecord node, Func<NodeVersion, NodeVersion> change) => node with { LastVersion = change(node.LastVersion!) };

    [GeneratedRegex("""^(?=.{47})\S+ +  +[01]  [ \d]{11}  ( *\d+\.\d\d% ){4} *\d+\.\d\d%  [ \d-]{6,}  [0-9a-f]{8,16}  [ \d-]{5,} "[A-Za-z0-9 .,;\-_/:?@()]*"$""")]
    private static partial Regex Line();
}
