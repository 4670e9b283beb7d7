using System.Globalization;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Peers.Hosting;

/// <summary>Keeps an actor system for the engine of those who have none: born and gone with the host, within the time that the host gives.</summary>
internal sealed partial class PeersHostedService(
    IOptions<PeersOptions> options, HostedPeerEngine hosted, IServiceProvider services, ILoggerFactory loggers, ILogger<PeerEngine> log) : IHostedService
{
    private readonly HostLog _hostLog = new(loggers);
    private ActorSystem? _system;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            var reading = new OptionsReading(options.Value, Config.Empty);
            var settings = reading.Settings ?? throw new OptionsValidationException(Options.DefaultName, typeof(PeersOptions), reading.Faults);
            settings = EngineStart.Complete(settings, options.Value, services);
            _system = ActorSystem.Create("peers", Setup(settings, reading.Hocon));
            CoordinatedShutdown.Get(_system).AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "flush-log", async () =>
            {
                await _hostLog.FlushAsync();
                return Akka.Done.Instance;
            });
            await EngineStart.StartAsync(_system, settings, options.Value, hosted, cancellationToken);
        }
        catch (Exception exception)
        {
            hosted.Fail(exception);
            await StopAsync(cancellationToken);
            _ = hosted.EndAsync();
            throw;
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_system is not { } system)
        {
            return;
        }

        try
        {
            await CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClrExitReason.Instance).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            GaveUp();
            ((ExtendedActorSystem)system).Abort(); // Terminate would wait for the shutdown that is under way.
            await system.WhenTerminated;
            await hosted.EndAsync();
        }
    }

    private ActorSystemSetup Setup(PeerSettings settings, Config own)
    {
        var level = log.IsEnabled(LogLevel.Debug) ? "DEBUG" : log.IsEnabled(LogLevel.Information) ? "INFO" : log.IsEnabled(LogLevel.Warning) ? "WARNING" : "ERROR";
        var patience = EngineStart.MostOfStop(settings).TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);

        // The process is the host's: nothing of Akka's ends it, holds it or writes past its log.
        var ours = ConfigurationFactory.ParseString($$"""
            akka {
              loggers = ["Peers.Hosting.HostLogger, Peers.Hosting"]
              stdout-loglevel = OFF
              coordinated-shutdown {
                run-by-clr-shutdown-hook = off
                exit-clr = off
                phases.service-stop.timeout = {{patience}}ms
              }
            }
            """);
        var config = ours.WithFallback(own).WithFallback(ConfigurationFactory.ParseString($"akka.loglevel = {level}"));
        return BootstrapSetup.Create().WithConfig(config).And(_hostLog);
    }

    [LoggerMessage(LogLevel.Warning, "The engine did not stop within the time that the host gives (HostOptions.ShutdownTimeout): it is ended where it stands")]
    private partial void GaveUp();
}
