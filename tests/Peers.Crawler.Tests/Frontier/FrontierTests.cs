using System.Net;
using Akka.Configuration;
using Peers.Wire;

namespace Peers.Crawler.Tests;

public sealed class FrontierTests
{
    private const long Now = 1_800_000_000_000;
    private const uint Seconds = (uint)(Now / 1000);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    [Fact(DisplayName = "A node is given to one worker until it is reported or its lease runs out")]
    public void Leases()
    {
        var frontier = Frontier();
        frontier.Learn(Node("1.2.3.4:8333"), Now);
        frontier.Learn(Node("1.2.3.4:8333"), Now);

        Assert.Equal("1.2.3.4:8333", Assert.Single(frontier.Take("a", 10, Now, Lease)).Endpoint.ToString());
        Assert.Empty(frontier.Take("b", 10, Now + 119_000, Lease));
        Assert.Single(frontier.Take("b", 10, Now + 120_001, Lease));
        Assert.Equal((1, 0, 1, 0), (frontier.Known, frontier.Waiting, frontier.Leased, frontier.Visited));

        frontier.Done("b", Visited("1.2.3.4:8333"), Now + 121_000);
        Assert.Equal((1, 0, 0, 1), (frontier.Known, frontier.Waiting, frontier.Leased, frontier.Visited));
        Assert.Empty(frontier.Take("b", 10, Now + 300_000, Lease));
    }

    [Fact(DisplayName = "A late report of a node that another has by now counts, and its lease ends")]
    public void Late_report()
    {
        var frontier = Frontier();
        frontier.Learn(Node("1.2.3.4:8333"), Now);
        frontier.Take("a", 1, Now, Lease);
        frontier.Take("b", 1, Now + 120_001, Lease);
        frontier.Done("a", Visited("1.2.3.4:8333"), Now + 121_000);
        frontier.Done("b", Visited("1.2.3.4:8333"), Now + 122_000);

        Assert.Equal((0, 0, 1), (frontier.Waiting, frontier.Leased, frontier.Visited));
    }

    [Fact(DisplayName = "What a worker gives back, or leaves behind, is given to others; what it gives back too late is not taken from them")]
    public void Given_back()
    {
        var frontier = Frontier();
        frontier.Learn(Node("1.2.3.4:8333"), Now);
        frontier.Learn(Node("5.2.4.4:8333"), Now);
        frontier.Take("a", 2, Now, Lease);
        frontier.Done("a", new VisitReport(NetworkEndpoint.Parse("1.2.3.4:8333"), VisitOutcome.Overloaded, DateTimeOffset.UnixEpoch, false), Now);
        Assert.Equal((1, 1), (frontier.Waiting, frontier.Leased));
        frontier.Forget("a", Now);
        Assert.Equal((2, 0), (frontier.Waiting, frontier.Leased));

        Assert.Equal(2, frontier.Take("b", 5, Now + 2_000, Lease).Count);
        frontier.Done("a", new VisitReport(NetworkEndpoint.Parse("1.2.3.4:8333"), VisitOutcome.Overloaded, DateTimeOffset.UnixEpoch, false), Now);
        Assert.Equal(2, frontier.Leased);
    }

    [Fact(DisplayName = "Nodes that nobody saw for long wait until somebody did; seeds do not")]
    public void Stale()
    {
        var frontier = Frontier();
        frontier.Learn(new LearnedNode(NetworkEndpoint.Parse("1.2.3.4:8333"), Seconds - (8 * 86_400), ServiceFlags.None), Now);
        frontier.Learn(new LearnedNode(NetworkEndpoint.Parse("5.2.3.4:8333"), 0, ServiceFlags.None), Now);
        Assert.Equal((1, 1), (frontier.Waiting, frontier.Excluded));

        frontier.Learn(Node("1.2.3.4:8333"), Now);
        Assert.Equal((2, 0), (frontier.Waiting, frontier.Excluded));
    }

