using Akka.Actor;

namespace Peers;

/// <summary>Who gets the events of an engine, in the order in which they came: a simulation's trace depends on it.</summary>
internal sealed class EventSubscribers
{
    private readonly List<IActorRef> _subscribers = [];

    public void Add(IActorRef subscriber)
    {
        if (!_subscribers.Contains(subscriber))
        {
            _subscribers.Add(subscriber);
        }
    }

    public void Remove(IActorRef subscriber) => _subscribers.Remove(subscriber);

    /// <param name="happened">What happened.</param>
    /// <param name="except">Who was told already.</param>
    public void Publish(PeerEvent happened, IActorRef? except = null)
    {
        foreach (var subscriber in _subscribers)
        {
            if (!subscriber.Equals(except))
            {
                subscriber.Tell(happened);
            }
        }
    }
}
