using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Peers.Dashboard;
using Peers.Hosting;

namespace Peers;

/// <summary>The live page of a peer engine among the endpoints of an ASP.NET Core application.</summary>
public static class PeersDashboardExtensions
{
    /// <summary>Maps the page of the host's <see cref="IPeerEngine"/> (<c>AddPeers</c>, or <c>AddPeerEngine</c> with <c>WithPeers</c>), and what it asks for below it.</summary>
    /// <param name="endpoints">The endpoints of the application.</param>
    /// <param name="pattern">The path of the page.</param>
    /// <param name="configure">Who may see it, and who may act; null for this machine and nobody.</param>
    /// <returns>Conventions of all its endpoints, such as <c>RequireAuthorization</c>.</returns>
    /// <exception cref="InvalidOperationException">The host has no engine, or no services that <see cref="PeersDashboardOptions.ActionsPolicy"/> needs.</exception>
    public static IEndpointConventionBuilder MapPeers(this IEndpointRouteBuilder endpoints, string pattern = "/peers", Action<PeersDashboardOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var hosted = endpoints.ServiceProvider.GetService<IPeerEngine>()
            ?? throw new InvalidOperationException("MapPeers: the host has no peer engine; call services.AddPeers(…), or give the engine: MapPeers(pattern, engine)");
        return Map(endpoints, pattern, configure, async cancellation =>
        {
            await hosted.Started.WaitAsync(cancellation);
            return hosted.Engine;
        });
    }

    /// <summary>Maps the page of an engine that you have, and what it asks for below it.</summary>
    /// <param name="endpoints">The endpoints of the application.</param>
    /// <param name="pattern">The path of the page.</param>
    /// <param name="engine">The engine.</param>
    /// <param name="configure">Who may see it, and who may act; null for this machine and nobody.</param>
    /// <returns>Conventions of all its endpoints, such as <c>RequireAuthorization</c>.</returns>
    /// <exception cref="InvalidOperationException">The host has no services that <see cref="PeersDashboardOptions.ActionsPolicy"/> needs.</exception>
    public static IEndpointConventionBuilder MapPeers(
        this IEndpointRouteBuilder endpoints, string pattern, PeerEngine engine, Action<PeersDashboardOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(engine);
        return Map(endpoints, pattern, configure, _ => Task.FromResult(engine));
    }

    private static RouteGroupBuilder Map(
        IEndpointRouteBuilder endpoints, string pattern, Action<PeersDashboardOptions>? configure, Func<CancellationToken, Task<PeerEngine>> engine)
    {
        var options = new PeersDashboardOptions();
        configure?.Invoke(options);
        if (options.MostWatchers < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(configure), options.MostWatchers, "PeersDashboardOptions.MostWatchers: expected at least 1");
        }

        var services = endpoints.ServiceProvider;
        if (options.ActionsPolicy is not null && (services.GetService<IAntiforgery>() is null || services.GetService<IAuthorizationService>() is null))
        {
            throw new InvalidOperationException("PeersDashboardOptions.ActionsPolicy: call services.AddAntiforgery() and services.AddAuthorization(…) for it");
        }

        var stopping = services.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None;
        var feed = new DashboardFeed(engine, options.MostWatchers, services.GetService<TimeProvider>() ?? SystemClock, stopping);
        var group = endpoints.MapGroup(pattern);
        group.AddEndpointFilter(new DashboardGuard(options));
        DashboardPage.Map(group);
        DashboardStream.Map(group, feed);
        DashboardActions.Map(group, options.ActionsPolicy, engine);
        return group;
    }

#pragma warning disable RS0030 // A host that says nothing of time means the system's.
    private static TimeProvider SystemClock => TimeProvider.System;
#pragma warning restore RS0030
}
