using Akka.Actor;

namespace Peers.TestKit;

/// <summary>Whoever is told of a connection is told of its end, exactly once: the listener and each subscriber.</summary>
public sealed class OneStopPerConnection : Invariant
{
    private readonly Dictionary<(IActorRef Recipient, IActorRef Manager, PeerId Id), int> _stops = [];
    private readonly List<(IActorRef Recipient, IActorRef Manager, PeerId Id)> _begun = [];

    /// <inheritdoc />
    public override string Rule => "Each connection has exactly one PeerStopped";

    /// <inheritdoc />
    public override void Told(IActorRef recipient, object message, IActorRef sender)
    {
        switch (message)
        {
            case PeerConnecting connecting:
                _begun.Add((recipient, sender, connecting.Id));
                break;
            case PeerStopped stopped when stopped.Id != default: // Without a number: a dead engine's answer.
                var key = (recipient, sender, stopped.Id);
                if ((_stops[key] = _stops.GetValueOrDefault(key) + 1) > 1)
                    Broken($"{recipient.Path.Name} is told {_stops[key]} times that connection {stopped.Id} ({stopped.Endpoint}) stopped: {stopped.Reason}");
                break;
        }
    }

    /// <inheritdoc />
    public override void Ended()
    {
        foreach (var key in _begun)
        {
            if (!_stops.ContainsKey(key))
                Broken($"{key.Recipient.Path.Name} is never told that connection {key.Id} of {key.Manager.Path.Name} stopped");
        }
    }
}
