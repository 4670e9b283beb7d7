namespace Peers.Tests.Core;

public sealed class OfflineWatchTests
{
    private static readonly RetrySettings Retry = new(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), Jitter: 0);

    [Fact(DisplayName = "Nothing works when dials to eight netgroups have failed in a row, not when dials to one did")]
    public void Netgroups()
    {
        var watch = new OfflineWatch(Retry, new Random(1));
        for (var i = 0; i < 100; i++)
        {
            Assert.False(watch.Failed(netgroup: 1, TimeSpan.FromSeconds(i)));
        }

        for (var group = 2ul; group < OfflineWatch.Netgroups; group++)
        {
            Assert.False(watch.Failed(group, TimeSpan.FromSeconds(100)));
        }

        Assert.False(watch.IsOffline);
        Assert.True(watch.Failed(OfflineWatch.Netgroups, TimeSpan.FromSeconds(100)));
        Assert.True(watch.IsOffline);
        Assert.Equal(TimeSpan.Zero, watch.Since);
    }

    [Fact(DisplayName = "Meanwhile somebody is dialled ever more rarely, down to once a minute")]
    public void Probes()
    {
        var watch = Offline(TimeSpan.Zero);
        var now = TimeSpan.Zero;
        foreach (var seconds in new[] { 5, 10, 20, 40, 60, 60 })
        {
            Assert.Equal(now + TimeSpan.FromSeconds(seconds), watch.NextProbe);
            now = watch.NextProbe;
            Assert.False(watch.Failed(1, now), "it is told once");
        }
    }

    [Fact(DisplayName = "One who is there ends it, and all is counted anew")]
    public void Heard()
    {
        var watch = Offline(TimeSpan.FromSeconds(1));
        Assert.True(watch.Heard());
        Assert.False(watch.Heard());
        Assert.False(watch.IsOffline);
        Assert.Equal(TimeSpan.MinValue, watch.NextProbe);
        Assert.False(watch.Failed(1, TimeSpan.FromSeconds(7)));
        Assert.Equal(TimeSpan.FromSeconds(7), watch.Since);
    }

    private static OfflineWatch Offline(TimeSpan now)
    {
        var watch = new OfflineWatch(Retry, new Random(1));
        for (var group = 0ul; group < OfflineWatch.Netgroups; group++)
        {
            watch.Failed(group, now);
        }

        Assert.True(watch.IsOffline);
        return watch;
    }
}
