namespace Peers.Crawler.Tests.Storage;

/// <summary>Figures worked out by hand from bitcoin-seeder's arithmetic: f = exp(-age / window); weight = weight f + (1 - f), and so on.</summary>
public sealed class UptimeWindowsTests
{
    [Fact(DisplayName = "A first visit counts as 1000 s, as in bitcoin-seeder")]
    public void First()
    {
        var windows = default(UptimeWindows).After(reachable: true, sinceLast: null);

        Assert.Equal(0.129675, windows.TwoHours.Weight, 6); // 1 - exp(-1000 / 7200)
        Assert.Equal(0.034126, windows.EightHours.Weight, 6); // 1 - exp(-1000 / 28800)
        Assert.Equal(0.011507, windows.Day.Weight, 6); // 1 - exp(-1000 / 86400)
        Assert.Equal(0.001652, windows.Week.Weight, 6); // 1 - exp(-1000 / 604800)
        Assert.Equal(0.000386, windows.Month.Weight, 6); // 1 - exp(-1000 / 2592000)
        Assert.All(All(windows), window => Assert.Equal((1.0, window.Weight, 1.0), (window.Count, window.Reliability, window.Share)));
    }

    [Fact(DisplayName = "What was is worth exp(-age / window): there, away after two hours, there an hour later")]
    public void Three()
    {
        var windows = default(UptimeWindows).After(true, null).After(false, TimeSpan.FromHours(2)).After(true, TimeSpan.FromHours(1));

        // Of two hours: f is exp(-1) = 0.367879, then exp(-0.5) = 0.606531.
        Assert.Equal(0.805804, windows.TwoHours.Weight, 6);
        Assert.Equal(1.829661, windows.TwoHours.Count, 6);
        Assert.Equal(0.422404, windows.TwoHours.Reliability, 6);
        Assert.Equal(0.524201, windows.TwoHours.Share, 6);

        // Of a day: f is exp(-1/12) = 0.920044, then exp(-1/24) = 0.959189.
        Assert.Equal(0.127658, windows.Day.Weight, 6);
        Assert.Equal(2.841686, windows.Day.Count, 6);
        Assert.Equal(0.050966, windows.Day.Reliability, 6);
    }

    [Fact(DisplayName = "A node that is always there reaches bitcoin-seeder's bar of the two hours at its fourteenth visit, one every 1000 s")]
    public void GoodNode()
    {
        var windows = default(UptimeWindows);
        var visits = 0;
        while (windows.TwoHours is not { Reliability: > 0.85, Count: > 2 })
        {
            windows = windows.After(true, visits++ == 0 ? null : TimeSpan.FromSeconds(1000));
        }

        Assert.Equal(14, visits); // 1 - exp(-14 * 1000 / 7200) = 0.857
    }

    [Fact(DisplayName = "A visit that is told late, or in the same instant, counts as one that took no time")]
    public void Late()
    {
        var before = default(UptimeWindows).After(true, null);

        var after = before.After(false, TimeSpan.FromMinutes(-5));

        Assert.Equal(before.TwoHours with { Count = 2 }, after.TwoHours);
        Assert.Equal(after, before.After(false, TimeSpan.Zero));
    }

    private static UptimeWindow[] All(UptimeWindows windows) => [windows.TwoHours, windows.EightHours, windows.Day, windows.Week, windows.Month];
}
