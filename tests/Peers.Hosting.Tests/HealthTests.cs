using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Peers.Hosting.Tests;

/// <summary>The health of an engine by its peers, in virtual time.</summary>
public sealed class HealthTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact(DisplayName = "Healthy at the target, degraded below it, unhealthy when there were fewer than the least for longer than the grace, and back")]
    public async Task Health_follows_the_peers()
    {
        await using var remote = await Scene.RemoteAsync();
        using var host = Scene.Host(services =>
        {
            services.AddSingleton<TimeProvider>(_clock);
            services.AddPeers(options => (options.Network, options["outbound.allow-duplicates"]) = ("regtest", "on"));
            services.AddHealthChecks().AddPeers(options => (options.Target, options.Least, options.Grace) = (2, 1, TimeSpan.FromMinutes(5)));
        });
        var engine = host.Services.GetRequiredService<IPeerEngine>();
        Assert.Equal("Degraded: 0 of 2 peers are ready; fewer than 1 for 0 s, of which 300 s are forgiven", await Health(host));
        await host.StartAsync();
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("Degraded: 0 of 2 peers are ready; fewer than 1 for 300 s, of which 300 s are forgiven", await Health(host));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.StartsWith("Unhealthy: 0 of 2 peers are ready; ", await Health(host), StringComparison.Ordinal);

        var first = await engine.ConnectAsync(remote.Endpoint).WaitAsync(Scene.Patience);
        Assert.Equal("Degraded: 1 of 2 peers are ready", await Health(host));
        await using var second = await engine.ConnectAsync(remote.Endpoint).WaitAsync(Scene.Patience);
        Assert.Equal("Healthy: 2 of 2 peers are ready", await Health(host));
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal("Healthy: 2 of 2 peers are ready", await Health(host));

        await first.DisconnectAsync();
        Assert.Equal("Degraded: 1 of 2 peers are ready", await Health(host));
        await second.DisconnectAsync();
        Assert.StartsWith("Degraded: 0 of 2 peers are ready", await Health(host), StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromMinutes(6));
        Assert.StartsWith("Unhealthy: 0 of 2 peers are ready", await Health(host), StringComparison.Ordinal);
        await host.StopAsync();
    }

    [Fact(DisplayName = "Inbound peers count only where that is asked for")]
    public async Task Inbound_peers_do_not_count()
    {
        await using var remote = await Scene.RemoteAsync();
        using var host = Scene.Host(services =>
        {
            services.AddPeers(options => (options.Network, options.Listen) = ("regtest", ["127.0.0.1:0"]));
            services.AddHealthChecks().AddPeers(name: "outbound").AddPeers(options => options.Direction = null, name: "all");
        });
        await host.StartAsync();
        var engine = host.Services.GetRequiredService<IPeerEngine>();
        await using var theirs = await remote.Engine.ConnectAsync(engine.Listening[0]).WaitAsync(Scene.Patience);
        await using var ours = await engine.AcceptAsync().FirstAsync();

        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        Assert.Equal((HealthStatus.Degraded, HealthStatus.Healthy), (report.Entries["outbound"].Status, report.Entries["all"].Status));
        await host.StopAsync();
    }

    [Fact(DisplayName = "An engine whose start has failed is unhealthy")]
    public async Task A_failed_start_is_unhealthy()
    {
        using var host = Scene.Host(services =>
        {
            services.AddPeers(options => options.Network = "moon");
            services.AddHealthChecks().AddPeers();
        });
        var hosted = host.Services.GetServices<IHostedService>().OfType<PeersHostedService>().Single();
        await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => hosted.StartAsync(CancellationToken.None));

        Assert.Equal("Unhealthy: the engine has not started", await Health(host));
    }

    [Fact(DisplayName = "A target below the least is refused where it is written")]
    public void Wrong_options_are_refused() =>
        Assert.Throws<ArgumentException>(() => new ServiceCollection().AddHealthChecks().AddPeers(options => (options.Target, options.Least) = (1, 2)));

    private static async Task<string> Health(IHost host)
    {
        var entry = (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["peers"];
        return $"{entry.Status}: {entry.Description}";
    }
}
