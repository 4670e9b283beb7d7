using Akka.Actor;
using Peers.Wire;

namespace Peers.Simulations;

/// <summary>As much of a node as tells who withholds: it asks everybody for headers, answers those who ask, and has none.</summary>
internal sealed class HeadersActor : UntypedActor
{
    public static Props Props => ActorFactory.Props(() => new HeadersActor());

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case PeerReady { Remote.Direction: Direction.Outbound } ready:
                ready.Peer.Tell(new RequestHeaders([BitcoinNetwork.Regtest.GenesisHash], default));
                break;
            case PeerMessage { Message: GetHeadersMessage } asked:
                asked.Peer.Tell(new Send(new HeadersMessage([])));
                break;
        }
    }
}
