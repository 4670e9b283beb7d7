using System.CommandLine;
using System.Net;

namespace Peers.Cli;

/// <summary><c>peers connect</c>: dials one node and shows what it says.</summary>
internal sealed class ConnectCommand(CommandEnvironment environment, CommonValues common, ConnectPlan plan)
{
    /// <summary>
    /// A visit is short: the pings of a node, two minutes apart, would never be seen. And it is to one remote, wherever that is: whoever
    /// withholds what was asked for ends it.
    /// </summary>
    private const string Needs = """
        peers {
          services = [witness]
          ping.interval = 10s
          stall { enabled = on, exempt = [] }
        }
        """;

    private readonly CommandOutput _output = new(environment, common.Json);

    public static Command Create(CommonOptions common, CommandEnvironment environment)
    {
        var host = new Argument<string>("HOST[:PORT]") { Description = "The node; its port is the network's unless you name one. IPv6 in brackets." };
        var headers = new Option<bool>("--headers") { Description = "Follow the headers to the tip." };
        var blocks = new Option<int>("--blocks")
        {
            Description = "Download the last N blocks (and the headers before).",
            HelpName = "N",
            CustomParser = OptionValue.Number(1, int.MaxValue),
        };
        var stay = new Option<TimeSpan>("--for")
        {
            Description = "Stay so long, and at least until what was asked for is there.",
            HelpName = "DURATION",
            DefaultValueFactory = _ => TimeSpan.FromSeconds(30),
            CustomParser = OptionValue.Duration,
        };
        var noWork = new Option<bool>("--no-pow") { Description = "Check the links of the headers, not their proof of work." };
        var proxy = new Option<IPEndPoint?>("--proxy")
        {
            Description = "Go through a SOCKS5 proxy, such as Tor at 127.0.0.1:9050, which finds names and onion services, too.",
            HelpName = "ADDRESS:PORT",
            CustomParser = result =>
            {
                if (IPEndPoint.TryParse(result.Tokens[0].Value, out var endpoint) && endpoint.Port != 0)
                {
                    return endpoint;
                }

                result.AddError($"--proxy {result.Tokens[0].Value}: expected the address and the port of the proxy, such as 127.0.0.1:9050");
                return null;
            },
        };
        var command = new Command("connect", "Dials a node, shows the handshake, follows its chain and what it announces.") { host, headers, blocks, stay, noWork, proxy };
        command.SetAction((parsed, stopping) =>
        {
            var last = parsed.GetValue(blocks);
            var plan = new ConnectPlan(
                parsed.GetRequiredValue(host), parsed.GetValue(headers) || last > 0, last, !parsed.GetValue(noWork), parsed.GetValue(stay), parsed.GetValue(proxy));
            return new ConnectCommand(environment, common.Read(parsed), plan).RunAsync(stopping);
        });
        return command;
    }

    private async Task<int> RunAsync(CancellationToken stopping)
    {
        var source = SettingsSource.Read(common);
        var settings = source.Settings(Needs);
        settings = settings with { Proxy = plan.Proxy ?? settings.Proxy };
        var remote = HostAndPort.ParseRemote(plan.Host, settings.Network.DefaultPort);
        await using var host = EngineHost.Start(common, source, environment);
        var engine = host.StartEngine(settings, "peers");
        var text = remote is DnsEndPoint name ? $"{name.Host}:{name.Port}" : remote.ToString();
        _output.Tell("dialling", new { remote, network = settings.Network.Name }, $"dialling {text} on {settings.Network.Name}");

        var watch = new HandshakeWatch(_output, settings, environment.Clock);
        using var steps = engine.Subscribe(watch.OnEvent);
        var peer = await DialAsync(engine, watch, remote, text!, stopping);

        var session = new ConnectSession(peer, settings.Network, plan, _output, environment.Clock);
        using var events = engine.Subscribe(session.OnEvent);
        try
        {
            await session.RunAsync(stopping);
        }
        finally
        {
            await LeaveAsync(peer);
        }

        return ExitCode.Success;
    }

    private static async Task<IPeer> DialAsync(PeerEngine engine, HandshakeWatch watch, EndPoint remote, string text, CancellationToken stopping)
    {
        try
        {
            var peer = await engine.ConnectAsync(remote, stopping);
            await watch.Ended;
            return peer;
        }
        catch (PeerUnreachableException unreachable)
        {
            await watch.Ended;
            throw new CommandFailedException($"{text}: {ReasonText.Of(unreachable.Reason)}");
        }
    }

    private async Task LeaveAsync(IPeer peer)
    {
        var reason = await peer.DisconnectAsync("the visit is over");
        var stats = await peer.GetStatsAsync();
        _output.Tell("stopped", new { reason, stats }, $"stopped: {ReasonText.Of(reason)}");
        _output.Write(StatsTable.Make(_output.IsTerminal, (stats.Endpoint.ToString() ?? "", stats)));
    }
}

/// <summary>What a visit is to do.</summary>
/// <param name="Host">Whom to visit, as the user wrote it.</param>
/// <param name="Headers">Whether the headers are followed.</param>
/// <param name="Blocks">How many of the last blocks are downloaded.</param>
/// <param name="CheckWork">Whether proof of work is checked.</param>
/// <param name="Stay">How long the visit lasts at least.</param>
/// <param name="Proxy">The SOCKS5 proxy to go through; null for what the settings say.</param>
internal sealed record ConnectPlan(string Host, bool Headers, int Blocks, bool CheckWork, TimeSpan Stay, IPEndPoint? Proxy);
