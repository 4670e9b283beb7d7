using System.Net;
using Akka.Actor;
using Peers.Wire;

namespace Peers.TestKit;

/// <summary>One ready connection of a <see cref="RelayNode"/>.</summary>
internal sealed class RelayPeer(PeerReady ready)
{
    public PeerId Id => ready.Id;

    public IPAddress Address => ready.Remote.Endpoint.Address;

    public bool IsInbound => ready.Remote.Direction == Direction.Inbound;

    public int StartHeight => ready.Remote.StartHeight;

    /// <summary>Whether it speaks compact blocks of version 2.</summary>
    public bool Compact { get; set; }

    /// <summary>Whether it wants them without asking.</summary>
    public bool WantsUnasked { get; set; }

    /// <summary>The block that it showed last: it need not be sent back.</summary>
    public Hash256 LastShown { get; set; }

    /// <summary>How often its headers began nowhere: no honest node does that for long.</summary>
    public int Unconnected { get; set; }

    public void Say(Message message) => Command(new Send(message));

    public void Command(PeerCommand command) => ready.Peer.Tell(command, ActorRefs.NoSender);
}
