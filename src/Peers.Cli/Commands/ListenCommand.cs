using System.CommandLine;
using System.Net;
using Peers.Wire;

namespace Peers.Cli;

/// <summary><c>peers listen</c>: accepts peers and serves a chain to them.</summary>
internal sealed class ListenCommand(CommandEnvironment environment, CommonValues common, ListenPlan plan)
{
    private const int UnconfirmedTransactions = 20;

    private readonly CommandOutput _output = new(environment, common.Json);

    public static Command Create(CommonOptions common, CommandEnvironment environment)
    {
        var endpoint = new Argument<string?>("ENDPOINT")
        {
            Description = "Where to listen: an address with a port. Default: 127.0.0.1 and the network's port. :0 picks a free port and says which.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var folder = new Option<string?>("--blocks-dir")
        {
            Description = "Serve the blocks of this folder: raw blocks in *.blk (binary) or *.hex files, in any order.",
            HelpName = "DIR",
        };
        var demo = new Option<int>("--demo-blocks")
        {
            Description = "Serve a fresh regtest chain of N blocks and announce some transactions; the network is then regtest.",
            HelpName = "N",
            CustomParser = OptionValue.Number(1, 100_000),
        };
        var stay = new Option<TimeSpan?>("--for")
        {
            Description = "Stop after that time; without it, Ctrl-C stops.",
            HelpName = "DURATION",
            CustomParser = result => OptionValue.Duration(result),
        };
        var dashboard = DashboardServer.Option();
        var command = new Command(
            "listen",
            "Accepts peers and serves blocks: getheaders, getblocks, getdata, getaddr; mempool where peers.services offers bloom (BIP 111).")
        {
            endpoint, folder, demo, stay, dashboard,
        };
        command.SetAction((parsed, stopping) =>
        {
            var plan = new ListenPlan(parsed.GetValue(endpoint), parsed.GetValue(folder), parsed.GetValue(demo), parsed.GetValue(stay), DashboardServer.EndpointOf(parsed, dashboard));
            return new ListenCommand(environment, common.Read(parsed), plan).RunAsync(stopping);
        });
        return command;
    }

    private async Task<int> RunAsync(CancellationToken stopping)
    {
        var source = SettingsSource.Read(common);
        var settings = source.Settings($"""
            peers.services = [network, witness]
            {(plan.DemoBlocks > 0 ? "peers.network = regtest" : "")}
            """);
        OpenFiles.Suffice(settings.Listen.MaxInbound, "peers.listen.max-inbound");
        var endpoint = HostAndPort.ParseLocal(plan.Endpoint ?? $":{settings.Network.DefaultPort}", settings.Network.DefaultPort);
        var making = Task.Run(() => MakeChain(settings.Network, stopping), stopping);
        await using var host = EngineHost.Start(common, source, environment);
        var chain = await making;
        var engine = host.StartEngine(settings with { BestHeight = () => chain.Height }, "peers");
        var session = new ListenSession(engine, chain, _output, environment.Clock);
        using var events = engine.Subscribe(session.OnEvent);
        await using var dashboard = await DashboardServer.StartAsync(plan.Dashboard, engine, stopping);
        var local = await engine.ListenAsync(endpoint, stopping);
        _output.Tell(
            "listening", new { endpoint = local, network = settings.Network.Name, height = chain.Height, tip = chain.Tip },
            $"listening on {local} ({settings.Network.Name}), serving {BlockFolder.Count(chain.Height)}; Ctrl-C stops");

        if (dashboard is not null)
        {
            _output.Tell("dashboard", new { url = dashboard.Address }, $"live page: {dashboard.Address}");
        }

        using var timer = plan.Stay is { } stay ? new CancellationTokenSource(stay, environment.Clock) : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, timer.Token);
        await session.RunAsync(either.Token);
        await engine.StopAsync();
        await session.EndAsync();
        return ExitCode.Success;
    }

    private ServedChain MakeChain(BitcoinNetwork network, CancellationToken stopping)
    {
        switch (plan)
        {
            case { BlocksFolder: not null, DemoBlocks: > 0 }:
                throw new UsageException("--blocks-dir and --demo-blocks: choose one of them");
            case { DemoBlocks: > 0 } when network != BitcoinNetwork.Regtest:
                throw new UsageException($"--demo-blocks makes a regtest chain: leave out network {network.Name}");
            case { DemoBlocks: > 0 }:
                var demo = DemoChain.Make(plan.DemoBlocks, cancellation: stopping);
                return new ServedChain(network, demo.Blocks, demo.MakeUnconfirmed(UnconfirmedTransactions));
            case { BlocksFolder: { } folder }:
                var (blocks, leftOut) = BlockFolder.Read(folder, network);
                if (leftOut > 0)
                {
                    environment.Error.WriteLine($"peers listen: {BlockFolder.Count(leftOut)} in '{folder}' are not part of the longest chain and not served");
                }

                return new ServedChain(network, blocks, []);
            default:
                return new ServedChain(network, [], []);
        }
    }
}

/// <summary>What to serve, where and how long.</summary>
internal sealed record ListenPlan(string? Endpoint, string? BlocksFolder, int DemoBlocks, TimeSpan? Stay, IPEndPoint? Dashboard);
