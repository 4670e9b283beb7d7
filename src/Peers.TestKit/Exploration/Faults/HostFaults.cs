namespace Peers.TestKit;

/// <summary>Nothing to and from a host arrives; when it is over, what was sent arrives.</summary>
/// <param name="At">When.</param>
/// <param name="For">How long.</param>
/// <param name="Host">Which: counted round the hosts.</param>
public sealed record SilentHost(TimeSpan At, TimeSpan For, int Host) : PlannedFault(At, For)
{
    /// <summary>Draws one: 5 to 90 seconds.</summary>
    public static PlannedFault Draw(Random random, TimeSpan at) => new SilentHost(at, TimeSpan.FromSeconds(5 + random.Next(86)), random.Next(1000));

    /// <inheritdoc />
    public override Action? Strike(ExplorationRun run)
    {
        var address = run.HostAt(Host).Addresses[0];
        run.Simulation.Network.Blackhole(address);
        return () => run.Simulation.Network.Restore(address);
    }
}

/// <summary>A host stands still for so short a time that nobody should mind.</summary>
/// <param name="At">When.</param>
/// <param name="For">How long.</param>
/// <param name="Host">Which: counted round the hosts.</param>
public sealed record PausedHost(TimeSpan At, TimeSpan For, int Host) : PlannedFault(At, For)
{
    /// <summary>Draws one: up to 3 seconds.</summary>
    public static PlannedFault Draw(Random random, TimeSpan at) => new PausedHost(at, TimeSpan.FromMilliseconds(1 + random.Next(3000)), random.Next(1000));

    /// <inheritdoc />
    public override Action? Strike(ExplorationRun run) => new SilentHost(At, For, Host).Strike(run);
}

/// <summary>Nothing arrives between two hosts; when it is over, what was sent arrives.</summary>
/// <param name="At">When.</param>
/// <param name="For">How long.</param>
/// <param name="One">One of them: counted round the hosts.</param>
/// <param name="Other">The other.</param>
public sealed record CutLink(TimeSpan At, TimeSpan For, int One, int Other) : PlannedFault(At, For)
{
    /// <summary>Draws one: 5 to 90 seconds.</summary>
    public static PlannedFault Draw(Random random, TimeSpan at) =>
        new CutLink(at, TimeSpan.FromSeconds(5 + random.Next(86)), random.Next(1000), random.Next(1000));

    /// <inheritdoc />
    public override Action? Strike(ExplorationRun run)
    {
        var (one, other) = (run.HostAt(One).Addresses[0], run.HostAt(Other).Addresses[0]);
        run.Simulation.Network.Cut(one, other);
        return () => run.Simulation.Network.Heal(one, other);
    }
}

/// <summary>A host refuses connections to a port on which it listens.</summary>
/// <param name="At">When.</param>
/// <param name="For">How long.</param>
/// <param name="Port">Which: counted round the endpoints that somebody listens on.</param>
public sealed record RefusingHost(TimeSpan At, TimeSpan For, int Port) : PlannedFault(At, For)
{
    /// <summary>Draws one: 5 to 60 seconds.</summary>
    public static PlannedFault Draw(Random random, TimeSpan at) => new RefusingHost(at, TimeSpan.FromSeconds(5 + random.Next(56)), random.Next(1000));

    /// <inheritdoc />
    public override Action? Strike(ExplorationRun run)
    {
        if (run.ListeningAt(Port) is not { } endpoint)
            return null;
        run.Simulation.Network.Refuse(endpoint);
        return () => run.Simulation.Network.Restore(endpoint);
    }
}

/// <summary>Connections to a port are reset when they have carried some bytes: in the handshake, if they are few.</summary>
/// <param name="At">When.</param>
/// <param name="For">How long.</param>
/// <param name="Port">Which: counted round the endpoints that somebody listens on.</param>
/// <param name="Bytes">How many bytes arrive, both ways together.</param>
public sealed record BreakingHost(TimeSpan At, TimeSpan For, int Port, int Bytes) : PlannedFault(At, For)
{
    /// <summary>Draws one: 5 to 60 seconds, up to 600 bytes.</summary>
    public static PlannedFault Draw(Random random, TimeSpan at) =>
        new BreakingHost(at, TimeSpan.FromSeconds(5 + random.Next(56)), random.Next(1000), random.Next(600));

    /// <inheritdoc />
    public override Action? Strike(ExplorationRun run)
    {
        if (run.ListeningAt(Port) is not { } endpoint)
            return null;
        run.Simulation.Network.ResetAfter(endpoint, Bytes);
        return () => run.Simulation.Network.Restore(endpoint);
    }
}
