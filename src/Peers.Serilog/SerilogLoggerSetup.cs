using Akka.Actor.Setup;
using Serilog;

namespace Peers.Serilog;

/// <summary>
/// Says which Serilog logger an actor system writes to. Give it to <c>ActorSystem.Create</c> within an <see cref="ActorSystemSetup"/>;
/// without it, the system writes to the global <see cref="Log.Logger"/>.
/// </summary>
/// <param name="logger">Where the log events of the system go. It is not disposed with the system.</param>
public sealed class SerilogLoggerSetup(ILogger logger) : Setup
{
    /// <summary>Where the log events of the system go.</summary>
    public ILogger Logger { get; } = logger ?? throw new ArgumentNullException(nameof(logger));
}
