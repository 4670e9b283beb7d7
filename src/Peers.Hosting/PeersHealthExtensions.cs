using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Peers.Hosting;

namespace Peers;

/// <summary>The health of a peer engine among the health checks of a host.</summary>
public static class PeersHealthExtensions
{
    /// <summary>
    /// Adds a check of the host's <see cref="IPeerEngine"/>: healthy with as many ready peers as wanted, degraded with fewer, unhealthy with fewer than the least for longer
    /// than a while. Time is the host's <see cref="TimeProvider"/>, where it has one.
    /// </summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="configure">How many peers are enough; null for one.</param>
    /// <param name="name">The name of the check.</param>
    /// <param name="failureStatus">What is said instead of unhealthy; null for that.</param>
    /// <param name="tags">Tags of the check; null for none.</param>
    /// <exception cref="ArgumentException">The options cannot be used.</exception>
    public static IHealthChecksBuilder AddPeers(
        this IHealthChecksBuilder builder, Action<PeersHealthOptions>? configure = null, string name = "peers", HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new PeersHealthOptions();
        configure?.Invoke(options);
        if (options.Least < 0 || options.Target < options.Least || options.Grace < TimeSpan.Zero)
        {
            throw new ArgumentException($"Least = {options.Least}, Target = {options.Target}, Grace = {options.Grace}: expected 0 <= Least <= Target and a Grace of at least zero", nameof(configure));
        }

        var health = new PeersHealth(options);
        builder.Services.AddPeerEngine();
        return builder.Add(new HealthCheckRegistration(
            name,
            services =>
            {
                var engine = services.GetRequiredService<IPeerEngine>();
                return new PeersHealthCheck(engine, health, options, services.GetService<TimeProvider>() ?? SystemClock);
            },
            failureStatus, tags));
    }

#pragma warning disable RS0030 // A host that says nothing of time means the system's.
    private static TimeProvider SystemClock => TimeProvider.System;
#pragma warning restore RS0030
}
