namespace Peers;

/// <summary>When the next announcement goes out.</summary>
internal static class TrickleTiming
{
    /// <summary>The time between two: of a fixed beat, or the mean of random ones.</summary>
    public static TimeSpan Interval(TrickleSettings settings, Direction direction) =>
        settings.Policy == TricklePolicy.Fixed ? settings.FixedInterval
        : direction == Direction.Inbound ? settings.InboundInterval : settings.OutboundInterval;

    /// <summary>
    /// The time until the next one. Poisson times are exponential: they have no memory, so they tell nothing of when an item came. A fixed
    /// beat runs from when the peer was ready, not from when an item came, which it would tell to the moment.
    /// </summary>
    /// <param name="policy">When announcements go out.</param>
    /// <param name="interval">The time between two, or its mean.</param>
    /// <param name="sinceReady">How long the peer has been ready.</param>
    /// <param name="random">Where chance comes from.</param>
    public static TimeSpan Next(TricklePolicy policy, TimeSpan interval, TimeSpan sinceReady, Random random) => policy switch
    {
        TricklePolicy.Poisson => interval * -Math.Log(1.0 - random.NextDouble()),
        TricklePolicy.Fixed => interval - TimeSpan.FromTicks(sinceReady.Ticks % interval.Ticks),
        _ => TimeSpan.Zero,
    };
}
