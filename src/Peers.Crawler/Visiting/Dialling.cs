using Akka.Actor;
using Akka.Event;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>
/// Opens connections for visits, to tell a refusal from a dead host and to go through proxies: the engine takes the open connection over.
/// </summary>
internal interface IDialler
{
    /// <summary>Dials; the answer is one <see cref="DialResult"/>, in any case and within a moment of the disposal at the latest.</summary>
    /// <param name="endpoint">Whom.</param>
    /// <param name="replyTo">Who gets the answer.</param>
    /// <returns>Dispose it to give the dial up.</returns>
    IDisposable Dial(NetworkEndpoint endpoint, IActorRef replyTo);
}

/// <summary>What came of a dial.</summary>
internal abstract record DialResult : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>The connection is open.</summary>
/// <param name="Adopt">Makes the command that hands it to the engine; whoever gets this must send it.</param>
internal sealed record Dialled(Func<IActorRef, ManagerCommand> Adopt) : DialResult;

/// <summary>The connection is not open.</summary>
/// <param name="Outcome">What that says of the node.</param>
/// <param name="Detail">What the outcome alone does not say.</param>
internal sealed record NotDialled(VisitOutcome Outcome, string Detail) : DialResult;
