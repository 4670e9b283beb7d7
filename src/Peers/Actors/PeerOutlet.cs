using Akka.Actor;
using Peers.Wire;

namespace Peers;

/// <summary>Where the messages of a peer go, and who gives their credit back.</summary>
/// <remarks>Without a listener messages are held: they keep their credit, so the read window bounds them.</remarks>
internal sealed class PeerOutlet(PeerId id, IActorRef peer, Action<long> returnCredit, IActorRef? listener, Consumption consumption)
{
    private readonly Queue<HeardMessage> _held = new();
    private IActorRef? _listener = listener;
    private Consumption _consumption = consumption;

    /// <summary>Tells the listener before its first message, by the same way: the manager's word could come later.</summary>
    public void Open(PeerReady ready) => _listener?.Tell(ready, peer);

    public void Attach(IActorRef newListener, Consumption newConsumption)
    {
        _listener = newListener;
        _consumption = newConsumption;
        while (_consumption != Consumption.Held && _held.TryDequeue(out var held))
        {
            Deliver(held.Message, held.Cost);
        }
    }

    public void Deliver(Message message, int cost)
    {
        if (_consumption == Consumption.Discard)
        {
            returnCredit(cost);
        }
        else if (_listener is null || _consumption == Consumption.Held)
        {
            _held.Enqueue(new HeardMessage(message, cost));
        }
        else
        {
            _listener.Tell(new PeerMessage(id, peer, message, cost), peer);
            if (_consumption == Consumption.OnDelivery)
            {
                returnCredit(cost);
            }
        }
    }

    public void Consumed(long cost)
    {
        if (_consumption == Consumption.Explicit)
        {
            returnCredit(cost);
        }
    }
}
