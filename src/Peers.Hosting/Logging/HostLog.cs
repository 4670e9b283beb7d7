using Akka.Actor;
using Akka.Actor.Setup;
using Microsoft.Extensions.Logging;

namespace Peers.Hosting;

/// <summary>Where an actor system of ours logs to, and a way to know that all of it was logged.</summary>
internal sealed class HostLog(ILoggerFactory loggers) : Setup
{
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    private volatile IActorRef _logger = ActorRefs.Nobody;

    public ILoggerFactory Loggers { get; } = loggers;

    public void Begin(IActorRef logger) => _logger = logger;

    /// <summary>Waits until what was logged is written: a system that ends drops what its logger has not come to.</summary>
    public async Task FlushAsync()
    {
        if (!_logger.IsNobody())
        {
            await Task.WhenAny(_logger.Ask<HostLogger.Flushed>(HostLogger.Flush.Instance, OneSecond));
        }
    }
}
