using System.Net;
using Akka.Actor;

namespace Peers;

/// <summary>What a <see cref="PeerActor"/> is born with.</summary>
/// <param name="Id">The connection.</param>
/// <param name="Direction">Who opens it.</param>
/// <param name="Endpoint">The remote's address as it was given.</param>
/// <param name="Origin">How it comes to its socket.</param>
/// <param name="Network">The network that is dialled on.</param>
/// <param name="Nonce">The nonce of our version, dealt by the manager, who knows it again.</param>
/// <param name="Listener">Who gets the messages; null for nobody yet.</param>
/// <param name="Consumption">When a message delivered to the listener counts as consumed.</param>
/// <param name="Options">What it has otherwise than the settings say.</param>
/// <param name="Budget">What all remotes together may make us hold.</param>
/// <param name="BudgetKeeper">Who keeps the engine within it.</param>
/// <param name="AddressKeeper">Who learns of addresses that the remote tells; nobody while no connections are kept.</param>
internal sealed record PeerStart(
    PeerId Id, Direction Direction, EndPoint Endpoint, ConnectionOrigin Origin, ConnectionNetwork Network, ulong Nonce,
    IActorRef? Listener, Consumption Consumption, PeerOptions Options, ReceiveBudget<IActorRef> Budget, IActorRef BudgetKeeper,
    IActorRef AddressKeeper);
