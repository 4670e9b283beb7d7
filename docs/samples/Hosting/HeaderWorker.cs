using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Peers;
using Peers.Hosting;

namespace Hosting;

/// <summary>Asks each node of the configuration (<c>Nodes</c>, with commas) for its first headers, once. It may start before the engine: calls wait for it.</summary>
// sample: worker
public sealed class HeaderWorker(IPeerEngine engine, IConfiguration configuration, ILogger<HeaderWorker> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var node in (configuration["Nodes"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                await using var peer = await engine.ConnectAsync(IPEndPoint.Parse(node), cancellation: stoppingToken);
                var answer = await peer.GetHeadersAsync([engine.Engine.Settings.Network.GenesisHash], cancellation: stoppingToken);
                CensusLog.Told(log, node, answer is Answer<Peers.Wire.WireArray<Peers.Wire.BlockHeader>>.Value headers ? headers.Item.Length : 0);
            }
            catch (PeerUnreachableException exception)
            {
                CensusLog.Unreachable(log, node, exception.Reason);
            }
        }
    }
}
// end sample
