namespace Peers.TestKit;

/// <summary>Resets a connection.</summary>
/// <param name="At">When.</param>
/// <param name="Connection">Which: counted round the connections that are open then.</param>
public sealed record ResetConnection(TimeSpan At, int Connection) : PlannedFault(At)
{
    /// <summary>Draws one.</summary>
    public static PlannedFault Draw(Random random, TimeSpan at) => new ResetConnection(at, random.Next(1000));

    /// <inheritdoc />
    public override Action? Strike(ExplorationRun run)
    {
        run.ConnectionAt(Connection)?.Reset();
        return null;
    }
}

/// <summary>Resets a connection when it has carried some more bytes: mostly in the middle of a message.</summary>
/// <param name="At">From when on the bytes count.</param>
/// <param name="Connection">Which: counted round the connections that are open then.</param>
/// <param name="Bytes">How many bytes may still arrive, both ways together.</param>
public sealed record ResetAfterBytes(TimeSpan At, int Connection, int Bytes) : PlannedFault(At)
{
    /// <summary>Draws one.</summary>
    public static PlannedFault Draw(Random random, TimeSpan at) => new ResetAfterBytes(at, random.Next(1000), 1 + random.Next(3000));

    /// <inheritdoc />
    public override Action? Strike(ExplorationRun run)
    {
        run.ConnectionAt(Connection)?.ResetAfter(Bytes);
        return null;
    }
}
