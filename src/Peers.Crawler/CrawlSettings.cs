using System.Net;
using Akka.Actor;
using Akka.Configuration;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>
/// The settings of a crawl, <c>peers.crawler</c>, read from HOCON (see <c>docs/crawler.md</c>), where all defaults are. Change values with <c>with</c>.
/// </summary>
public sealed record CrawlSettings
{
    internal static readonly TimeSpan VisitFloor = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan AddressesFloor = TimeSpan.FromHours(24);

    private CrawlSettings()
    {
    }

    /// <summary>The reference configuration: every key of <c>peers.crawler</c> with its default.</summary>
    public static Config DefaultConfig { get; } = ConfigurationFactory.FromResource("crawler.conf", typeof(CrawlSettings).Assembly);

    /// <summary>What we call ourselves (BIP 14), with where to reach us.</summary>
    public required string UserAgent { get; init; }

    /// <summary>Nodes to begin with: <see cref="IPEndPoint"/>, <see cref="DnsEndPoint"/>, or the text of an overlay network's.</summary>
    public required IReadOnlyList<string> Seeds { get; init; }

    /// <summary>Names of DNS seeds to begin with.</summary>
    public required IReadOnlyList<string> DnsSeeds { get; init; }

    /// <summary>The share of the known nodes that is visited, from 0 to 1.</summary>
    public required double Share { get; init; }

    /// <summary>Visits at most; 0 for no limit.</summary>
    public required int Limit { get; init; }

    /// <summary>How long the crawl goes on at most; zero for no limit.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The time from one visit of a node to the next; zero to visit each node once.</summary>
    public required TimeSpan RevisitAfter { get; init; }

    /// <summary>The time from one <c>getaddr</c> to a node to the next.</summary>
    public required TimeSpan AddressesAfter { get; init; }

    /// <summary>Nodes that nobody has seen for longer are not visited.</summary>
    public required TimeSpan AddressAge { get; init; }

    /// <summary>Nodes that the frontier holds at most.</summary>
    public required int MaxKnown { get; init; }

    /// <summary>The workers.</summary>
    public required WorkerSettings Worker { get; init; }

    /// <summary>What is not done to others.</summary>
    public required PolitenessSettings Politeness { get; init; }

    /// <summary>How long a visit waits.</summary>
    public required VisitTimeouts Timeouts { get; init; }

    /// <summary>How overlay networks are reached.</summary>
    public required ProxySettings Proxy { get; init; }

    /// <summary>What is only there with several machines.</summary>
    public required ClusterSettings Cluster { get; init; }

    /// <summary>Reads the settings of an actor system; what it does not set comes from <see cref="DefaultConfig"/>.</summary>
    /// <exception cref="SettingsException">A key is missing, unknown or has a value that cannot be used.</exception>
    public static CrawlSettings From(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return From(system.Settings.Config.WithFallback(DefaultConfig));
    }

    /// <summary>Reads settings from a configuration that holds a whole <c>peers.crawler</c> section.</summary>
    /// <exception cref="SettingsException">A key is missing, unknown or has a value that cannot be used.</exception>
    public static CrawlSettings From(Config config)
    {
        var reader = new SettingsReader(config, "peers.crawler");
        var settings = new CrawlSettings
        {
            UserAgent = reader.Text("user-agent"),
            Seeds = reader.List("seeds"),
            DnsSeeds = reader.List("dns-seeds"),
            Share = reader.Fraction("share"),
            Limit = reader.Number("limit"),
            Duration = reader.DurationOrZero("duration"),
            RevisitAfter = reader.DurationOrZero("revisit-after"),
            AddressesAfter = reader.Duration("addresses-after"),
            AddressAge = reader.Duration("address-age"),
            MaxKnown = reader.Number("max-known", 1),
            Worker = WorkerSettings.Read(reader),
            Politeness = PolitenessSettings.Read(reader),
            Timeouts = VisitTimeouts.Read(reader),
            Proxy = ProxySettings.Read(reader),
            Cluster = ClusterSettings.Read(reader),
        };

        if (settings.UserAgent.Contains("satoshi", StringComparison.OrdinalIgnoreCase))
        {
            reader.Fault("user-agent", settings.UserAgent, "a name of its own: a crawler does not pass for Bitcoin Core");
        }
        else if (!settings.UserAgent.Contains("http://", StringComparison.Ordinal) && !settings.UserAgent.Contains("https://", StringComparison.Ordinal))
        {
            reader.Fault("user-agent", settings.UserAgent, "a name with a URL by which those whom we visit can reach us");
        }

        if (settings.RevisitAfter > TimeSpan.Zero && settings.RevisitAfter < VisitFloor)
        {
            reader.Fault("revisit-after", settings.RevisitAfter.ToString(), "0s or at least 10m");
        }

        if (settings.AddressesAfter < AddressesFloor)
        {
            reader.Fault("addresses-after", settings.AddressesAfter.ToString(), "at least 24h");
        }

        reader.Finish();
        return settings;
    }

