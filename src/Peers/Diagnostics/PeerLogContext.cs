using System.Net;
using Akka.Actor;
using Akka.Event;

namespace Peers;

/// <summary>What every log line of a connection carries.</summary>
/// <remarks>A logger is made with the first line that is written: most connections have nothing to say, and one costs half a kilobyte.</remarks>
internal sealed record PeerLogContext(PeerId Id, EndPoint Endpoint, Direction Direction)
{
    /// <summary>The name of the logger of single messages, so that it can be switched on alone.</summary>
    public const string WireLoggerName = "peers.wire";

    public ILoggingAdapter Logger(IActorContext context) => With(context.GetLogger());

    public ILoggingAdapter WireLogger(ActorSystem system) => With(Logging.GetLogger(system, WireLoggerName));

    private ILoggingAdapter With(ILoggingAdapter log) => log
        .WithContext("PeerId", Id.Value)
        .WithContext("Endpoint", Endpoint.Text())
        .WithContext("Direction", Direction);
}