    [Fact(DisplayName = "A node is asked for addresses again after a day, and visited again after its interval")]
    public void Intervals()
    {
        var frontier = Frontier("revisit-after = 1h", "politeness.jitter = 0");
        frontier.Learn(Node("1.2.3.4:8333"), Now);
        Assert.True(Assert.Single(frontier.Take("a", 1, Now, Lease)).AskAddresses);
        frontier.Done("a", new VisitReport(NetworkEndpoint.Parse("1.2.3.4:8333"), VisitOutcome.Complete, DateTimeOffset.FromUnixTimeMilliseconds(Now), true), Now);

        Assert.Empty(frontier.Take("a", 1, Now + 3_599_000, Lease));
        Assert.False(Assert.Single(frontier.Take("a", 1, Now + 3_602_000, Lease)).AskAddresses);
        frontier.Done("a", Visited("1.2.3.4:8333"), Now + 3_602_000);
        Assert.True(Assert.Single(frontier.Take("a", 1, Now + 86_500_000, Lease)).AskAddresses);
    }

    [Fact(DisplayName = "What the store knows is taken up: the visited of this snapshot are done, those of ten minutes ago wait for their time")]
    public void Restored()
    {
        var frontier = Frontier();
        var minutesAgo = DateTimeOffset.FromUnixTimeMilliseconds(Now - 180_000);
        frontier.Restore(new KnownNode(NetworkEndpoint.Parse("1.2.3.4:8333"), Seconds, minutesAgo, null, true), Now);
        frontier.Restore(new KnownNode(NetworkEndpoint.Parse("2.2.3.4:8333"), Seconds, minutesAgo, null, false), Now);
        frontier.Restore(new KnownNode(NetworkEndpoint.Parse("3.2.3.4:8333"), Seconds, null, null, false), Now);

        Assert.Equal((3, 2, 1), (frontier.Known, frontier.Waiting, frontier.Visited));
        Assert.Equal("3.2.3.4:8333", Assert.Single(frontier.Take("a", 9, Now, Lease)).Endpoint.ToString());
        frontier.Done("a", Visited("3.2.3.4:8333"), Now);
        Assert.Equal("2.2.3.4:8333", Assert.Single(frontier.Take("a", 9, Now + 600_000, Lease)).Endpoint.ToString());

        frontier.Restore(new KnownNode(NetworkEndpoint.Parse("4.2.3.4:8333"), Seconds, null, null, false), Now);
        frontier.Restore(new KnownNode(NetworkEndpoint.Parse("4.2.3.4:8333"), Seconds, minutesAgo, null, true), Now);
        Assert.Equal(3, frontier.Visited);
        Assert.Empty(frontier.Take("a", 9, Now + 600_000, Lease));
    }

    [Fact(DisplayName = "A crowded subnet makes nobody else wait, and is served at its own interval")]
    public void Crowded()
    {
        var frontier = Frontier("politeness.jitter = 0");
        for (var host = 1; host <= 200; host++)
        {
            frontier.Learn(Node($"9.9.9.{host}:8333"), Now);
        }

        for (var group = 1; group <= 50; group++)
        {
            frontier.Learn(Node($"{group + 10}.77.1.1:8333"), Now);
        }

        var first = frontier.Take("a", 100, Now, TimeSpan.FromHours(1)).Select(node => node.Endpoint.ToString()).ToList();
        Assert.Equal(51, first.Count);
        Assert.Single(first, endpoint => endpoint.StartsWith("9.9.9.", StringComparison.Ordinal));
        var later = Enumerable.Range(1, 400).SelectMany(tick => frontier.Take("a", 100, Now + (tick * 500), TimeSpan.FromHours(1))).ToList();
        Assert.Equal(199, later.Count);
        Assert.Equal(0, frontier.Waiting);
    }

