namespace Peers.TestKit;

/// <summary>
/// How latencies are spread: the latency at each quantile. One draw of the seed between 0 and 1 picks the quantile, and the same draw gives
/// the same latency on every machine.
/// </summary>
public sealed class LatencyDistribution
{
    private readonly Func<double, double> _ticksAt;
    private readonly string _text;

    private LatencyDistribution(Func<double, double> ticksAt, string text)
    {
        _ticksAt = ticksAt;
        _text = text;
    }

    /// <summary>Always <paramref name="latency"/>.</summary>
    public static LatencyDistribution Fixed(TimeSpan latency) => new(_ => latency.Ticks, $"fixed {latency}");

    /// <summary>Anything from <paramref name="least"/> to <paramref name="most"/>, all of it alike.</summary>
    public static LatencyDistribution Uniform(TimeSpan least, TimeSpan most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, least);
        return new(quantile => least.Ticks + (quantile * (most - least).Ticks), $"uniform {least} to {most}");
    }

    /// <summary>At least <paramref name="least"/>, and beyond it a tail of <paramref name="mean"/> on average: what waiting in queues adds.</summary>
    public static LatencyDistribution Exponential(TimeSpan least, TimeSpan mean) =>
        new(quantile => least.Ticks - (mean.Ticks * PortableMath.Log(1 - quantile)), $"exponential {least} + {mean}");

    /// <summary>Normal with this <paramref name="mean"/> and standard <paramref name="deviation"/>, cut at zero.</summary>
    public static LatencyDistribution Normal(TimeSpan mean, TimeSpan deviation) =>
        new(quantile => mean.Ticks + (deviation.Ticks * PortableMath.Normal(Inside(quantile))), $"normal {mean} ± {deviation}");

    /// <summary>Log-normal: half of all are below <paramref name="median"/>, and a long tail is above it, as between the nodes of the Internet.</summary>
    /// <param name="median">The middle.</param>
    /// <param name="spread">The standard deviation of the natural logarithm: 0.5 puts one in a hundred above 3.2 times the median.</param>
    public static LatencyDistribution LogNormal(TimeSpan median, double spread) =>
        new(quantile => median.Ticks * PortableMath.Exp(spread * PortableMath.Normal(Inside(quantile))), $"log-normal {median}, {spread}");

    /// <summary>
    /// Any distribution: the latency at each quantile, from 0 to below 1. A table of measured latencies is
    /// <c>Of(quantile => table[(int)(quantile * table.Length)])</c>.
    /// </summary>
    public static LatencyDistribution Of(Func<double, TimeSpan> latencyAt)
    {
        ArgumentNullException.ThrowIfNull(latencyAt);
        return new(quantile => latencyAt(quantile).Ticks, "a function");
    }

    /// <summary>The latency below which the share <paramref name="quantile"/> of all latencies is, never negative.</summary>
    public TimeSpan At(double quantile) => TimeSpan.FromTicks((long)Math.Max(0, _ticksAt(quantile)));

    /// <inheritdoc />
    public override string ToString() => _text;

    // A draw can be 0, where a normal has no value: half a step of the draws above it.
    private static double Inside(double quantile) => Math.Max(quantile, 1.0 / (1UL << 54));
}
