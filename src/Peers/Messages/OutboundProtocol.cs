using System.Collections.Immutable;
using System.Net;
using Akka.Actor;
using Akka.Event;
using Peers.Wire;

namespace Peers;

/// <summary>
/// Keep connections: as many as <c>peers.outbound</c> says, to addresses of the book (<see cref="PeerSettings.AddressStore"/>), of the seeds
/// (<see cref="PeerSettings.Seeds"/>), and of those that remotes tell. What ends is replaced. Told again, who gets the next ones is changed.
/// </summary>
/// <param name="Listener">
/// Who gets the messages of each, and its <see cref="PeerConnecting"/>, <see cref="PeerReady"/> and <see cref="PeerStopped"/>. When null, messages are
/// <see cref="Consumption.Held"/>.
/// </param>
/// <param name="Consumption">When a message delivered to the listener counts as consumed.</param>
public sealed record KeepOutbound(IActorRef? Listener = null, Consumption Consumption = Consumption.OnDelivery) : ManagerCommand;

/// <summary>
/// Keep a connection to that node, whatever happens (as Bitcoin Core's <c>addnode</c>): it is dialled again after each end, in times that grow with its
/// failures, and misbehaviour is not held against it. At most 1,000 of them.
/// </summary>
/// <param name="Remote">An <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/>.</param>
/// <param name="Listener">Who gets the messages and the events; when null, messages are <see cref="Consumption.Held"/>.</param>
/// <param name="Consumption">When a message delivered to the listener counts as consumed.</param>
public sealed record AddNode(EndPoint Remote, IActorRef? Listener = null, Consumption Consumption = Consumption.OnDelivery) : ManagerCommand;

/// <summary>Dial that node no more. Its connection stays until it ends.</summary>
/// <param name="Remote">The address that <see cref="AddNode"/> named.</param>
public sealed record RemoveNode(EndPoint Remote) : ManagerCommand;

/// <summary>Learn addresses that you know, for <see cref="KeepOutbound"/>.</summary>
/// <param name="Addresses">The addresses.</param>
/// <param name="Source">Who told them; null for you. Each source has its part of the book only.</param>
public sealed record AddAddresses(ImmutableArray<AddressEntry> Addresses, NetworkAddress? Source = null) : ManagerCommand;

/// <summary>Say how the keeping of connections is doing. Answered by <see cref="OutboundStatus"/>.</summary>
/// <param name="ReplyTo">Who gets the answer.</param>
public sealed record GetOutbound(IActorRef ReplyTo) : ManagerCommand;

/// <summary>How the keeping of connections is doing.</summary>
/// <param name="Target">Full-relay connections that are wanted; 0 before <see cref="KeepOutbound"/>.</param>
/// <param name="Ready">Connections of each type that are ready.</param>
/// <param name="UnderWay">Dials and handshakes that are under way.</param>
/// <param name="IsOffline">Whether nothing works at all, so that only now and then somebody is dialled.</param>
/// <param name="Addresses">Addresses that are known.</param>
/// <param name="Tried">Of them those of nodes that we were connected to.</param>
/// <param name="AddressesByNetwork">Addresses that are known, by their network.</param>
/// <param name="TriedByNetwork">Of them those of nodes that we were connected to, by their network.</param>
/// <param name="Nodes">Nodes of <see cref="AddNode"/>.</param>
public sealed record OutboundStatus(
    int Target, ImmutableDictionary<ConnectionType, int> Ready, int UnderWay, bool IsOffline, int Addresses, int Tried,
    ImmutableDictionary<NetworkKind, int> AddressesByNetwork, ImmutableDictionary<NetworkKind, int> TriedByNetwork, int Nodes) : INoSerializationVerificationNeeded
{
    /// <summary>Of an engine that keeps nothing.</summary>
    internal static OutboundStatus None { get; } = new(
        0, ImmutableDictionary<ConnectionType, int>.Empty, 0, false, 0, 0, ImmutableDictionary<NetworkKind, int>.Empty, ImmutableDictionary<NetworkKind, int>.Empty, 0);
}

/// <summary>From the keeper to the manager: open that connection. Answered by <see cref="KeptDialled"/> before anything happens to it.</summary>
internal sealed record DialKept(KeptConnection Kept, Connect Command) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>From the manager to the keeper: that is the connection.</summary>
internal sealed record KeptDialled(KeptConnection Kept, PeerId Id) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>From a peer to the keeper: the remote told of addresses.</summary>
/// <param name="Id">The connection.</param>
/// <param name="Source">The remote.</param>
/// <param name="Addresses">What it told.</param>
/// <param name="IsAnswer">Whether we had asked for addresses.</param>
internal sealed record AddressesHeard(PeerId Id, NetworkAddress Source, WireArray<AddressEntry> Addresses, bool IsAnswer) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>From a peer to the keeper: addresses that others tell are welcome to the remote.</summary>
/// <param name="Id">The connection.</param>
/// <param name="Peer">Who tells it.</param>
/// <param name="ReadsAddressV2">Whether it reads those of all networks.</param>
internal sealed record AddressesWelcome(PeerId Id, IActorRef Peer, bool ReadsAddressV2) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>From the manager to the keeper: the engine stops. It saves what it knows, then ends.</summary>
internal sealed record FinishKeeping : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    private FinishKeeping()
    {
    }

    public static FinishKeeping Instance { get; } = new();
}
