namespace Peers.Crawler;

/// <summary>
/// How much of the time a node was reachable, forgotten exponentially over 2 hours, 8 hours, a day, a week and 30 days: the five windows of
/// bitcoin-seeder, by which lists of good nodes are made.
/// </summary>
/// <remarks>
/// The arithmetic is bitcoin-seeder's (<c>CAddrStat::Update</c>), but for two things: it counts whole seconds, we count all of the time; it keeps
/// single precision, we keep double. Its dump prints <see cref="UptimeWindow.Reliability"/>, not <see cref="UptimeWindow.Share"/>.
/// </remarks>
/// <param name="TwoHours">Of the last hours.</param>
/// <param name="EightHours">Of the last third of a day.</param>
/// <param name="Day">Of the last day.</param>
/// <param name="Week">Of the last week.</param>
/// <param name="Month">Of the last 30 days.</param>
public readonly record struct UptimeWindows(UptimeWindow TwoHours, UptimeWindow EightHours, UptimeWindow Day, UptimeWindow Week, UptimeWindow Month)
{
    /// <summary>What the first visit counts as: bitcoin-seeder takes it that the node was tried its shortest retry time before (<c>MIN_RETRY</c>).</summary>
    internal static readonly TimeSpan FirstAge = TimeSpan.FromSeconds(1000);

    /// <summary>The windows after one more visit.</summary>
    /// <param name="reachable">Whether the node was there.</param>
    /// <param name="sinceLast">
    /// The time since the visit before, null for the first, which counts as 1000 s (as bitcoin-seeder). A negative one, of a visit that is told late,
    /// counts as none.
    /// </param>
    public UptimeWindows After(bool reachable, TimeSpan? sinceLast)
    {
        var age = sinceLast ?? FirstAge;
        age = age < TimeSpan.Zero ? TimeSpan.Zero : age;
        return new UptimeWindows(
            TwoHours.After(reachable, age, TimeSpan.FromHours(2)),
            EightHours.After(reachable, age, TimeSpan.FromHours(8)),
            Day.After(reachable, age, TimeSpan.FromDays(1)),
            Week.After(reachable, age, TimeSpan.FromDays(7)),
            Month.After(reachable, age, TimeSpan.FromDays(30)));
    }
}

/// <summary>One window.</summary>
/// <param name="Weight">How much of the window is covered by visits, from 0 to 1.</param>
/// <param name="Count">Visits, each worth less with its age.</param>
/// <param name="Reliability">The share of the window in which the node was there, from 0 to <paramref name="Weight"/>.</param>
public readonly record struct UptimeWindow(double Weight, double Count, double Reliability)
{
    /// <summary>The share of the covered time in which the node was there, from 0 to 1.</summary>
    public double Share => Weight > 0 ? Reliability / Weight : 0;

    /// <summary>The window after one more visit, as bitcoin-seeder counts: all that was is worth <c>exp(-age / window)</c>.</summary>
    public UptimeWindow After(bool reachable, TimeSpan sinceLast, TimeSpan window)
    {
        var kept = Math.Exp(-(sinceLast / window));
        return new UptimeWindow((Weight * kept) + (1 - kept), (Count * kept) + 1, (Reliability * kept) + (reachable ? 1 - kept : 0));
    }
}