    /// <summary>The settings of the engine that makes the visits: the profile <c>crawler</c> over all others, our user agent, no services.</summary>
    /// <param name="config">What the user sets under <c>peers</c>.</param>
    /// <exception cref="SettingsException">A key is missing, unknown or has a value that cannot be used.</exception>
    public PeerSettings EngineSettings(Config config)
    {
        var engine = PeerSettings.From(ConfigurationFactory.ParseString("peers.profile = crawler").WithFallback(config).WithFallback(PeerEngine.DefaultConfig));
        return engine with
        {
            UserAgent = UserAgent,
            Services = ServiceFlags.None,
            RelayTransactions = false,
            Outbound = engine.Outbound with { Max = Worker.Connections, AllowDuplicates = true },
        };
    }
}

/// <summary>The workers: <c>peers.crawler.worker</c>.</summary>
/// <param name="Connections">Visits at a time at most.</param>
/// <param name="FirstConnections">Visits at a time to begin with.</param>
/// <param name="Adaptive">Whether the number of visits at a time adapts.</param>
/// <param name="Batch">Nodes leased from one partition at a time at most.</param>
/// <param name="WriteBatch">Results written in one transaction at most.</param>
/// <param name="WriteDelay">How long results wait for others to be written with.</param>
/// <param name="LeaseSlack">How much longer a lease is than the longest visit.</param>
public sealed record WorkerSettings(
    int Connections, int FirstConnections, bool Adaptive, int Batch, int WriteBatch, TimeSpan WriteDelay, TimeSpan LeaseSlack)
{
    internal static WorkerSettings Read(SettingsReader reader) => new(
        reader.Number("worker.connections", 1), reader.Number("worker.first-connections", 1), reader.Switch("worker.adaptive"),
        reader.Number("worker.batch", 1), reader.Number("worker.write-batch", 1), reader.Duration("worker.write-delay"),
        reader.Duration("worker.lease-slack"));
}

/// <summary>What is not done to others: <c>peers.crawler.politeness</c>.</summary>
/// <param name="Rate">Visits that all workers together begin in a second at most.</param>
/// <param name="Connections">Visits of all workers together at a time at most.</param>
/// <param name="SubnetInterval">The time between two visits in one IPv4 /24 or IPv6 /64.</param>
/// <param name="NetgroupInterval">The time between two visits in one netgroup.</param>
/// <param name="Jitter">The share by which such times are varied at random.</param>
/// <param name="PrivateAddresses">Whether addresses are dialled that no node of the internet can have.</param>
/// <param name="BadPorts">Whether ports are dialled that belong to other services.</param>
/// <param name="OptOutFile">A file of addresses and prefixes that are never dialled; empty for none.</param>
public sealed record PolitenessSettings(
    int Rate, int Connections, TimeSpan SubnetInterval, TimeSpan NetgroupInterval, double Jitter, bool PrivateAddresses, bool BadPorts,
    string OptOutFile)
{
    internal static PolitenessSettings Read(SettingsReader reader) => new(
        reader.Number("politeness.rate", 1), reader.Number("politeness.connections", 1), reader.DurationOrZero("politeness.subnet-interval"), reader.DurationOrZero("politeness.netgroup-interval"),
        reader.Fraction("politeness.jitter"), reader.Switch("politeness.private-addresses"), reader.Switch("politeness.bad-ports"),
        reader.Text("politeness.opt-out-file"));
}

