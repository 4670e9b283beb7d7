using Akka.Configuration;

namespace Peers.Crawler.Tests.Cluster;

public sealed class ClusterCrawlConfigTests
{
    [Fact(DisplayName = "Addresses of the command line go before those of the file, and what neither says comes from cluster.conf")]
    public void Layers()
    {
        var user = ConfigurationFactory.ParseString(
            """
            akka.remote.dot-netty.tcp { hostname = "10.0.0.2", port = 4053 }
            akka.cluster.split-brain-resolver.stable-after = 7s
            peers.crawler.cluster.minimum-members = 3
            """);

        var config = ClusterCrawl.Configure(user, "10.0.0.3:0", ["10.0.0.1:4053", "[fd00::1]:4053", "crawler-2.example:4053"]);

        Assert.Equal("10.0.0.3", config.GetString("akka.remote.dot-netty.tcp.hostname"));
        Assert.Equal(0, config.GetInt("akka.remote.dot-netty.tcp.port"));
        Assert.Equal(TimeSpan.FromSeconds(7), config.GetTimeSpan("akka.cluster.split-brain-resolver.stable-after"));
        Assert.Equal("ddata", config.GetString("akka.cluster.sharding.state-store-mode"));
        Assert.Equal(3, config.GetInt("akka.cluster.min-nr-of-members"));
        Assert.Equal(
            ["akka.tcp://crawl@10.0.0.1:4053", "akka.tcp://crawl@[fd00::1]:4053", "akka.tcp://crawl@crawler-2.example:4053"],
            config.GetStringList("akka.cluster.seed-nodes"));
    }

    [Fact(DisplayName = "With TLS the seed nodes are found by TLS")]
    public void Tls() => Assert.Equal(
        ["akka.ssl.tcp://crawl@10.0.0.1:4053"],
        ClusterCrawl.Configure(ConfigurationFactory.ParseString("akka.remote.dot-netty.tcp.enable-ssl = on"), "10.0.0.3:0", ["10.0.0.1:4053"])
            .GetStringList("akka.cluster.seed-nodes"));

    [Theory(DisplayName = "A machine does not listen on all its addresses without saying by which it is reached")]
    [InlineData("0.0.0.0:4053")]
    [InlineData("[::]:4053")]
    public void All_addresses(string listen)
    {
        var fault = Assert.Throws<SettingsException>(() => ClusterCrawl.Configure(Config.Empty, listen, []));

        Assert.Contains("public-hostname", fault.Message, StringComparison.Ordinal);
        var named = ConfigurationFactory.ParseString("akka.remote.dot-netty.tcp.public-hostname = \"10.0.0.2\"");
        Assert.NotNull(ClusterCrawl.Configure(named, listen, []));
    }

    [Theory(DisplayName = "An address that is none is named with what to write instead")]
    [InlineData("10.0.0.1", "seed-node")]
    [InlineData("10.0.0.1:0", "seed-node")]
    [InlineData("10.0.0.1:70000", "seed-node")]
    [InlineData(":4053", "seed-node")]
    [InlineData("two words:4053", "seed-node")]
    public void Bad_addresses(string address, string option)
    {
        var fault = Assert.Throws<SettingsException>(() => ClusterCrawl.Configure(Config.Empty, null, [address]));

        Assert.Contains(option, fault.Message, StringComparison.Ordinal);
        Assert.Contains("HOST:PORT", fault.Message, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A seed node of another actor system in the file is named")]
    public void Foreign_seed() => Assert.Contains(
        "akka.tcp://crawl@",
        Assert.Throws<SettingsException>(() => ClusterCrawl.Configure(
            ConfigurationFactory.ParseString("akka.cluster.seed-nodes = [\"akka.tcp://other@10.0.0.1:4053\"]"), null, [])).Message,
        StringComparison.Ordinal);

    [Fact(DisplayName = "The example of a machine of a cluster can be used")]
    public void Example()
    {
        var config = ClusterCrawl.Configure(ConfigurationFactory.ParseString(File.ReadAllText("examples/crawler-node.conf")), null, []);

        Assert.Equal(3, config.GetStringList("akka.cluster.seed-nodes").Count);
        Assert.Equal(3, CrawlSettings.From(config.WithFallback(CrawlSettings.DefaultConfig)).Cluster.MinimumMembers);
    }
}
