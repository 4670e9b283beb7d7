using System.CommandLine;
using System.Net;
using Peers.Wire;

namespace Peers.Cli;

/// <summary><c>peers demo</c>: two engines meet over loopback TCP and do all that this version can.</summary>
internal sealed class DemoCommand(CommandEnvironment environment, CommonValues common, int blocks, int transactions, IPEndPoint? page)
{
    /// <summary>What the demo needs unless the user says otherwise; seconds between announcements would be right for a node, and dull here.</summary>
    private const string ServerNeeds = """
        peers {
          network = regtest
          services = [network, witness]
          trickle.inbound-interval = 100ms
        }
        """;

    private const string ClientNeeds = """
        peers {
          network = regtest
          services = [witness]
        }
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly CommandOutput _output = new(environment, common.Json);

    public static Command Create(CommonOptions common, CommandEnvironment environment)
    {
        var blocks = new Option<int>("--blocks")
        {
            Description = "Height of the chain that is made.",
            HelpName = "N",
            DefaultValueFactory = _ => 300,
            CustomParser = OptionValue.Number(1, 100_000),
        };
        var transactions = new Option<int>("--transactions")
        {
            Description = "Transactions that are announced when the chain is synced.",
            HelpName = "N",
            DefaultValueFactory = _ => 20,
            CustomParser = OptionValue.Number(0, 10_000),
        };
        var dashboard = DashboardServer.Option();
        dashboard.Description += " The engines then stay connected until Ctrl-C.";
        var command = new Command("demo", "Two engines meet over TCP, negotiate, sync a fresh regtest chain, trickle transactions and ping.")
        {
            blocks,
            transactions,
            dashboard,
        };
        command.SetAction((parsed, stopping) =>
            new DemoCommand(environment, common.Read(parsed), parsed.GetValue(blocks), parsed.GetValue(transactions), DashboardServer.EndpointOf(parsed, dashboard)).RunAsync(stopping));
        return command;
    }

    private async Task<int> RunAsync(CancellationToken stopping)
    {
        var source = SettingsSource.Read(common);
        var server = source.Settings(ServerNeeds);
        if (server.Network != BitcoinNetwork.Regtest)
        {
            throw new UsageException($"the demo makes a regtest chain: leave out network {server.Network.Name}");
        }

        using var timer = new CancellationTokenSource(Patience, environment.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, timer.Token);
        try
        {
            await RunAsync(source, server, timer, either.Token);
            return ExitCode.Success;
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !stopping.IsCancellationRequested)
        {
            throw new CommandFailedException($"the demo was not done after {Patience.TotalMinutes} minutes");
        }
    }

    private async Task RunAsync(SettingsSource source, PeerSettings serverSettings, CancellationTokenSource timer, CancellationToken stopping)
    {
        // Mining and the start of the actor system take about as long; neither needs the other.
        var mining = Task.Run(() => MakeChain(stopping), stopping);
        await using var host = EngineHost.Start(common, source, environment);
        var chain = await mining;
        _output.Tell(
            "chain",
            new { height = chain.Height, tip = chain.Tip, blockBytes = chain.Blocks.Sum(block => (long)block.Size), unconfirmed = chain.Unconfirmed.Count },
            $"made a regtest chain of {BlockFolder.Count(chain.Height)}, tip {chain.Tip}");

        var server = host.StartEngine(serverSettings with { BestHeight = () => chain.Height }, "server");
        await using var dashboard = await DashboardServer.StartAsync(page, server, stopping);
        if (dashboard is not null)
        {
            _output.Tell("dashboard", new { url = dashboard.Address }, $"live page: {dashboard.Address}");
        }

        var client = host.StartEngine(source.Settings(ClientNeeds), "client");
        var local = await server.ListenAsync(new IPEndPoint(IPAddress.Loopback, 0), stopping);
        _output.Tell("listening", new { endpoint = local }, $"server listens on {local}");

        var near = await client.ConnectAsync(local, stopping);
        var far = await server.Accepted.ReadAsync(stopping);
        PeerReport.Connected(_output, near);
        PeerReport.Ready(_output, near.Remote.Features);

        var serving = new BlockServer(far, chain, serverSettings);
        var answering = serving.RunAsync(stopping);
        var pings = new PingWatch(server, client);
        var visit = new DemoVisit(near, chain, client.Settings, _output);
        await ProgressBars.RunAsync(_output, bars => visit.RunAsync(serving.Announce, bars, stopping));
        var (serverTrip, clientTrip) = await pings.PingAsync(far, near, stopping);
        _output.Tell(
            "pings", new { server = serverTrip, client = clientTrip },
            $"pings: server to client {StatsTable.Time(serverTrip)}, client to server {StatsTable.Time(clientTrip)}");

        var (farStats, nearStats) = (await far.GetStatsAsync(), await near.GetStatsAsync());
        await near.DisconnectAsync("the demo is done");
        await answering;
        visit.Check(serving);
        _output.Tell("done", Summary(visit, serving, farStats, nearStats), null);
        _output.Write(StatsTable.Make(_output.IsTerminal, ("server", farStats), ("client", nearStats)));
        _output.WriteLine($"both sides have {BlockFolder.Count(visit.Sync.BlocksDone)}; links, proof of work and merkle roots are right");
        if (dashboard is not null)
        {
            timer.CancelAfter(Timeout.InfiniteTimeSpan); // From here on only the user ends it.
            await StayAsync(server, client, local, stopping);
        }
    }

    /// <summary>Something for the page to show, until Ctrl-C.</summary>
    private async Task StayAsync(PeerEngine server, PeerEngine client, IPEndPoint local, CancellationToken stopping)
    {
        await using var near = await client.ConnectAsync(local, stopping);
        var far = await server.Accepted.ReadAsync(stopping);
        _output.Tell("staying", new { remote = far.Remote.Endpoint }, "the engines stay connected; Ctrl-C ends it");
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), environment.Clock, stopping);
                far.Send(new PingMessage((ulong)environment.Clock.GetTimestamp())); // Traffic.
            }
        }
        catch (OperationCanceledException)
        {
            // The user has seen enough.
        }
    }

    private ServedChain MakeChain(CancellationToken stopping)
    {
        var made = DemoChain.Make(blocks, cancellation: stopping);
        return new ServedChain(BitcoinNetwork.Regtest, made.Blocks, made.MakeUnconfirmed(transactions));
    }

    private static object Summary(DemoVisit visit, BlockServer serving, PeerStats server, PeerStats client) => new
    {
        blocks = visit.Sync.Chain.Height,
        tip = visit.Sync.Chain.Tip,
        server = new { blocks = serving.BlocksServed, headers = serving.HeadersServed, transactions = serving.TransactionsServed, stats = server },
        client = new { blocks = visit.Sync.BlocksDone, headers = visit.Sync.Chain.Height, transactions = visit.TransactionsHeard, stats = client },
    };
}
