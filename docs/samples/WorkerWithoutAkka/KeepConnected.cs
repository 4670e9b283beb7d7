using System.Net;
using Peers;
using Peers.Hosting;
using Peers.Wire;

namespace WorkerWithoutAkka;

/// <summary>Keeps a connection to each node of the configuration (<c>Nodes</c>, with commas), and logs which blocks they announce.</summary>
// sample: keep
public sealed partial class KeepConnected(IPeerEngine engine, IConfiguration configuration, ILogger<KeepConnected> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll((configuration["Nodes"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(node => KeepAsync(IPEndPoint.Parse(node), stoppingToken)));

    private async Task KeepAsync(IPEndPoint node, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await using var peer = await engine.ConnectAsync(node, cancellation: stopping);
                await foreach (var message in peer.Messages.ReadAllAsync(stopping))
                {
                    if (message is InvMessage inv && inv.Items.ToArray().Any(item => item.IsBlock))
                    {
                        NewBlock(node);
                    }
                }

                Lost(node, await peer.WhenStopped);
            }
            catch (PeerUnreachableException exception)
            {
                Lost(node, exception.Reason);
            }

            await Task.Delay(TimeSpan.FromSeconds(5), stopping);
        }
    }

    [LoggerMessage(LogLevel.Information, "{Node} announces a block")]
    private partial void NewBlock(IPEndPoint node);

    [LoggerMessage(LogLevel.Warning, "No connection to {Node}: {Reason}")]
    private partial void Lost(IPEndPoint node, DisconnectReason reason);
}
// end sample
