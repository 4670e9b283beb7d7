using Akka.Configuration;

namespace Peers.TestKit;

/// <summary>The HOCON that puts an actor system into virtual time.</summary>
internal static class SimulationConfig
{
    // The guardians run on the seeded dispatcher as well: then even a top-level actor (an engine's own) starts in order.
    // Loggers must not: a system waits for them while it starts, when nobody pumps yet.
    // Coordinated shutdown works with tasks and timeouts of its own; a simulation stops its guardian directly.
    private const string Essential =
        """
        akka {
          scheduler.implementation = "Peers.TestKit.VirtualTimeScheduler, Peers.TestKit"
          actor {
            default-dispatcher.type = "Peers.TestKit.SeededDispatcherConfigurator, Peers.TestKit"
            default-mailbox.mailbox-type = "Peers.TestKit.SeededMailbox, Peers.TestKit"
            internal-dispatcher.type = "Peers.TestKit.SeededDispatcherConfigurator, Peers.TestKit"
          }
          loggers-dispatcher = "peers-simulation.loggers-dispatcher"
          coordinated-shutdown {
            run-by-clr-shutdown-hook = off
            run-by-actor-system-terminate = off
            terminate-actor-system = off
          }
        }
        peers-simulation.loggers-dispatcher {
          type = Dispatcher
          executor = "thread-pool-executor"
        }
        """;

    private const string Defaults =
        """
        peers-simulation {
          start = "2026-01-01T00:00:00Z"
          steps-per-instant = 5000000
        }
        akka {
          loggers = []
          stdout-loglevel = OFF
          loglevel = WARNING
          log-dead-letters = off
        }
        """;

    /// <summary>What virtual time lives by outranks <paramref name="more"/>, which outranks the rest.</summary>
    public static Config For(int seed, Config? more)
    {
        var essential = ConfigurationFactory.ParseString($"peers-simulation.seed = {seed}").WithFallback(ConfigurationFactory.ParseString(Essential));
        var defaults = ConfigurationFactory.ParseString(Defaults);
        return essential.WithFallback(more is null ? defaults : more.WithFallback(defaults));
    }
}
