using System.Net;
using Akka.Actor;
using Akka.Event;
using Peers.Wire;

namespace Peers;

/// <summary>What an engine tells its subscribers.</summary>
public abstract record PeerEvent : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    private protected PeerEvent()
    {
    }
}

/// <summary>Connections are accepted there.</summary>
/// <param name="Local">The address, with the port that was chosen.</param>
public sealed record Listening(IPEndPoint Local) : PeerEvent;

/// <summary>Connections cannot be accepted there.</summary>
/// <param name="Local">The address that was asked for.</param>
/// <param name="Why">What stood in the way.</param>
public sealed record ListenFailed(IPEndPoint Local, string Why) : PeerEvent;

/// <summary>Connections are no longer accepted there.</summary>
/// <param name="Local">The address.</param>
public sealed record Unlistened(IPEndPoint Local) : PeerEvent;

/// <summary>A connection is being opened or was accepted; exactly one <see cref="PeerStopped"/> will follow.</summary>
/// <param name="Id">The connection.</param>
/// <param name="Endpoint">The remote's address.</param>
/// <param name="Direction">Who opened it.</param>
public sealed record PeerConnecting(PeerId Id, EndPoint Endpoint, Direction Direction) : PeerEvent;

/// <summary>The socket of a connection is open: the handshake begins. To subscribers only.</summary>
/// <param name="Id">The connection.</param>
/// <param name="Remote">The remote's address.</param>
/// <param name="Local">Ours.</param>
/// <param name="Direction">Who opened it.</param>
public sealed record PeerOpened(PeerId Id, IPEndPoint Remote, IPEndPoint Local, Direction Direction) : PeerEvent;

/// <summary>A remote said its version, and nothing is settled yet. To subscribers, and to the listener that asked by <see cref="PeerOptions.HearVersion"/>.</summary>
/// <param name="Id">The connection.</param>
/// <param name="Version">What it said.</param>
public sealed record VersionHeard(PeerId Id, VersionMessage Version) : PeerEvent;

/// <summary>A handshake is done: messages flow.</summary>
/// <param name="Id">The connection.</param>
/// <param name="Peer">Its actor; it takes <see cref="PeerCommand"/>s.</param>
/// <param name="Remote">Who is there.</param>
public sealed record PeerReady(PeerId Id, IActorRef Peer, RemotePeer Remote) : PeerEvent;

/// <summary>A ping was answered.</summary>
/// <param name="Id">The connection.</param>
/// <param name="RoundTrip">How long it took.</param>
public sealed record PingMeasured(PeerId Id, TimeSpan RoundTrip) : PeerEvent;

/// <summary>A remote owes an answer for too long, and that does not end the connection. To subscribers only.</summary>
/// <param name="Id">The connection.</param>
/// <param name="Awaiting">The command of the request.</param>
/// <param name="After">How long it may have taken.</param>
/// <param name="Pause">For how long the remote is asked nothing more; zero when that changes nothing.</param>
public sealed record PeerStalled(PeerId Id, string Awaiting, TimeSpan After, TimeSpan Pause) : PeerEvent;

/// <summary>A connection ended. Exactly one for each connection, whatever happens, after everything it delivered.</summary>
/// <param name="Id">The connection.</param>
/// <param name="Endpoint">The remote's address.</param>
/// <param name="Direction">Who opened it.</param>
/// <param name="Reason">Why it ended.</param>
/// <param name="Stats">The last snapshot; null when the connection never opened.</param>
public sealed record PeerStopped(PeerId Id, EndPoint Endpoint, Direction Direction, DisconnectReason Reason, PeerStats? Stats) : PeerEvent;

/// <summary>An address or a subnet was banned: by <see cref="BanSubnet"/>, or for misbehaviour with the policy <c>btcd</c>.</summary>
/// <param name="Ban">The ban.</param>
public sealed record SubnetBanned(Ban Ban) : PeerEvent;

/// <summary>A ban was lifted by <see cref="UnbanSubnet"/>. A ban that is over is not told.</summary>
/// <param name="Subject">Whose.</param>
/// <param name="WasBanned">Whether there was a ban of that very subject.</param>
public sealed record SubnetUnbanned(Subnet Subject, bool WasBanned) : PeerEvent;

/// <summary>A ban cannot be. To who asked for it only.</summary>
/// <param name="Subject">Whose.</param>
/// <param name="Why">What stands in the way.</param>
public sealed record NotBanned(Subnet Subject, string Why) : PeerEvent;
