using Akka.Actor;
using Akka.Event;

namespace Peers.Crawler;

/// <summary>What all visits of a worker share.</summary>
/// <param name="Worker">Who gets the results.</param>
/// <param name="Engine">The manager of the engine that makes the visits.</param>
/// <param name="Dialler">Opens the connections.</param>
/// <param name="Timeouts">How long a visit waits.</param>
/// <param name="Clock">The clock.</param>
internal sealed record VisitSurroundings(IActorRef Worker, IActorRef Engine, IDialler Dialler, VisitTimeouts Timeouts, TimeProvider Clock);

/// <summary>A visit ended, and nothing of its connection is left.</summary>
/// <param name="Visit">How it ended.</param>
/// <param name="BytesReceived">Bytes that were read.</param>
/// <param name="BytesSent">Bytes that were written.</param>
internal sealed record VisitEnded(Visit Visit, long BytesReceived, long BytesSent) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
