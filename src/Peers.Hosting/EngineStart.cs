using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Net;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;

namespace Peers.Hosting;

/// <summary>Starts an engine in an actor system, listening where its settings say, and ends it with the system.</summary>
internal static class EngineStart
{
    /// <summary>The name of the engine's actors.</summary>
    private const string Name = "peers";

    /// <summary>What an engine's stop takes at most: see <see cref="PeerEngine.StopAsync"/>.</summary>
    public static TimeSpan MostOfStop(PeerSettings settings) => (3 * settings.StopTimeout) + TimeSpan.FromSeconds(2);

    /// <summary>What somebody said the settings are, with what only a host has: hooks of the user's, and who makes meters.</summary>
    public static PeerSettings Complete(PeerSettings settings, PeersOptions options, IServiceProvider services)
    {
        settings = settings with { Meters = services.GetService<IMeterFactory>() };
        return options.Change?.Invoke(services, settings) ?? settings;
    }

    /// <exception cref="ListenException">An address cannot be listened on; each that cannot is named.</exception>
    public static async Task<PeerEngine> StartAsync(ActorSystem system, PeerSettings settings, PeersOptions options, HostedPeerEngine? hosted, CancellationToken cancellation)
    {
        // The engine itself would accept for nobody: those who connect are to be found at AcceptAsync.
        var engine = PeerEngine.Start(system, settings with { Listen = settings.Listen with { Endpoints = [] } }, Name);
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseServiceStop, "stop-peers", async () =>
        {
            await engine.StopAsync();
            if (hosted is not null)
            {
                await hosted.EndAsync(); // Before the system goes, and what waits in it.
            }

            return Akka.Done.Instance;
        });

        hosted?.Run(engine);
        var listening = ImmutableArray.CreateBuilder<IPEndPoint>();
        List<ListenFailed> failures = [];
        foreach (var endpoint in settings.Listen.Endpoints)
        {
            try
            {
                listening.Add(await engine.ListenAsync(endpoint, cancellation));
            }
            catch (ListenException exception)
            {
                failures.Add(exception.Failure);
            }
        }

        if (failures.Count > 0)
        {
            var others = failures.Skip(1).Select(failure => $"; nor on {failure.Local}: {failure.Why}");
            throw new ListenException(failures[0] with { Why = failures[0].Why + string.Concat(others) });
        }

        if (options.KeepOutbound)
        {
            engine.KeepOutbound();
        }

        hosted?.Start(listening.ToImmutable());
        return engine;
    }
}
