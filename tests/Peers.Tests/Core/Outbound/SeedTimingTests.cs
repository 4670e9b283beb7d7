namespace Peers.Tests.Core;

public sealed class SeedTimingTests
{
    private static readonly SeedSettings Settings = new([], [], TimeSpan.FromSeconds(11));
    private static readonly TimeSpan Start = TimeSpan.FromHours(1);

    [Fact(DisplayName = "With an empty book seeds are asked at once; with one that is not, when it came to nothing for eleven seconds")]
    public void Wait()
    {
        Assert.True(Begun().IsDue(known: 0, ready: 0, Start));
        Assert.False(Begun().IsDue(known: 1, ready: 0, Start));
        Assert.False(Begun().IsDue(known: 1, ready: 1, Start + TimeSpan.FromSeconds(10.9)));
        Assert.True(Begun().IsDue(known: 1, ready: 1, Start + TimeSpan.FromSeconds(11)));
    }

    [Fact(DisplayName = "Two full-relay connections show that what is known will do")]
    public void Enough() => Assert.False(Begun().IsDue(known: 5, ready: 2, Start + TimeSpan.FromDays(1)));

    [Fact(DisplayName = "Each time they are asked later than the time before: after a minute, two, four, to an hour")]
    public void Again()
    {
        var timing = Begun();
        var asked = new List<double>();
        for (var second = 0; second < 20_000; second++)
        {
            if (timing.IsDue(known: 0, ready: 0, Start + TimeSpan.FromSeconds(second)))
            {
                asked.Add(second);
            }
        }

        var waits = asked.Zip(asked.Skip(1), (one, next) => (next - one) / 60).ToArray();
        var means = new[] { 1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60 }.Take(waits.Length).ToArray();
        Assert.True(waits.Length >= 8, $"{waits.Length}");
        Assert.All(waits.Zip(means), pair => Assert.InRange(pair.First, (pair.Second * 0.8) - 0.02, (pair.Second * 1.2) + 0.02));
    }

    private static SeedTiming Begun()
    {
        var timing = new SeedTiming(Settings, new Random(1));
        timing.Begin(Start);
        return timing;
    }
}
