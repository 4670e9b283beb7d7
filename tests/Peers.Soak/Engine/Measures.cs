namespace Peers.Soak;

/// <summary>How the process of the engine is doing.</summary>
/// <param name="Heap">Bytes of managed memory that live.</param>
/// <param name="Resident">Bytes of the process in memory.</param>
/// <param name="Handles">Open file descriptors.</param>
/// <param name="Actors">Actors, the system's own among them.</param>
/// <param name="Peers">Connections that the engine has.</param>
/// <param name="DeadLetters">Messages that reached nobody, so far, but for those that may (see <see cref="LostMessagesActor"/>).</param>
/// <param name="Unhandled">Messages that somebody did not handle, and errors that were logged, so far.</param>
/// <param name="Stopped">Connections that have ended, so far, by the reason's name.</param>
/// <param name="Lost">The first of what was lost, in words.</param>
internal sealed record Measures(
    long Heap, long Resident, int Handles, int Actors, int Peers, long DeadLetters, long Unhandled, IReadOnlyDictionary<string, int> Stopped, IReadOnlyList<string> Lost);
