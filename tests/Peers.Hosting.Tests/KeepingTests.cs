using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Peers.Wire;

namespace Peers.Hosting.Tests;

/// <summary>An engine of a host that keeps connections by itself. Its meter is of the whole process: these tests run alone.</summary>
[Collection(nameof(Alone))]
public sealed class KeepingTests
{
    private const string Nodes = "peers.services = [network, witness]";

    [Fact(DisplayName = "A host that is told by configuration to keep connections has them from its start, counts them healthy, and measures its address book")]
    public async Task A_host_keeps_connections()
    {
        await using var one = await Scene.RemoteAsync(Nodes);
        await using var other = await Scene.RemoteAsync(Nodes);
        using var host = Scene.Host(services =>
        {
            services.AddMetrics();
            services.AddPeers(Scene.Section(
                ("Network", "regtest"), ("KeepOutbound", "true"), ("Outbound:Target", "2"), ("Outbound:BlockRelayOnly", "0"), ("Outbound:Pace", "10ms"), ("Metrics:Interval", "10ms")));
            services.AddHealthChecks().AddPeers();
        });
        using var measured = new MetricsTests.Measured(host.Services.GetRequiredService<IMeterFactory>());
        var engine = host.Services.GetRequiredService<IPeerEngine>();
        engine.AddAddresses([Known(one), Known(other)]); // Before the start: not lost.
        await host.StartAsync();

        List<IPeer> kept = [];
        await foreach (var peer in engine.KeptAsync())
        {
            kept.Add(peer);
            if (kept.Count == 2)
            {
                break;
            }
        }

        Assert.Equal(new[] { one.Endpoint.Port, other.Endpoint.Port }.Order(), kept.Select(peer => ((System.Net.IPEndPoint)peer.Remote.Endpoint).Port).Order());
        Assert.All(kept, peer => Assert.Equal(ConnectionType.OutboundFullRelay, peer.Remote.ConnectionType));
        var status = await engine.GetOutboundAsync();
        Assert.Equal((2, 2, 2), (status.Target, status.Addresses, status.Tried));
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        Assert.Equal("2 of 2 peers are ready", report.Entries["peers"].Description);
        await MetricsTests.Until(() => measured.Level("peers.address.count", ("peers.connection.network", "ipv4"), ("peers.address.table", "tried")) == 2);
        Assert.Equal(0, measured.Level("peers.address.count", ("peers.address.table", "new")));
        await host.StopAsync().WaitAsync(Scene.Patience);
    }

    [Fact(DisplayName = "A node that was chosen before the start is kept from the start on, and has its role among the connections that are counted")]
    public async Task A_node_is_kept()
    {
        await using var remote = await Scene.RemoteAsync();
        using var host = Scene.Host(services =>
        {
            services.AddMetrics();
            services.AddPeers(options => (options.Network, options["metrics.interval"]) = ("regtest", "10ms"));
        });
        using var measured = new MetricsTests.Measured(host.Services.GetRequiredService<IMeterFactory>());
        var engine = host.Services.GetRequiredService<IPeerEngine>();
        Assert.Throws<ArgumentNullException>(() => engine.AddNode(null!));
        engine.AddNode(remote.Endpoint);
        await host.StartAsync();
        await using var peer = await engine.KeptAsync().FirstAsync();
        Assert.Equal(ConnectionType.Manual, peer.Remote.ConnectionType);
        await MetricsTests.Until(() => measured.Level("peers.connection.count", ("peers.connection.role", "manual")) == 1);
        engine.RemoveNode(remote.Endpoint);
        Assert.Equal(0, (await engine.GetOutboundAsync()).Nodes);
        await host.StopAsync().WaitAsync(Scene.Patience);
    }

    [Fact(DisplayName = "An engine that keeps nothing says so")]
    public async Task Nothing_is_kept()
    {
        using var host = Scene.Host(services => services.AddPeers(options => options.Network = "regtest"));
        await host.StartAsync();
        var status = await host.Services.GetRequiredService<IPeerEngine>().GetOutboundAsync();
        Assert.Equal((0, 0, 0), (status.Target, status.Addresses, status.Nodes));
        await host.StopAsync().WaitAsync(Scene.Patience);
    }

    private static AddressEntry Known(Scene.Remote remote) => new(
        (uint)DateTimeOffset.UnixEpoch.AddYears(55).ToUnixTimeSeconds(), ServiceFlags.Network | ServiceFlags.Witness, NetworkEndpoint.From(remote.Endpoint));
}
