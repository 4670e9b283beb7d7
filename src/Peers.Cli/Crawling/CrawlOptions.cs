using System.CommandLine;
using System.Globalization;
using System.Text;
using Peers.Crawler;
using Peers.Wire;

namespace Peers.Cli;

/// <summary>The options of <c>peers crawl</c>.</summary>
internal sealed class CrawlOptions
{
    private readonly Option<int?> _demo = new("--demo")
    {
        Description = "Crawl a network of N nodes that is made for it on loopback, and check the result. The default without any seeds: 500.",
        HelpName = "N",
        CustomParser = result => DemoNetwork.Number(result),
    };

    private readonly Option<int> _demoServe = new("--demo-serve")
    {
        Description = "Make that network, print its seeds, and let others crawl it until Ctrl-C.",
        HelpName = "N",
        CustomParser = result => DemoNetwork.Number(result),
    };

    private readonly Option<int> _demoSeed = SimulateOptions.Number("--demo-seed", "Where the chance of the demo network comes from.", 1, 0, int.MaxValue);

    private readonly Option<string[]> _seeds = new("--seed")
    {
        Description = "A node to begin with; may be repeated.",
        HelpName = "HOST:PORT",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> _dns = new("--dns") { Description = "Begin with the DNS seeds of the network (those of Bitcoin Core)." };

    private readonly Option<int> _limit = new("--limit")
    {
        Description = "Make N visits at most.", HelpName = "N", CustomParser = OptionValue.Number(1, int.MaxValue),
    };

    private readonly Option<double?> _share = new("--share")
    {
        Description = "Visit a share of the nodes only, such as 0.05; the same ones each time.",
        HelpName = "SHARE",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share is > 0 and <= 1)
            {
                return share;
            }

            result.AddError($"--share {text}: expected a number above 0 and up to 1, such as 0.05");
            return null;
        },
    };

    private readonly Option<TimeSpan?> _for = Time("--for", "Stop after that time.");
    private readonly Option<TimeSpan?> _revisit = Time("--revisit", "Go on, and visit each node again after that time, at least 10m.");

    private readonly Option<int> _concurrency = new("--concurrency")
    {
        Description = "Visits at a time; without it their number adapts to what the machine bears.", HelpName = "N", CustomParser = OptionValue.Number(1, 60_000),
    };

    private readonly Option<string?> _proxy = new("--proxy")
    {
        Description = "Go through a SOCKS5 proxy, such as Tor at 127.0.0.1:9050; then onion services are visited, too.", HelpName = "HOST:PORT",
    };

    private readonly Option<string?> _store = new("--store")
    {
        Description = "The SQLite file that the crawl is kept in, and goes on with; default: peers-crawl-NETWORK.db, for the demo none.", HelpName = "FILE.db",
    };

    private readonly Option<string?> _report = new("--report")
    {
        Description = "Write a page about the snapshot at the end; default for the demo: peers-crawl-demo.html.", HelpName = "FILE.html",
    };

    private readonly Option<string?> _optOut = new("--opt-out") { Description = "A file of addresses and prefixes that are never dialled.", HelpName = "FILE" };
    private readonly Option<string?> _userAgent = new("--user-agent") { Description = "What to call ourselves, with a URL to reach us by.", HelpName = "AGENT" };
    private readonly Option<string?> _contact = new("--contact") { Description = "A URL by which those whom we visit can reach you, told in the user agent.", HelpName = "URL" };
    private readonly Option<string?> _metrics = new("--metrics") { Description = "Serve /metrics (Prometheus), /health and /ready there.", HelpName = "HOST:PORT" };
    private readonly Option<bool> _cluster = new("--cluster") { Description = "Do this machine's part of a crawl that several machines make (docs/crawler.md); needs --postgres." };

    private readonly Option<string[]> _seedNodes = new("--seed-node")
    {
        Description = "A machine of the cluster to join; may be repeated. Without any, this machine founds the cluster.",
        HelpName = "HOST:PORT",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _listen = new("--listen")
    {
        Description = "The address by which the other machines reach this one; default 127.0.0.1 and any port.", HelpName = "HOST:PORT",
    };

    private readonly Option<string?> _postgres = new("--postgres")
    {
        Description = "The PostgreSQL that all machines keep the crawl in, such as \"Host=db;Username=peers;Database=crawl\".", HelpName = "CONNECTION",
    };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Say what would be done, and do nothing." };

    private IEnumerable<Option> All =>
    [
        _demo, _demoServe, _demoSeed, _seeds, _dns, _limit, _share, _for, _revisit, _concurrency, _proxy, _store, _report, _optOut, _userAgent, _contact,
        _metrics, _cluster, _seedNodes, _listen, _postgres, _dryRun,
    ];

    public void AddTo(Command command)
    {
        foreach (var option in All)
        {
            command.Add(option);
        }
    }

    /// <exception cref="UsageException">Values do not go together.</exception>
    public CrawlValues Read(ParseResult parsed)
    {
        var values = new CrawlValues(
            parsed.GetValue(_demo), parsed.GetValue(_demoServe), parsed.GetValue(_demoSeed), parsed.GetValue(_seeds) ?? [], parsed.GetValue(_dns),
            parsed.GetValue(_limit), parsed.GetValue(_share), parsed.GetValue(_for), parsed.GetValue(_revisit), parsed.GetValue(_concurrency),
            parsed.GetValue(_proxy), parsed.GetValue(_store), parsed.GetValue(_report), parsed.GetValue(_optOut), UserAgent(parsed),
            parsed.GetValue(_metrics), parsed.GetValue(_cluster), parsed.GetValue(_seedNodes) ?? [], parsed.GetValue(_listen), parsed.GetValue(_postgres),
            parsed.GetValue(_dryRun));
        CheckServing(parsed, values);
        if (values.Demo is not null && (values.Seeds.Count > 0 || values.Dns))
        {
            throw new UsageException("--demo makes its own network: leave out --seed and --dns");
        }

        if (values.Demo is not null && values.Proxy is not null)
        {
            throw new UsageException("--demo is on loopback: leave out --proxy");
        }

        if (values.Cluster)
        {
            CheckCluster(values);
        }
        else if (values.SeedNodes.Count > 0 || values.Listen is not null)
        {
            throw new UsageException("--seed-node and --listen are for a crawl of several machines: say --cluster, too");
        }

        if (values is { Postgres: not null, Store: not null })
        {
            throw new UsageException("--postgres and --store: choose one of them");
        }

        if (values.Proxy is { } proxy)
        {
            HostAndPort.CheckProxy(proxy);
        }

        if (values.Metrics is { } metrics)
        {
            CrawlMetricsServer.Endpoint(metrics);
        }

        if (values.For == TimeSpan.Zero)
        {
            throw new UsageException("--for 0s: say how long, or leave it out to go on until all is visited");
        }

        return values;
    }

    /// <summary>An option without any effect would be one that the user believes in.</summary>
    private void CheckServing(ParseResult parsed, CrawlValues values)
    {
        var idle = All.Where(option => option != _demoServe && option != _demoSeed && parsed.GetResult(option) is { Implicit: false }).Select(option => option.Name);
        if (values.DemoServe > 0 && idle.Any())
        {
            throw new UsageException($"--demo-serve makes a network for others to crawl: leave out {string.Join(", ", idle)}");
        }
    }

    /// <summary>The program's own name with the user's URL in the place of its authors'.</summary>
    private string? UserAgent(ParseResult parsed)
    {
        var (agent, contact) = (parsed.GetValue(_userAgent), parsed.GetValue(_contact));
        if (contact is null)
        {
            return agent;
        }

        if (agent is not null)
        {
            throw new UsageException("--contact and --user-agent: choose one of them; a user agent has its URL in it");
        }

        if (!Uri.TryCreate(contact, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || contact.Any(character => character is '(' or ')' or <= ' ' or > '~'))
        {
            throw new UsageException($"--contact {contact}: expected a URL such as https://crawler.example/");
        }

        var preset = CrawlSettings.DefaultConfig.GetString("peers.crawler.user-agent");
        return $"{preset[..preset.IndexOf('(', StringComparison.Ordinal)]}(+{contact})/";
    }

    private static void CheckCluster(CrawlValues values)
    {
        if (values.Demo is not null || values.DemoServe > 0)
        {
            throw new UsageException("--cluster crawls a network that is there: leave out --demo");
        }

        if (values.Postgres is null)
        {
            throw new UsageException("--cluster: the machines share a PostgreSQL: say which by --postgres CONNECTION");
        }

        foreach (var node in values.SeedNodes)
        {
            HostAndPort.ParseRemote(node, 0);
        }
    }

    private static Option<TimeSpan?> Time(string name, string description) => new(name)
    {
        Description = description, HelpName = "DURATION", CustomParser = result => OptionValue.Duration(result),
    };
}

/// <summary>What the user chose of <see cref="CrawlOptions"/>.</summary>
internal sealed record CrawlValues(
    int? Demo, int DemoServe, int DemoSeed, IReadOnlyList<string> Seeds, bool Dns, int Limit, double? Share, TimeSpan? For, TimeSpan? Revisit,
    int Concurrency, string? Proxy, string? Store, string? Report, string? OptOut, string? UserAgent, string? Metrics, bool Cluster,
    IReadOnlyList<string> SeedNodes, string? Listen, string? Postgres, bool DryRun)
{
    /// <summary>The options as settings: HOCON is the only source of what a crawl does.</summary>
    public string ToHocon(BitcoinNetwork network, IReadOnlyList<string> dnsSeeds)
    {
        var hocon = new StringBuilder();
        Set("seeds", Seeds.Count == 0 ? null : $"[{string.Join(", ", Seeds.Select(seed => Quoted(HostAndPort.Text(seed, network.DefaultPort))))}]");
        Set("dns-seeds", Dns ? $"[{string.Join(", ", dnsSeeds.Select(Quoted))}]" : null);
        Set("limit", Limit == 0 ? null : Number(Limit));
        Set("share", Share is { } share ? share.ToString("0.##########", CultureInfo.InvariantCulture) : null);
        Set("duration", Milliseconds(For));
        Set("revisit-after", Milliseconds(Revisit));
        Set("worker.connections", Concurrency == 0 ? null : Number(Concurrency));
        Set("worker.adaptive", Concurrency == 0 ? null : "off");
        Set("proxy.ip", Proxy is null ? null : Quoted(Proxy));
        Set("proxy.tor", Proxy is null ? null : Quoted(Proxy));
        Set("politeness.opt-out-file", OptOut is null ? null : Quoted(OptOut));
        Set("user-agent", UserAgent is null ? null : Quoted(UserAgent));
        return hocon.ToString();

        void Set(string key, string? value)
        {
            if (value is not null)
            {
                hocon.Append(CultureInfo.InvariantCulture, $"peers.crawler.{key} = {value}\n");
            }
        }

        static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

        static string? Milliseconds(TimeSpan? time) => time is { } given ? $"{(long)given.TotalMilliseconds}ms" : null;

        static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }
}
