using System.Collections.Concurrent;
using Spectre.Console;

namespace Peers.Cli;

/// <summary>Serves whoever connects until it is told to stop, and shows who is there.</summary>
internal sealed class ListenSession(PeerEngine engine, ServedChain chain, CommandOutput output, TimeProvider clock)
{
    private static readonly TimeSpan RedrawEvery = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<PeerId, (IPeer Peer, BlockServer Server)> _served = new();
    private readonly List<Task> _serving = [];
    private int _total;

    /// <summary>For the engine's events, which come on a thread of their own.</summary>
    public void OnEvent(PeerEvent happened)
    {
        switch (happened)
        {
            case PeerConnecting connecting:
                output.Tell("connected", new { connecting.Id, remote = connecting.Endpoint, connecting.Direction }, $"{connecting.Id}: connected from {connecting.Endpoint}");
                break;
            case PeerReady ready:
                var remote = ready.Remote;
                output.Tell(
                    "ready",
                    new { ready.Id, remote = remote.Endpoint, remote.Version, remote.Services, remote.UserAgent, remote.StartHeight, remote.Features },
                    $"{ready.Id}: ready, {remote.UserAgent}, version {remote.Version}, height {remote.StartHeight}");
                break;
            case PingMeasured measured:
                output.Tell("ping", new { measured.Id, measured.RoundTrip }, null);
                break;
            case PeerStopped stopped:
                output.Tell(
                    "stopped", new { stopped.Id, remote = stopped.Endpoint, stopped.Reason, stopped.Stats },
                    $"{stopped.Id}: stopped, {ReasonText.Of(stopped.Reason)}");
                break;
        }
    }

    /// <summary>Until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var accepting = AcceptAsync(stopping);
        if (output.IsTerminal)
        {
            await output.Console.Live(await PeersTableAsync()).StartAsync(live => RedrawAsync(live, stopping));
        }

        await accepting;
    }

    /// <summary>Waits for what is still served; the engine has stopped.</summary>
    public async Task EndAsync()
    {
        await Task.WhenAll(_serving);
        output.Tell("done", new { peers = _total }, $"stopped; {_total} peer{(_total == 1 ? "" : "s")} came");
    }

    private async Task AcceptAsync(CancellationToken stopping)
    {
        try
        {
            await foreach (var peer in engine.Accepted.ReadAllAsync(stopping))
            {
                _total++;
                var server = new BlockServer(peer, chain, engine.Settings);
                _served[peer.Id] = (peer, server);
                _serving.RemoveAll(served => served.IsCompletedSuccessfully); // However long it listens, it holds who is there, not who was.
                _serving.Add(ServeAsync(peer, server));
            }
        }
        catch (OperationCanceledException)
        {
            // It is over; the engine is stopped next.
        }
    }

    private async Task ServeAsync(IPeer peer, BlockServer server)
    {
        foreach (var transaction in chain.Unconfirmed)
        {
            server.Announce(transaction);
        }

        // Ends with the connection: what was asked for before a stop is still answered.
        await server.RunAsync(CancellationToken.None);
        _served.TryRemove(peer.Id, out _);
    }

    private async Task RedrawAsync(LiveDisplayContext live, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(RedrawEvery, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                live.UpdateTarget(await PeersTableAsync());
            }
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }

    private async Task<Table> PeersTableAsync()
    {
        var table = new Table().Border(TableBorder.Rounded)
            .AddColumns("peer", "remote", "user agent", "sent", "received", "headers", "blocks", "transactions", "ping");
        foreach (var (_, (peer, server)) in _served.OrderBy(entry => entry.Key.Value))
        {
            var stats = await peer.GetStatsAsync();
            string[] cells =
            [
                $"{peer.Id}", $"{peer.Remote.Endpoint}", $"{peer.Remote.UserAgent}", StatsTable.Bytes(stats.BytesSent), StatsTable.Bytes(stats.BytesReceived),
                $"{server.HeadersServed}", $"{server.BlocksServed}", $"{server.TransactionsServed}", StatsTable.Time(stats.Ping.Last),
            ];
            table.AddRow([.. cells.Select(Markup.Escape)]);
        }

        if (_served.IsEmpty)
        {
            table.Caption("nobody is connected");
        }

        return table;
    }
}
