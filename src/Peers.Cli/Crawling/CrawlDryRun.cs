using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Peers.Crawler;
using Peers.Wire;

namespace Peers.Cli;

/// <summary><c>peers crawl --dry-run</c>: what would be done, with the seeds looked up, and no connection made.</summary>
internal sealed class CrawlDryRun(CommandEnvironment environment, CommonValues common, CrawlPlan plan)
{
    private readonly CommandOutput _output = new(environment, common.Json);

    public async Task RunAsync(CancellationToken stopping)
    {
        var rules = new DialRules(plan.Settings);
        var manners = CrawlManners.Lines(plan, rules);
        _output.Tell(
            "plan",
            new { network = plan.Engine.Network.Name, demo = plan.Demo, store = plan.Store, report = plan.Report, userAgent = plan.Settings.UserAgent, manners },
            $"would crawl {(plan.Demo > 0 ? string.Create(CultureInfo.InvariantCulture, $"a network of {plan.Demo} nodes made for it") : plan.Engine.Network.Name)}, "
                + $"kept in {plan.Store ?? "a temporary file"}; no connection is made now");
        foreach (var line in manners)
        {
            _output.WriteLine($"  {line}");
        }

        foreach (var seed in plan.Settings.Seeds)
        {
            if (NetworkEndpoint.TryParse(seed, out var endpoint))
            {
                Tell(seed, endpoint, rules);
            }
            else
            {
                await ResolveAsync(seed[..seed.LastIndexOf(':')], int.Parse(seed[(seed.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture), rules, stopping);
            }
        }

        foreach (var name in plan.Settings.DnsSeeds)
        {
            await ResolveAsync(name, plan.Engine.Network.DefaultPort, rules, stopping);
        }
    }

    private async Task ResolveAsync(string name, int port, DialRules rules, CancellationToken stopping)
    {
        try
        {
            foreach (var address in await plan.Engine.Resolve(name).WaitAsync(stopping))
            {
                Tell(name, NetworkEndpoint.From(new IPEndPoint(address, port)), rules);
            }
        }
        catch (SocketException fault)
        {
            _output.Tell("seed", new { seed = name, fault = fault.Message }, $"seed {name}: {OneLine.Of(fault.Message)}");
        }
    }

    private void Tell(string seed, NetworkEndpoint endpoint, DialRules rules)
    {
        var exclusion = rules.Of(endpoint);
        _output.Tell(
            "seed", new { seed, endpoint, excluded = exclusion?.ToString() },
            $"seed {seed}{(seed == endpoint.ToString() ? "" : $" is {endpoint}")}: {(exclusion is { } why ? $"not dialled: {Text(why)}" : "would be visited")}");
    }

    private static string Text(Exclusion exclusion) => exclusion switch
    {
        Exclusion.PrivateAddress => "a private or reserved address (peers.crawler.politeness.private-addresses)",
        Exclusion.BadPort => "the port of another service (peers.crawler.politeness.bad-ports)",
        Exclusion.OptedOut => "it opted out",
        Exclusion.NoProxy => "no proxy for its network (--proxy)",
        Exclusion.NotInShare => "not in the share (--share)",
        _ => "of a network that we do not know",
    };
}
