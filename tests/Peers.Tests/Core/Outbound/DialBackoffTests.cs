namespace Peers.Tests.Core;

public sealed class DialBackoffTests
{
    private static readonly RetrySettings Even = new(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), Jitter: 0);

    [Fact(DisplayName = "Each failure in a row doubles the time, from the floor to the ceiling")]
    public void Doubles()
    {
        var backoff = new DialBackoff(Even, new Random(1));
        var now = TimeSpan.FromHours(1);
        foreach (var seconds in new[] { 5, 10, 20, 40, 80, 160, 300, 300, 300 })
        {
            Assert.Equal(now + TimeSpan.FromSeconds(seconds), backoff.Failed("a", now));
            now = backoff.Until("a");
        }

        for (var i = 0; i < 2_000; i++)
        {
            now += TimeSpan.FromMinutes(5);
            Assert.Equal(now + TimeSpan.FromMinutes(5), backoff.Failed("a", now));
        }
    }

    [Fact(DisplayName = "Whoever never failed, or was there since, may be dialled at once")]
    public void Succeeded()
    {
        var backoff = new DialBackoff(Even, new Random(1));
        Assert.Equal(TimeSpan.MinValue, backoff.Until("a"));
        backoff.Failed("a", TimeSpan.Zero);
        backoff.Failed("a", TimeSpan.Zero);
        backoff.Succeeded("a");
        Assert.Equal(TimeSpan.MinValue, backoff.Until("a"));
        Assert.Equal(TimeSpan.FromSeconds(5), backoff.Failed("a", TimeSpan.Zero));
    }

    [Theory(DisplayName = "The share of chance is what the setting says, to both sides")]
    [InlineData(0.2, 4, 6)]
    [InlineData(1, 0, 10)]
    public void Jitter(double jitter, double least, double most)
    {
        var backoff = new DialBackoff(Even with { Jitter = jitter }, new Random(1));
        var waits = Enumerable.Range(0, 2_000).Select(i => backoff.Failed($"{i}", TimeSpan.Zero).TotalSeconds).ToArray();
        Assert.InRange(waits.Min(), least, least + 0.1);
        Assert.InRange(waits.Max(), most - 0.1, most);
        Assert.InRange(waits.Average(), 4.9, 5.1);
    }

    [Fact(DisplayName = "What failed in an outage of our own is forgiven, what failed before is not")]
    public void Forgive()
    {
        var backoff = new DialBackoff(Even, new Random(1));
        backoff.Failed("before", TimeSpan.FromSeconds(9));
        backoff.Failed("then", TimeSpan.FromSeconds(10));
        backoff.Forgive(TimeSpan.FromSeconds(10));
        Assert.Equal(TimeSpan.FromSeconds(14), backoff.Until("before"));
        Assert.Equal(TimeSpan.MinValue, backoff.Until("then"));
    }

    [Fact(DisplayName = "Ten thousand are remembered at most; those that wait no longer go first, then whoever waits the shortest")]
    public void Bounded()
    {
        var backoff = new DialBackoff(Even, new Random(1));
        backoff.Failed("over", TimeSpan.Zero);
        for (var i = 1; i < DialBackoff.Capacity; i++)
        {
            backoff.Failed($"{i}", TimeSpan.FromSeconds(10));
        }

        backoff.Failed("one more", TimeSpan.FromSeconds(11));
        Assert.Equal(DialBackoff.Capacity, backoff.Count);
        Assert.Equal(TimeSpan.MinValue, backoff.Until("over"));
        Assert.Equal(TimeSpan.FromSeconds(15), backoff.Until("1"));

        backoff.Failed("1", TimeSpan.FromSeconds(12)); // Known: nobody gives way.
        Assert.Equal(DialBackoff.Capacity, backoff.Count);
        backoff.Failed("two more", TimeSpan.FromSeconds(12));
        Assert.Equal(DialBackoff.Capacity, backoff.Count);
        Assert.Equal(TimeSpan.FromSeconds(22), backoff.Until("1"));
        Assert.Equal(TimeSpan.FromSeconds(17), backoff.Until("two more"));
    }
}
