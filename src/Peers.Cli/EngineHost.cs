using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Peers.Serilog;
using Serilog.Core;

namespace Peers.Cli;

/// <summary>An actor system for the engines of one command, with its log on standard error. Stops with the command.</summary>
internal sealed class EngineHost : IAsyncDisposable
{
    private readonly ActorSystem _system;
    private readonly Logger _log;
    private readonly List<PeerEngine> _engines = [];

    private EngineHost(ActorSystem system, Logger log)
    {
        _system = system;
        _log = log;
    }

    /// <param name="common">What is logged.</param>
    /// <param name="source">The user's file, whose <c>akka</c> section counts.</param>
    /// <param name="environment">Where the log goes.</param>
    /// <param name="name">The actor system's name.</param>
    /// <param name="akka">What the verb sets of Akka, the user's file among it; null for the file alone.</param>
    public static EngineHost Start(
        CommonValues common, SettingsSource source, CommandEnvironment environment, string name = "peers", Config? akka = null)
    {
        var level = common.Log switch
        {
            LogChoice.Wire or LogChoice.Debug => "DEBUG",
            LogChoice.Info => "INFO",
            LogChoice.Warning => "WARNING",
            LogChoice.Error => "ERROR",
            _ => "OFF",
        };

        // The process ends when its command has: nothing of Akka's may hold it, nor write past the logger.
        var forced = ConfigurationFactory.ParseString($$"""
            akka {
              loglevel = {{level}}
              stdout-loglevel = OFF
              loggers = ["Peers.Serilog.SerilogLogger, Peers.Serilog"]
              coordinated-shutdown { run-by-clr-shutdown-hook = off, exit-clr = off }
            }
            """);
        var log = LogOutput.Create(common.Log, environment.Error);
        var setup = ActorSystemSetup.Create(
            BootstrapSetup.Create().WithConfig(forced.WithFallback(akka ?? source.File).WithFallback(ConfigurationFactory.Default())),
            new SerilogLoggerSetup(log));
        return new EngineHost(ActorSystem.Create(name, setup), log);
    }

    /// <summary>For what is no engine.</summary>
    public ActorSystem System => _system;

    public PeerEngine StartEngine(PeerSettings settings, string name)
    {
        var engine = PeerEngine.Start(_system, settings, name);
        _engines.Add(engine);
        return engine;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_engines.Select(engine => engine.StopAsync()));
        await _system.Terminate();
        await _log.DisposeAsync();
    }
}
