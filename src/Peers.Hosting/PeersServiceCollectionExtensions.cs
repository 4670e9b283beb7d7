using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Peers.Hosting;

namespace Peers;

/// <summary>A peer engine among the services of a host.</summary>
public static class PeersServiceCollectionExtensions
{
    /// <summary>
    /// Adds a peer engine, <see cref="IPeerEngine"/>, that starts and stops with the host. It brings its own actor system; who has one uses
    /// <c>AddAkka("node", akka => akka.WithPeers())</c>.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">What is otherwise than <c>docs/settings.md</c> says; null for nothing.</param>
    public static IServiceCollection AddPeers(this IServiceCollection services, Action<PeersOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddPeersOptions(configure);
        services.AddPeerEngine();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, PeersHostedService>());
        return services;
    }

    /// <summary>As <see cref="AddPeers(IServiceCollection, Action{PeersOptions})"/>, with options from configuration, such as its section <c>Peers</c>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="section">The section: see <see cref="PeersOptions"/>. It is read once; what changes later has no effect.</param>
    /// <param name="configure">What counts before the section; null for nothing.</param>
    public static IServiceCollection AddPeers(this IServiceCollection services, IConfigurationSection section, Action<PeersOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        services.AddPeersOptions(options => options.Read(section));
        return services.AddPeers(configure);
    }

    /// <summary>
    /// Adds <see cref="IPeerEngine"/> for an engine that <c>WithPeers</c> starts in the actor system of <c>AddAkka</c>. Not needed beside <c>AddPeers</c>.
    /// </summary>
    /// <param name="services">The services.</param>
    public static IServiceCollection AddPeerEngine(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<HostedPeerEngine>();
        services.TryAddSingleton<IPeerEngine>(provider => provider.GetRequiredService<HostedPeerEngine>());
        return services;
    }

    private static void AddPeersOptions(this IServiceCollection services, Action<PeersOptions>? configure)
    {
        services.AddLogging();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PeersOptions>, PeersOptionsValidator>());
        var options = services.AddOptions<PeersOptions>().ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }
    }
}
