using Akka.Actor;

namespace Peers.TestKit;

/// <summary>A part of a connection crashes, as by a fault of the engine's own: that connection must end as <c>InternalError</c>, and no other.</summary>
/// <param name="At">When.</param>
/// <param name="Connection">Whose: counted round the connections of engines that are ready then.</param>
/// <param name="Part">The name of the actor below the peer's; empty for the peer's own.</param>
public sealed record CrashedPart(TimeSpan At, int Connection, string Part) : PlannedFault(At)
{
    private static readonly string[] Parts = ["", "connection", "ping", "trickle"];

    /// <summary>Draws one.</summary>
    public static PlannedFault Draw(Random random, TimeSpan at) => new CrashedPart(at, random.Next(1000), Parts[random.Next(Parts.Length)]);

    /// <inheritdoc />
    public override Action? Strike(ExplorationRun run)
    {
        var ready = run.Connections.Where(connection => connection is { IsReady: true, IsStopped: false }).ToArray();
        if (ready.Length == 0)
            return null;

        var crashed = ready[Connection % ready.Length];
        crashed.MayCrash = true;
        var peer = crashed.Peer!;
        run.Simulation.System.ActorSelection(Part.Length == 0 ? peer.Path.ToStringWithoutAddress() : $"{peer.Path.ToStringWithoutAddress()}/{Part}").Tell(Kill.Instance);
        return null;
    }
}