    [Fact(DisplayName = "The table finds what was added, and nothing else, through all its growth")]
    public void Table()
    {
        var table = new NodeTable();
        var random = new Random(3);
        var known = new Dictionary<NetworkEndpoint, int>();
        for (var round = 0; round < 20_000; round++)
        {
            NetworkAddress address = random.Next(4) switch
            {
                0 => new NetworkAddress(NetworkKind.IPv6, Bytes(16)),
                1 => new NetworkAddress(NetworkKind.TorV3, Bytes(32)),
                _ => new NetworkAddress(NetworkKind.IPv4, [1, 2, (byte)random.Next(256), (byte)random.Next(8)]),
            };
            var endpoint = new NetworkEndpoint(address, (ushort)random.Next(1, 4));
            Assert.Equal(!known.ContainsKey(endpoint), table.Add(endpoint, out var node));
            Assert.Equal(known.TryAdd(endpoint, node) ? table.Count - 1 : known[endpoint], node);
        }

        Assert.All(known, pair => Assert.Equal(pair.Value, table.Find(pair.Key)));
        Assert.All(known, pair => Assert.Equal(pair.Key, table.EndpointOf(pair.Value)));
        Assert.Equal(-1, table.Find(NetworkEndpoint.Parse("99.99.99.99:9")));

        byte[] Bytes(int count)
        {
            var bytes = new byte[count];
            random.NextBytes(bytes);
            return bytes;
        }
    }

    [Theory(DisplayName = "Addresses that no node of the internet has, and ports of other services, are not dialled")]
    [InlineData("8.8.8.8:8333", null)]
    [InlineData("10.1.2.3:8333", Exclusion.PrivateAddress)]
    [InlineData("127.0.0.1:8333", Exclusion.PrivateAddress)]
    [InlineData("172.31.0.1:8333", Exclusion.PrivateAddress)]
    [InlineData("172.32.0.1:8333", null)]
    [InlineData("192.168.0.1:8333", Exclusion.PrivateAddress)]
    [InlineData("198.51.100.1:8333", Exclusion.PrivateAddress)]
    [InlineData("240.0.0.1:8333", Exclusion.PrivateAddress)]
    [InlineData("[2a00::1]:8333", null)]
    [InlineData("[2001:db8::1]:8333", Exclusion.PrivateAddress)]
    [InlineData("[fe80::1]:8333", Exclusion.PrivateAddress)]
    [InlineData("[::1]:8333", Exclusion.PrivateAddress)]
    [InlineData("8.8.8.8:22", Exclusion.BadPort)]
    [InlineData("8.8.8.8:0", Exclusion.BadPort)]
    [InlineData("8.8.8.8:18333", null)]
    [InlineData("[fc00::1]:8333", Exclusion.NoProxy)]
    [InlineData("pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion:8333", Exclusion.NoProxy)]
    public void Rules(string endpoint, Exclusion? expected) => Assert.Equal(expected, new DialRules(Settings()).Of(NetworkEndpoint.Parse(endpoint)));

    [Fact(DisplayName = "A share of the nodes is the same one each time, and about as large as asked for")]
    public void Share()
    {
        var rules = new DialRules(Settings("share = 0.05"));
        var nodes = Enumerable.Range(0, 20_000).Select(index => NetworkEndpoint.From(new IPEndPoint(new IPAddress([8, (byte)(index >> 8), (byte)index, 1]), 8333))).ToList();

        Assert.InRange(nodes.Count(node => rules.Of(node) is null), 850, 1150);
    }

    private static Frontier<string> Frontier(params string[] settings) => new(Settings(settings), new DialRules(Settings(settings)), new Random(1));

    private static CrawlSettings Settings(params string[] settings) => CrawlSettings.From(
        ConfigurationFactory.ParseString(string.Join('\n', settings.Select(setting => $"peers.crawler.{setting}"))).WithFallback(CrawlSettings.DefaultConfig));

    private static LearnedNode Node(string endpoint) => new(NetworkEndpoint.Parse(endpoint), Seconds - 60, ServiceFlags.Network);

    private static VisitReport Visited(string endpoint) =>
        new(NetworkEndpoint.Parse(endpoint), VisitOutcome.Refused, DateTimeOffset.FromUnixTimeMilliseconds(Now), false);
}
