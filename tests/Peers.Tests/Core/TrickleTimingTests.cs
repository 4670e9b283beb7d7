namespace Peers.Tests.Core;

public sealed class TrickleTimingTests
{
    private static readonly TrickleSettings Settings = PeerSettings.From(PeerEngine.DefaultConfig).Trickle;

    [Fact(DisplayName = "Poisson: exponential times with the mean, never negative")]
    public void Poisson_has_its_mean()
    {
        var random = new Random(1);
        var times = Enumerable.Range(0, 100_000).Select(_ => TrickleTiming.Next(TricklePolicy.Poisson, TimeSpan.FromSeconds(5), default, random).TotalSeconds).ToList();
        Assert.All(times, time => Assert.True(time >= 0));
        Assert.Equal(5, times.Average(), tolerance: 0.1);
        Assert.Equal(Math.Exp(-1), times.Count(time => time > 5) / 100_000.0, tolerance: 0.01);
        Assert.Equal(Math.Exp(-3), times.Count(time => time > 15) / 100_000.0, tolerance: 0.01);
    }

    [Theory(DisplayName = "A fixed beat runs from when the peer was ready, whenever an item came")]
    [InlineData(0, 10)]
    [InlineData(1, 9)]
    [InlineData(9.999, 0.001)]
    [InlineData(10, 10)]
    [InlineData(1_234.5, 5.5)]
    public void Fixed_beat(double sinceReady, double next) =>
        Assert.Equal(TimeSpan.FromSeconds(next), TrickleTiming.Next(TricklePolicy.Fixed, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(sinceReady), new Random(1)));

    [Fact(DisplayName = "Immediate is no time")]
    public void Immediate() =>
        Assert.Equal(TimeSpan.Zero, TrickleTiming.Next(TricklePolicy.Immediate, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(3), new Random(1)));

    [Theory(DisplayName = "The defaults: means of 5 s inbound and 2 s outbound as Bitcoin Core, a beat of 10 s for both as btcd")]
    [InlineData(TricklePolicy.Poisson, Direction.Inbound, 5)]
    [InlineData(TricklePolicy.Poisson, Direction.Outbound, 2)]
    [InlineData(TricklePolicy.Fixed, Direction.Inbound, 10)]
    [InlineData(TricklePolicy.Fixed, Direction.Outbound, 10)]
    public void Defaults(TricklePolicy policy, Direction direction, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), TrickleTiming.Interval(Settings with { Policy = policy }, direction));
}
