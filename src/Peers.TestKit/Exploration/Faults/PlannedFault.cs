namespace Peers.TestKit;

/// <summary>
/// A fault that befalls a simulated network at a moment of virtual time. Pure data, drawn before the run, so that a plan can be run again
/// without some of its faults. A kind of fault is one class: a record derived from this.
/// </summary>
/// <remarks>
/// What is hit is named by numbers that wrap around what there is at that moment (the connections, the hosts): so a fault means something
/// also when the faults before it are left out.
/// </remarks>
/// <param name="At">When it strikes: virtual time since the start of the scenario.</param>
/// <param name="For">How long it lasts; zero for a blow that passes at once.</param>
public abstract record PlannedFault(TimeSpan At, TimeSpan For = default)
{
    /// <summary>Lets it begin.</summary>
    /// <returns>What takes it back when its time is over, or the scenario ends; null when there is nothing to take back.</returns>
    public abstract Action? Strike(ExplorationRun run);

    /// <summary>The same fault made simpler, the best guess first: what a failure is shrunk by. Each must be simpler than this one.</summary>
    public virtual IEnumerable<PlannedFault> Simpler()
    {
        if (For > TimeSpan.FromSeconds(1))
            yield return this with { For = Whole(For / 2) };
        if (At > TimeSpan.FromSeconds(2))
            yield return this with { At = Whole(At / 2) };
        if (At != Whole(At))
            yield return this with { At = Whole(At) };
    }

    private static TimeSpan Whole(TimeSpan time) => TimeSpan.FromSeconds(Math.Floor(time.TotalSeconds));
}
