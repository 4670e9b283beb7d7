using Akka.Actor;
using Akka.Event;
using Peers.Wire;

namespace Peers;

/// <summary>From the manager to its hooks: ask the user.</summary>
/// <param name="Id">The connection that it is about.</param>
internal abstract record HookCall(PeerId Id) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>May this remote stay? Answered by <see cref="VersionJudged"/>.</summary>
internal sealed record JudgeVersion(PeerId Id, VersionMessage Version) : HookCall(Id);

/// <summary>Which addresses may this remote hear of? Answered by <see cref="SendAddresses"/> to the peer, or by nothing.</summary>
internal sealed record FindAddresses(PeerId Id, IActorRef Peer, RemotePeer Remote) : HookCall(Id);

/// <summary>That connection has ended: what was to be asked about it is no longer of interest.</summary>
internal sealed record ForgetPeer(PeerId Id) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
