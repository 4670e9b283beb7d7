using Akka.Actor;
using Peers.Wire;

namespace Peers;

/// <summary>Where the messages of a peer go, and who gives their credit back.</summary>
/// <remarks>Without a listener messages are held: they keep their credit, so the read window bounds them.</remarks>
internal sealed class PeerOutlet(PeerId id, IActorRef peer, IActorRef? listener, Consumption consumption)
{
    private readonly Queue<HeardMessage> _held = new();
    private IActorRef? _listener = listener;
    private Consumption _consumption = consumption;

    /// <summary>Whether the listener gives credit back itself.</summary>
    public bool IsExplicit => _consumption == Consumption.Explicit;

    /// <summary>Tells the listener before its first message, by the same way: the manager's word could come later.</summary>
    public void Open(PeerReady ready) => _listener?.Tell(ready, peer);

    /// <summary>Delivers to another listener from now on, and what was held.</summary>
    /// <returns>The credit that is free again.</returns>
    public long Attach(IActorRef newListener, Consumption newConsumption)
    {
        _listener = newListener;
        _consumption = newConsumption;
        long free = 0;
        while (_consumption != Consumption.Held && _held.TryDequeue(out var held))
        {
            free += Deliver(held.Message, held.Cost);
        }

        return free;
    }

    /// <summary>Delivers a message, or holds it.</summary>
    /// <returns>The credit that is free again.</returns>
    public long Deliver(Message message, int cost)
    {
        switch (_consumption)
        {
            case Consumption.Discard:
                return cost;
            case Consumption.Held:
            case not Consumption.Held when _listener is null:
                _held.Enqueue(new HeardMessage(message, cost));
                return 0;
            default:
                _listener.Tell(new PeerMessage(id, peer, message, cost), peer);
                return IsExplicit ? 0 : cost;
        }
    }
}