/// <summary>How long a visit waits: <c>peers.crawler.timeouts</c>.</summary>
/// <param name="IP">Of an IPv4 or IPv6 node.</param>
/// <param name="Tor">Of an onion service.</param>
/// <param name="I2P">Of an I2P destination.</param>
/// <param name="Cjdns">Of a CJDNS node.</param>
/// <param name="Settle">How long more of an answer is waited for when some of it has come.</param>
public sealed record VisitTimeouts(NetworkTimeouts IP, NetworkTimeouts Tor, NetworkTimeouts I2P, NetworkTimeouts Cjdns, TimeSpan Settle)
{
    /// <summary>Those of a network.</summary>
    public NetworkTimeouts Of(NetworkKind kind) => kind switch
    {
        NetworkKind.TorV2 or NetworkKind.TorV3 => Tor,
        NetworkKind.I2P => I2P,
        NetworkKind.Cjdns => Cjdns,
        _ => IP,
    };

    /// <summary>The longest that a visit may take.</summary>
    public TimeSpan Longest => new[] { IP, Tor, I2P, Cjdns }.Max(times => times.Whole);

    internal static VisitTimeouts Read(SettingsReader reader) => new(
        NetworkTimeouts.Read(reader, "ip"), NetworkTimeouts.Read(reader, "tor"), NetworkTimeouts.Read(reader, "i2p"), NetworkTimeouts.Read(reader, "cjdns"),
        reader.Duration("timeouts.settle"));
}

/// <summary>How long a visit in one network waits.</summary>
/// <param name="Connect">For the connection.</param>
/// <param name="Message">For the <c>version</c>, then for the <c>verack</c>.</param>
/// <param name="Addresses">For the answer to <c>getaddr</c>.</param>
public sealed record NetworkTimeouts(TimeSpan Connect, TimeSpan Message, TimeSpan Addresses)
{
    /// <summary>The longest that a visit may take.</summary>
    public TimeSpan Whole => Connect + Message + Message + Addresses;

    internal static NetworkTimeouts Read(SettingsReader reader, string network) => new(
        reader.Duration($"timeouts.{network}.connect"), reader.Duration($"timeouts.{network}.message"), reader.Duration($"timeouts.{network}.addresses"));
}

/// <summary>How networks are reached: <c>peers.crawler.proxy</c>.</summary>
/// <param name="IP">The SOCKS5 proxy for IPv4 and IPv6; null to dial them.</param>
/// <param name="Tor">The SOCKS5 proxy for onion services; null: they are not visited.</param>
/// <param name="I2P">The SOCKS5 proxy for I2P; null: it is not visited.</param>
/// <param name="Cjdns">Whether CJDNS addresses are dialled.</param>
public sealed record ProxySettings(EndPoint? IP, EndPoint? Tor, EndPoint? I2P, bool Cjdns)
{
    internal static ProxySettings Read(SettingsReader reader) =>
        new(Proxy(reader, "proxy.ip"), Proxy(reader, "proxy.tor"), Proxy(reader, "proxy.i2p"), reader.Switch("proxy.cjdns"));

    private static EndPoint? Proxy(SettingsReader reader, string key)
    {
        var text = reader.Text(key);
        if (text.Length == 0)
        {
            return null;
        }

        if (IPEndPoint.TryParse(text, out var endpoint) && endpoint.Port > 0)
        {
            return endpoint;
        }

        var colon = text.LastIndexOf(':');
        if (colon > 0 && ushort.TryParse(text[(colon + 1)..], out var port) && Uri.CheckHostName(text[..colon]) == UriHostNameType.Dns)
        {
            return new DnsEndPoint(text[..colon], port);
        }

        reader.Fault(key, text, "a proxy such as \"127.0.0.1:9050\", or nothing");
        return null;
    }
}

/// <summary>What is only there with several machines: <c>peers.crawler.cluster</c>.</summary>
/// <param name="MinimumMembers">Members that must be there before partitions are shared out.</param>
/// <param name="OrdersValidFor">How long orders of the coordinator are valid.</param>
/// <param name="Round">How long the coordinator waits between two rounds of questions to the partitions.</param>
public sealed record ClusterSettings(int MinimumMembers, TimeSpan OrdersValidFor, TimeSpan Round)
{
    internal static ClusterSettings Read(SettingsReader reader) =>
        new(reader.Number("cluster.minimum-members", 1), reader.Duration("cluster.orders-valid-for"), reader.Duration("cluster.round"));
}
