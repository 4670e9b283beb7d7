namespace Peers;

/// <summary>When the next announcement goes out.</summary>
internal static class TrickleTiming
{
    /// <summary>The time between two: of a fixed beat, or the mean of random ones.</summary>
    public static TimeSpan Interval(TrickleSettings settings, Direction direction) =>
        settings.Policy == TricklePolicy.Fixed ? settings.FixedInterval
        : direction == Direction.Inbound ? settings.InboundInterval : settings.OutboundInterval;

    /// <summary>The time until the next one. Poisson times are exponential: they have no memory, so they tell nothing of when an item came.</summary>
    public static TimeSpan Next(TricklePolicy policy, TimeSpan mean, Random random) => policy switch
    {
        TricklePolicy.Poisson => mean * -Math.Log(1.0 - random.NextDouble()),
        TricklePolicy.Fixed => mean,
        _ => TimeSpan.Zero,
    };
}
