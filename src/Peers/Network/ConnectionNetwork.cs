using System.Net;
using Akka.Actor;
using Akka.IO;

namespace Peers;

/// <summary>Where the connections of an engine come from.</summary>
internal abstract class ConnectionNetwork
{
    /// <summary>How much longer than <c>connect-timeout</c> a dial is waited for: a network that keeps the time itself says more of what happened.</summary>
    public abstract TimeSpan Grace { get; }

    /// <summary>The network that the settings name.</summary>
    public static ConnectionNetwork Of(PeerSettings settings, ActorSystem system) =>
        settings.NetworkIo == NetworkIo.AkkaIo ? new AkkaNetwork(Tcp.Manager(system)) : new PlainNetwork();

    /// <summary>An actor that listens, tells the manager <see cref="ListenerReport"/>s and <see cref="ConnectionAccepted"/>, and takes <see cref="StopListening"/>.</summary>
    public abstract Props Listener(IActorRef manager, int key, IPEndPoint endpoint, PeerSettings settings);

    /// <summary>Opens a connection; what comes of it is told to the actor that asks.</summary>
    /// <returns>The attempt, by which its answer is known; disposed of when it is given up, where it can be.</returns>
    public abstract object Dial(IPEndPoint remote, IActorContext asker, ConnectionSettings settings);
}
