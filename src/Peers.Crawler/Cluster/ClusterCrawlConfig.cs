using System.Globalization;
using System.Net;
using Akka.Configuration;

namespace Peers.Crawler;

/// <summary>What Akka is told for a crawl in a cluster: what the user sets, over <c>hocon/cluster.conf</c>.</summary>
internal static class ClusterCrawlConfig
{
    private const string Tcp = "akka.remote.dot-netty.tcp";
    private const string SeedNodes = "akka.cluster.seed-nodes";

    /// <summary>The reference configuration, embedded.</summary>
    public static Config Default { get; } = ConfigurationFactory.FromResource("cluster.conf", typeof(ClusterCrawlConfig).Assembly);

    public static Config For(Config user, string? listen, IReadOnlyList<string> seedNodes)
    {
        var faults = new List<string>();
        var config = user.WithFallback(Default);
        if (listen is not null)
        {
            config = Read(listen, "listen", allowZero: true) is { } own
                ? Set(config, $"{Tcp} {{ hostname = {Quoted(own.Host)}, port = {own.Port} }}")
                : config;
        }

        if (seedNodes.Count > 0)
        {
            var scheme = config.GetBoolean($"{Tcp}.enable-ssl") ? "akka.ssl.tcp" : "akka.tcp";
            var addresses = seedNodes.Select(node => Read(node, "seed-node", allowZero: false)).OfType<DnsEndPoint>()
                .Select(node => Quoted($"{scheme}://{ClusterCrawl.SystemName}@{(node.Host.Contains(':', StringComparison.Ordinal) ? $"[{node.Host}]" : node.Host)}:{node.Port}"));
            config = Set(config, $"{SeedNodes} = [{string.Join(", ", addresses)}]");
        }

        Check(config, faults);
        return faults.Count == 0 ? Members(config, user) : throw new SettingsException(faults);

        DnsEndPoint? Read(string text, string option, bool allowZero)
        {
            var colon = text.LastIndexOf(':');
            var host = colon > 0 ? text[..colon].Trim('[', ']') : "";
            if (ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                && (port > 0 || allowZero) && Uri.CheckHostName(host) != UriHostNameType.Unknown)
            {
                return new DnsEndPoint(host, port);
            }

            faults.Add($"{option} = '{text}': expected HOST:PORT, such as 10.0.0.1:4053");
            return null;
        }
    }

    private static void Check(Config config, List<string> faults)
    {
        var host = config.GetString($"{Tcp}.hostname", "");
        if ((host.Length == 0 || (IPAddress.TryParse(host, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))))
            && config.GetString($"{Tcp}.public-hostname", "").Length == 0)
        {
            faults.Add(
                $"{Tcp}.hostname = '{host}': expected the one address by which the other machines reach this one, in a private network, for anybody who "
                + $"reaches it can give orders to the crawl; to bind all addresses all the same, set {Tcp}.public-hostname too");
        }

        foreach (var node in config.GetStringList(SeedNodes))
        {
            if (!Akka.Actor.Address.TryParse(node, out var seed) || seed.System != ClusterCrawl.SystemName || seed.Host is null || seed.Port is null or 0)
            {
                faults.Add($"{SeedNodes}: '{node}': expected an address such as akka.tcp://{ClusterCrawl.SystemName}@10.0.0.1:4053");
            }
        }
    }

    /// <summary>The members that a crawl waits for are those that Akka waits for.</summary>
    private static Config Members(Config config, Config user)
    {
        const string key = "akka.cluster.min-nr-of-members";
        var members = CrawlSettings.From(config.WithFallback(CrawlSettings.DefaultConfig)).Cluster.MinimumMembers;
        return user.HasPath(key) ? config : Set(config, $"{key} = {members}");
    }

    private static Config Set(Config config, string hocon) => ConfigurationFactory.ParseString(hocon).WithFallback(config);

    private static string Quoted(string text) => "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
}
