using System.Globalization;
using System.Text.RegularExpressions;

namespace Peers.Crawler.Tests;

public partial class CrawlReportTests
{
    private static readonly string[] Sections =
        ["networks", "software", "versions", "services", "heights", "ports", "outcomes", "latency", "gossip", "spam", "churn", "total", "politeness"];

    [Fact(DisplayName = "The page has all sections, the right figures, and no markup of a remote's choosing")]
    public async Task The_page_is_right()
    {
        var network = new BelievableNetwork(2000);
        await using var store = await network.CrawlAsync();
        var snapshots = await store.ReadSnapshotsAsync();
        var html = await ReportFile.TextAsync(store, CrawlReportOptions.None with { CompareWith = snapshots[0] });
        if (Environment.GetEnvironmentVariable("PEERS_REPORT") is { Length: > 0 } path)
        {
            await using var big = await new BelievableNetwork(8000).CrawlAsync(100);
            await File.WriteAllTextAsync(path, await ReportFile.TextAsync(big, CrawlReportOptions.None with { CompareWith = snapshots[0] }));
        }

        Assert.All(Sections, section => Assert.Contains($"<section id=\"{section}\">", html, StringComparison.Ordinal));
        var reachable = network.Nodes.Count(node => node.Version is not null);
        Assert.Contains($"<dt>Reachable nodes</dt><dd><b>{reachable.ToString("#,0", CultureInfo.InvariantCulture)}</b>", html, StringComparison.Ordinal);
        Assert.Contains("<b>912,525</b>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\u202e', html);
        Assert.DoesNotContain('\u200b', html);
        Assert.DoesNotContain('\0', html);
        Assert.DoesNotMatch(Loading(), html);
    }

    [Fact(DisplayName = "Nodes that answer with the same addresses, and one that tells of nobody's nodes, are pointed at")]
    public async Task Spam_is_pointed_at()
    {
        var network = new BelievableNetwork(600, reachable: 1);
        await using var store = new MemoryCrawlStore();
        var snapshot = await network.CrawlAsync(store, BelievableNetwork.Start, 40);
        var reached = network.Nodes.Select(node => node.Endpoint).ToList();
        var gossip = await GossipFigures.ReadAsync(store, snapshot.Id, reached, default);

        var same = Assert.Single(gossip.SameAnswers);
        Assert.Subset(network.Nodes.Skip(1).Take(4).Select(node => node.Endpoint).ToHashSet(), same.ToHashSet());
        Assert.Equal(network.Nodes[5].Endpoint, Assert.Single(gossip.Lonely).Node);
        Assert.Equal(gossip.Entries, gossip.ByAge.Sum() + gossip.FromTheFuture + gossip.WithoutTime);
        Assert.InRange(gossip.Halves.Total, 540, 660);
    }

    [Theory(DisplayName = "A network of no nodes and one of one node have a page, too")]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Small_networks_have_a_page(int nodes)
    {
        await using var store = new MemoryCrawlStore();
        await new BelievableNetwork(nodes).CrawlAsync(store, BelievableNetwork.Start, 0);
        var html = await ReportFile.TextAsync(store);

        Assert.All(Sections, section => Assert.Contains($"<section id=\"{section}\">", html, StringComparison.Ordinal));
        Assert.DoesNotContain("NaN", html, StringComparison.Ordinal);
        Assert.DoesNotContain("∞", html, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "The same snapshot gives the same page")]
    public async Task The_page_is_the_same_again()
    {
        await using var one = await new BelievableNetwork(300).CrawlAsync();
        await using var two = await new BelievableNetwork(300).CrawlAsync();

        Assert.Equal(await ReportFile.TextAsync(one), await ReportFile.TextAsync(two));
    }

    [Theory(DisplayName = "Software is told by the last name of a user agent")]
    [InlineData("/Satoshi:29.0.0/", "Bitcoin Core")]
    [InlineData("/Satoshi:29.0.0/Knots:20250903/", "Bitcoin Knots")]
    [InlineData("/btcwire:0.5.0/btcd:0.24.2/", "btcd")]
    [InlineData("/Satoshi:27.1.0(a/b/c; (x))/", "Bitcoin Core")]
    [InlineData("", "(no name)")]
    [InlineData("Satoshi", "(not BIP 14)")]
    [InlineData("/:1/", "(not BIP 14)")]
    [InlineData("/((((/", "(not BIP 14)")]
    [InlineData("/abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz/", "abcdefghijklmnopqrstuvwxyzabcdef…")]
    public void Software_is_told(string userAgent, string family) => Assert.Equal(family, UserAgentFamily.Of(userAgent));

    [Theory(DisplayName = "Releases of Bitcoin Core are told by their first number, old ones by two")]
    [InlineData("/Satoshi:29.0.0/", "29")]
    [InlineData("/Satoshi:0.21.1/", "0.21")]
    [InlineData("/Satoshi:28.1.0/Knots:20250305/", "28")]
    [InlineData("/btcd:0.24.2/", null)]
    [InlineData("/Satoshi:x.y/", null)]
    public void Releases_are_told(string userAgent, string? release) => Assert.Equal(release, UserAgentFamily.CoreRelease(userAgent));

    [Fact(DisplayName = "Chapman's estimator and its interval, by the book")]
    public void The_estimator_is_right()
    {
        // 30 of 60 marked of 200: the example of many textbooks; (201 * 61 / 31) - 1.
        var estimate = new TotalEstimate(200, 60, 30);
        Assert.Equal(394.516, estimate.Total, 3);
        Assert.Equal(Math.Sqrt(201.0 * 61 * 170 * 30 / (31.0 * 31 * 32)), estimate.Deviation, 9);
        Assert.True(estimate.Low < estimate.Total && estimate.Total < estimate.High);
        Assert.Equal(new TotalEstimate(10, 10, 10).Low, new TotalEstimate(10, 10, 10).High);
    }

    [Fact(DisplayName = "Two random samples of a known number come to about that number, 19 times in 20 within the interval")]
    public void The_interval_holds()
    {
        var random = new Random(5);
        var within = 0;
        for (var round = 0; round < 400; round++)
        {
            var first = Enumerable.Range(0, 1000).Where(_ => random.NextDouble() < 0.4).ToHashSet();
            var second = Enumerable.Range(0, 1000).Where(_ => random.NextDouble() < 0.3).ToHashSet();
            var estimate = new TotalEstimate(first.Count, second.Count, first.Count(second.Contains));
            within += estimate.Low <= 1000 && estimate.High >= 1000 ? 1 : 0;
        }

        Assert.InRange(within, 368, 392);
    }

    [Theory(DisplayName = "Text in a page is visible, short and no markup")]
    [InlineData("<b>&\"'", "&lt;b&gt;&amp;&quot;&#39;")]
    [InlineData("a\u202eb\u200bc\0\u2066", "a\\u{202e}b\\u{200b}c\\u{0}\\u{2066}")]
    public void Text_is_harmless(string text, string html) => Assert.Equal(html, HtmlText.Of(text));

    [Fact(DisplayName = "Long text is cut")]
    public void Long_text_is_cut() => Assert.Equal(121, HtmlText.Of(new string('x', 5000)).Length);

    [Fact(DisplayName = "Percentiles are the nearest rank")]
    public void Percentiles_are_right()
    {
        var hundred = new Distribution(Enumerable.Range(1, 100).Select(value => (double)value));
        Assert.Equal([50, 99, 100, 1], new[] { hundred.Percentile(0.5), hundred.Percentile(0.99), hundred.Percentile(1), hundred.Percentile(0) });
        Assert.Equal([9, 10, 81], hundred.Histogram([10, 20]));
        Assert.Equal(0, new Distribution([]).Percentile(0.5));
    }

    [GeneratedRegex("(src|href)=\"(?!#|data:,\")|@import|url\\(|http-equiv=\"refresh", RegexOptions.IgnoreCase)]
    private static partial Regex Loading();
}
