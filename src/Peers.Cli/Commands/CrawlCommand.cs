using System.CommandLine;
using Peers.Crawler;
using Peers.Wire;

namespace Peers.Cli;

/// <summary><c>peers crawl</c>: maps a network, on this machine; without a network to map it makes one, to show its work.</summary>
internal sealed class CrawlCommand(CommandEnvironment environment, CommonValues common, CrawlValues values)
{
    private const int DefaultDemo = 500;

    /// <summary>What a demo needs unless the user says otherwise: loopback is nobody's to be polite to, and its nodes answer at once or never.</summary>
    private const string DemoNeeds = """
        peers.network = regtest
        peers.crawler {
          politeness {
            rate = 100000
            subnet-interval = 0s
            netgroup-interval = 0s
            private-addresses = on
            bad-ports = on
          }
          timeouts {
            ip { connect = 3s, message = 4s, addresses = 4s }
            settle = 200ms
          }
          worker.first-connections = 128
        }
        """;

    public static Command Create(CommonOptions common, CommandEnvironment environment)
    {
        var options = new CrawlOptions();
        var command = new Command(
            "crawl",
            "Maps a network: who is reachable, how they speak, who told of whom. Without seeds it crawls a network of its own making, and checks the result.");
        options.AddTo(command);
        command.Add(CrawlReportCommand.Create(common, environment));
        command.Add(CrawlDiffCommand.Create(common, environment));
        command.Add(CrawlExportCommand.Create(common, environment));
        command.SetAction((parsed, stopping) => new CrawlCommand(environment, common.Read(parsed), options.Read(parsed)).RunAsync(stopping));
        return command;
    }

    private async Task<int> RunAsync(CancellationToken stopping)
    {
        var source = SettingsSource.Read(common);
        if (values.DemoServe > 0)
        {
            return await ServeDemoAsync(source, stopping);
        }

        var beginsSomewhere = values.Seeds.Count > 0 || values.Dns || values.Store is not null || values.Postgres is not null || source.File.HasPath("peers.crawler.seeds")
            || source.File.HasPath("peers.crawler.dns-seeds");
        if (values.Demo is null && !beginsSomewhere && source.IsNetworkChosen)
        {
            throw new UsageException("where shall it begin? say --seed HOST:PORT, --dns, or --store FILE of an earlier crawl; without a network, a demo is crawled");
        }

        var plan = Plan(source, values.Demo ?? (beginsSomewhere ? 0 : DefaultDemo));
        if (values.DryRun)
        {
            await new CrawlDryRun(environment, common, plan).RunAsync(stopping);
            return ExitCode.Success;
        }

        return await new CrawlSession(environment, common, source, plan).RunAsync(stopping);
    }

    private CrawlPlan Plan(SettingsSource source, int demo)
    {
        var network = demo > 0 ? BitcoinNetwork.Regtest : source.Settings().Network;
        if (demo > 0 && source.IsNetworkChosen && source.Settings().Network != network)
        {
            throw new UsageException($"the demo is a regtest network: leave out network {source.Settings().Network.Name}");
        }

        if (values.Dns && network.DnsSeeds.Count == 0)
        {
            throw new UsageException($"--dns: {network.Name} has no DNS seeds; name a node by --seed HOST:PORT");
        }

        var config = source.Layers(values.ToHocon(network, network.DnsSeeds), demo > 0 ? DemoNeeds : "");
        var settings = CrawlSettings.From(config.WithFallback(CrawlSettings.DefaultConfig));
        var store = values.Store ?? (demo > 0 || values.Postgres is not null ? null : $"peers-crawl-{network.Name}.db");
        return new CrawlPlan(values, settings, settings.EngineSettings(config), demo, store, values.Report ?? (demo > 0 ? "peers-crawl-demo.html" : null));
    }

    private async Task<int> ServeDemoAsync(SettingsSource source, CancellationToken stopping)
    {
        var output = new CommandOutput(environment, common.Json);
        await using var host = EngineHost.Start(common, source, environment);
        await using var network = await DemoNetwork.StartAsync(values.DemoServe, values.DemoSeed, host, source, environment.Clock, stopping);
        var seeds = network.Nodes.Take(DemoNetwork.Seeds).Select(node => node.Endpoint.ToString()).ToList();
        output.Tell(
            "serving", new { nodes = network.Nodes.Count, seeds, reachable = network.Nodes.Count(node => node.Kind.Truth().IsReachable()) },
            $"{network.Nodes.Count} nodes of regtest on loopback; Ctrl-C ends them. Begin with: {string.Join(" ", seeds.Select(seed => $"--seed {seed}"))}");
        await environment.Output.FlushAsync(CancellationToken.None);
        await Task.Delay(Timeout.Infinite, stopping).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return ExitCode.Success;
    }
}

/// <summary>What a crawl of the command line is to do.</summary>
/// <param name="Values">What the user chose.</param>
/// <param name="Settings">The crawl's settings.</param>
/// <param name="Engine">The settings of the engine that makes the visits.</param>
/// <param name="Demo">Nodes of the demo network; 0 for a real one.</param>
/// <param name="Store">The file that it is kept in; null to keep nothing.</param>
/// <param name="Report">Where the page goes; null for none.</param>
internal sealed record CrawlPlan(CrawlValues Values, CrawlSettings Settings, PeerSettings Engine, int Demo, string? Store, string? Report);
