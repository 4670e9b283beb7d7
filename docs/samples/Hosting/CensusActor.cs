using Akka.Actor;
using Microsoft.Extensions.Logging;
using Peers;

namespace Hosting;

/// <summary>Counts who is connected. It hears of them as any actor may: it subscribes to the engine's manager.</summary>
// sample: census
public sealed class CensusActor : UntypedActor
{
    private readonly IActorRef _peers;
    private readonly ILogger<CensusActor> _log;
    private int _ready;

    public CensusActor(IActorRef peers, ILogger<CensusActor> log)
    {
        _peers = peers;
        _log = log;
    }

    protected override void PreStart() => _peers.Tell(new Subscribe(Self));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case PeerReady ready:
                _ready++;
                CensusLog.Came(_log, ready.Remote.UserAgent.ToString(), _ready);
                break;
            case PeerStopped { Stats.Remote: not null } stopped:
                _ready--;
                CensusLog.Went(_log, stopped.Reason, _ready);
                break;
            case PeerEvent:
                break; // Whatever else happens.
            default:
                Unhandled(message);
                break;
        }
    }
}
// end sample
