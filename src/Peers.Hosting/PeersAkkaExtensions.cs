using Akka.Configuration;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Peers.Hosting;

namespace Peers;

/// <summary>A peer engine in the actor system of Akka.Hosting.</summary>
public static class PeersAkkaExtensions
{
    /// <summary>
    /// Starts a peer engine in the actor system: its manager is registered as <see cref="PeerManager"/>, and it is the host's <see cref="IPeerEngine"/> where
    /// <see cref="PeersServiceCollectionExtensions.AddPeerEngine"/> was called. Its settings are those of the actor system, and over them these options. It stops in the
    /// phase <c>service-stop</c> of CoordinatedShutdown.
    /// </summary>
    /// <param name="builder">What builds the actor system.</param>
    /// <param name="configure">What is otherwise than <c>docs/settings.md</c> and the HOCON of the system say; null for nothing.</param>
    /// <exception cref="OptionsValidationException">The options cannot be used; each fault is named. The start of the host fails with it.</exception>
    public static AkkaConfigurationBuilder WithPeers(this AkkaConfigurationBuilder builder, Action<PeersOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new PeersOptions();
        configure?.Invoke(options);

        // Here a fault fails the start of the host; later, Akka.Hosting would log it and stop what has just started.
        var reading = Read(options, builder.Configuration.GetOrElse(Config.Empty));
        builder.AddHocon(
            ConfigurationFactory.ParseString(
                FormattableString.Invariant($"akka.coordinated-shutdown.phases.service-stop.timeout = {EngineStart.MostOfStop(reading).TotalMilliseconds:0}ms")),
            HoconAddMode.Append);
        return builder.StartActors(async (system, registry, resolver) =>
        {
            var services = resolver.GetService<IServiceProvider>();
            var hosted = services.GetService<HostedPeerEngine>();
            try
            {
                var settings = EngineStart.Complete(Read(options, system.Settings.Config), options, services);
                var engine = await EngineStart.StartAsync(system, settings, options, hosted, CancellationToken.None);
                registry.Register<PeerManager>(engine.Manager);
            }
            catch (Exception exception)
            {
                hosted?.Fail(exception);
                throw;
            }
        });
    }

    /// <summary>As <see cref="WithPeers(AkkaConfigurationBuilder, Action{PeersOptions})"/>, with options from configuration, such as its section <c>Peers</c>.</summary>
    /// <param name="builder">What builds the actor system.</param>
    /// <param name="section">The section: see <see cref="PeersOptions"/>. It is read once; what changes later has no effect.</param>
    /// <param name="configure">What counts before the section; null for nothing.</param>
    /// <exception cref="OptionsValidationException">The options cannot be used; each fault is named. The start of the host fails with it.</exception>
    public static AkkaConfigurationBuilder WithPeers(this AkkaConfigurationBuilder builder, IConfigurationSection section, Action<PeersOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        return builder.WithPeers(options =>
        {
            options.Read(section);
            configure?.Invoke(options);
        });
    }

    private static PeerSettings Read(PeersOptions options, Config below)
    {
        var reading = new OptionsReading(options, below);
        return reading.Settings ?? throw new OptionsValidationException(Options.DefaultName, typeof(PeersOptions), reading.Faults);
    }
}
