using Akka.Actor;
using Akka.Event;

namespace Peers.TestKit;

/// <summary>No connection ends as <see cref="DisconnectReason.InternalError"/> and no actor logs an error, unless a fault made it crash; nothing is lost undeclared.</summary>
public sealed class NoCrash : Invariant
{
    private int _logged;
    private int _lost;

    /// <inheritdoc />
    public override string Rule => "Nothing crashes, and no message is lost";

    /// <inheritdoc />
    public override void AfterEvent()
    {
        for (; _logged < Run.Simulation.Log.Count; _logged++)
        {
            if (Run.Simulation.Log[_logged] is Error { Cause: not ActorKilledException } error && !error.ToString().Contains(nameof(ActorKilledException), StringComparison.Ordinal))
                Broken(error.ToString());
        }

        if (Run.Simulation.Lost.Count == _lost)
            return;
        _lost = Run.Simulation.Lost.Count;
        if (Run.Simulation.Undeclared is [var first, ..])
            Broken(first.ToString());
    }

    /// <inheritdoc />
    public override void Told(IActorRef recipient, object message, IActorRef sender)
    {
        if (message is PeerStopped { Reason: DisconnectReason.InternalError error } stopped
            && Run.Engines.FirstOrDefault(engine => engine.Events.Ref.Equals(recipient)) is { } engine
            && !Run.Connections.Any(connection => connection.Engine == engine && connection.Id == stopped.Id && connection.MayCrash))
        {
            Broken($"{engine.Host}'s connection {stopped.Id} ends by {error}");
        }
    }
}
