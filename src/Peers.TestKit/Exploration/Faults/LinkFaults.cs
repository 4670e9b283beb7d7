namespace Peers.TestKit;

/// <summary>Connections that are made meanwhile are slow.</summary>
/// <param name="At">When.</param>
/// <param name="For">How long.</param>
/// <param name="BytesPerSecond">How slow.</param>
public sealed record SlowLinks(TimeSpan At, TimeSpan For, int BytesPerSecond) : PlannedFault(At, For)
{
    /// <summary>Draws one: 10 to 60 seconds, 500 bytes to 20 KB per second.</summary>
    public static PlannedFault Draw(Random random, TimeSpan at) =>
        new SlowLinks(at, TimeSpan.FromSeconds(10 + random.Next(51)), 500 + random.Next(20_000));

    /// <inheritdoc />
    public override Action? Strike(ExplorationRun run) => run.ChangeLinks(link => link with { BytesPerSecond = BytesPerSecond });
}

/// <summary>Connections that are made meanwhile have a long and uneven way.</summary>
/// <param name="At">When.</param>
/// <param name="For">How long.</param>
/// <param name="Latency">The least time a byte is on its way.</param>
/// <param name="Jitter">The most that is added.</param>
public sealed record LateLinks(TimeSpan At, TimeSpan For, TimeSpan Latency, TimeSpan Jitter) : PlannedFault(At, For)
{
    /// <summary>Draws one: 10 to 60 seconds, up to 3 seconds of latency and as much jitter.</summary>
    public static PlannedFault Draw(Random random, TimeSpan at) => new LateLinks(
        at, TimeSpan.FromSeconds(10 + random.Next(51)), TimeSpan.FromMilliseconds(random.Next(3000)), TimeSpan.FromMilliseconds(random.Next(3000)));

    /// <inheritdoc />
    public override Action? Strike(ExplorationRun run) => run.ChangeLinks(link => link with { Latency = Latency, Jitter = Jitter });
}

/// <summary>Connections that are made meanwhile are read byte by byte.</summary>
/// <param name="At">When.</param>
/// <param name="For">How long.</param>
public sealed record SingleBytes(TimeSpan At, TimeSpan For) : PlannedFault(At, For)
{
    /// <summary>Draws one: 5 to 20 seconds.</summary>
    public static PlannedFault Draw(Random random, TimeSpan at) => new SingleBytes(at, TimeSpan.FromSeconds(5 + random.Next(16)));

    /// <inheritdoc />
    public override Action? Strike(ExplorationRun run) => run.ChangeLinks(link => link with { Chunks = ReadChunks.Single });
}
