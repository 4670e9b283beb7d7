using Peers.Wire;
using static Peers.Tests.Core.BookSamples;

namespace Peers.Tests.Core;

/// <summary>Who is drawn, who is told of, and what becomes of an address by what is seen of it.</summary>
public sealed class AddressBookChoiceTests
{
    private readonly AddressBook _book = new(new Random(1));

    [Theory(DisplayName = "An address is terrible when nobody heard of it for 30 days, it is of the future, or it failed too often; but never within a minute of a try")]
    [InlineData(0, null, null, 0, false)]
    [InlineData(30 * 86_400, null, null, 0, false)]
    [InlineData((30 * 86_400) + 1, null, null, 0, true)]
    [InlineData((30 * 86_400) + 1, 60, null, 0, false)]
    [InlineData((30 * 86_400) + 1, 61, null, 0, true)]
    [InlineData(-600, null, null, 0, false)]
    [InlineData(-601, null, null, 0, true)]
    [InlineData(0, 3_600, null, 2, false)]
    [InlineData(0, 3_600, null, 3, true)]
    [InlineData(0, 60, null, 3, false)]
    [InlineData(0, 3_600, 7 * 86_400, 10, false)]
    [InlineData(0, 3_600, (7 * 86_400) + 1, 9, false)]
    [InlineData(0, 3_600, (7 * 86_400) + 1, 10, true)]
    public void Terrible(int age, int? lastTry, int? lastSuccess, int failures, bool isTerrible)
    {
        const long Today = 1_800_000_000;
        var entry = new BookEntry(InGroup(1, 1), Source(1))
        {
            Time = Today - age, LastTry = Today - lastTry ?? 0, LastSuccess = Today - lastSuccess ?? 0, Failures = failures,
        };
        Assert.Equal(isTerrible, entry.IsTerrible(Today));
    }

    [Theory(DisplayName = "Who was tried within ten minutes has a hundredth of his chance, and each failure, up to eight, takes a third")]
    [InlineData(0, 0, 1)]
    [InlineData(600, 0, 1)]
    [InlineData(599, 0, 0.01)]
    [InlineData(0, 1, 0.66)]
    [InlineData(0, 3, 0.287496)]
    [InlineData(0, 8, 0.0360041)]
    [InlineData(0, 100, 0.0360041)]
    [InlineData(10, 1, 0.0066)]
    public void Chance(int lastTry, int failures, double chance)
    {
        var entry = new BookEntry(InGroup(1, 1), Source(1)) { LastTry = lastTry == 0 ? 0 : 1_000_000 - lastTry, Failures = failures };
        Assert.Equal(chance, entry.Chance(1_000_000), 6);
    }

    [Theory(DisplayName = "Of two addresses each is drawn as often as its chance says")]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(4, false)]
    [InlineData(0, true)]
    public void Draws_follow_chance(int failures, bool isJustTried)
    {
        const int Draws = 4_000;
        var (fresh, other) = (InGroup(1, 1), InGroup(2, 2));
        _book.Tell(fresh, Source(1));
        _book.Tell(other, Source(2));
        for (var i = 0; i < failures; i++)
        {
            _book.Good(Endpoint(1), Now - TimeSpan.FromHours(3 - i)); // Of somebody else, so that the line is known to work.
            _book.Attempt(other, isFailureCounted: true, Now - TimeSpan.FromHours(2.5 - i));
        }

        if (isJustTried)
        {
            _book.Attempt(other, isFailureCounted: false, Now);
        }

        var drawnAt = failures > 2 ? Now + TimeSpan.FromDays(1) : Now;
        Assert.Equal(failures, _book.Find(other)!.Failures);
        var drawn = Enumerable.Range(0, Draws).Count(_ => _book.Select(newOnly: false, null, drawnAt)!.Address.Endpoint == other);
        var expected = Expected(Math.Pow(0.66, failures) * (isJustTried ? 0.01 : 1));
        Assert.InRange((drawn - (Draws * expected)) / Math.Sqrt(Draws * expected * (1 - expected)), -4, 4);

        // Each round it is one of the two by a coin; who is refused raises the chance of the next round by a fifth.
        static double Expected(double chance)
        {
            var (reached, taken) = (1.0, 0.0);
            for (var factor = 1.0; reached > 1e-12; factor *= 1.2)
            {
                taken += reached * 0.5 * Math.Min(1, factor * chance);
                reached *= 0.5 * (1 - Math.Min(1, factor * chance));
            }

            return taken;
        }
    }

    [Fact(DisplayName = "One who was connected is drawn as often as a thousand who were told")]
    public void New_or_tried_by_a_coin()
    {
        _book.MakeTried(InGroup(1, 1));
        for (var i = 0; i < 1_000; i++)
        {
            _book.Tell(InGroup(2 + (i / 10), i), Source(i % 50));
        }

        var day = Now + TimeSpan.FromDays(1);
        Assert.InRange(Enumerable.Range(0, 2_000).Count(_ => _book.Select(newOnly: false, null, day)!.IsTried), 900, 1_100);
        Assert.DoesNotContain(Enumerable.Range(0, 200), _ => _book.Select(newOnly: true, null, day)!.IsTried);
    }

    [Fact(DisplayName = "Drawing ends whatever the book holds: nothing, only tried, only new, another network, or only who has hardly any chance")]
    public async Task Drawing_ends()
    {
        await Task.Run(() =>
        {
            Assert.Null(_book.Select(false, null, Now));
            Assert.Null(_book.Select(true, NetworkKind.IPv4, Now));

            var onion = new NetworkEndpoint(new NetworkAddress(NetworkKind.TorV3, new byte[32]), 8333);
            _book.MakeTried(onion);
            Assert.Equal(onion, _book.Select(false, null, Now)?.Address.Endpoint);
            Assert.Equal(onion, _book.Select(false, NetworkKind.TorV3, Now)?.Address.Endpoint);
            Assert.Null(_book.Select(true, null, Now));
            Assert.Null(_book.Select(true, NetworkKind.TorV3, Now));
            Assert.Null(_book.Select(false, NetworkKind.IPv4, Now));

            var told = InGroup(1, 1);
            _book.Tell(told, Source(1));
            Assert.Equal(told, _book.Select(true, null, Now)?.Address.Endpoint);
            Assert.Equal(told, _book.Select(false, NetworkKind.IPv4, Now)?.Address.Endpoint);
            Assert.Null(_book.Select(true, NetworkKind.TorV3, Now));

            var alone = new AddressBook(new Random(2));
            alone.Tell(told, Source(1));
            for (var i = 0; i < 12; i++)
            {
                alone.Good(onion, Now + TimeSpan.FromSeconds(2 * i));
                alone.Attempt(told, isFailureCounted: true, Now + TimeSpan.FromSeconds((2 * i) + 1));
            }

            Assert.Equal(12, alone.Find(told)!.Failures);
            Assert.Equal(told, alone.Select(false, null, Now + TimeSpan.FromSeconds(25))?.Address.Endpoint);
            Assert.Equal(told, alone.Select(true, NetworkKind.IPv4, Now + TimeSpan.FromDays(40))?.Address.Endpoint);
        }).WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact(DisplayName = "Failures count once between two handshakes with anybody, not when they are not the address's, and a handshake forgives them")]
    public void Failures()
    {
        var (one, other) = (InGroup(1, 1), InGroup(2, 2));
        _book.Tell(one, Source(1));
        _book.Tell(other, Source(1));
        Assert.Equal((0, null, null), Seen());
        _book.Attempt(one, isFailureCounted: false, Now);
        Assert.Equal((0, Now, null), Seen());
        _book.Attempt(one, isFailureCounted: true, Now + Minutes(1));
        Assert.Equal((1, Now + Minutes(1), null), Seen());
        _book.Attempt(one, isFailureCounted: true, Now + Minutes(2));
        Assert.Equal((1, Now + Minutes(2), null), Seen());
        Assert.True(_book.Good(other, Now + Minutes(3)));
        _book.Attempt(one, isFailureCounted: true, Now + Minutes(4));
        Assert.Equal((2, Now + Minutes(4), null), Seen());
        Assert.True(_book.Good(one, Now + Minutes(5)));
        Assert.Equal((0, Now + Minutes(5), Now + Minutes(5)), Seen());
        Assert.False(_book.Good(one, Now + Minutes(6))); // It is already.
        _book.Attempt(InGroup(9, 9), isFailureCounted: true, Now);
        Assert.False(_book.Good(InGroup(9, 9), Now));
        Assert.Equal(2, _book.Count);

        (int, DateTimeOffset?, DateTimeOffset?) Seen() => _book.Find(one) is { } entry ? (entry.Failures, entry.LastTry, entry.LastSuccess) : default;
    }

    [Fact(DisplayName = "The end of a connection tells that somebody was there, every 20 minutes at most")]
    public void Connected()
    {
        _book.Tell(InGroup(1, 1), Source(1));
        _book.Connected(InGroup(1, 1), Now + Minutes(20));
        Assert.Equal(Now.ToUnixTimeSeconds(), _book.Find(InGroup(1, 1))!.Address.Time);
        _book.Connected(InGroup(1, 1), Now + Minutes(21));
        Assert.Equal((Now + Minutes(21)).ToUnixTimeSeconds(), _book.Find(InGroup(1, 1))!.Address.Time);
        _book.Connected(InGroup(7, 7), Now);
        Assert.Equal(1, _book.Count);
    }

    [Fact(DisplayName = "What is told adds services and makes the time newer, with hearsay two hours older; impossible times are five days old; what a node says itself counts")]
    public void Told_again()
    {
        var node = InGroup(1, 1);
        var hour = TimeSpan.FromHours(1);
        _book.Add([Told(node, Now - (10 * hour))], Source(1), 2 * hour, Now);
        Assert.Equal((Now - (12 * hour)).ToUnixTimeSeconds(), Time());
        _book.Add([Told(node, Now - (9 * hour))], Source(1), 2 * hour, Now); // Not an hour newer, with the penalty.
        Assert.Equal((Now - (12 * hour)).ToUnixTimeSeconds(), Time());
        _book.Add([Told(node, Now - (8 * hour)) with { Services = ServiceFlags.Witness }], Source(1), 2 * hour, Now);
        Assert.Equal((Now - (10 * hour)).ToUnixTimeSeconds(), Time());
        Assert.Equal(ServiceFlags.Network | ServiceFlags.Witness, _book.Find(node)!.Address.Services);
        _book.Add([Told(node, Now)], node.Address, 2 * hour, Now); // By itself.
        Assert.Equal(Now.ToUnixTimeSeconds(), Time());
        _book.SetServices(node, ServiceFlags.Bloom);
        Assert.Equal(ServiceFlags.Bloom, _book.Find(node)!.Address.Services);

        foreach (var (i, time) in new[] { 0u, 100_000_000u, (uint)Now.ToUnixTimeSeconds() + 601, uint.MaxValue }.Index())
        {
            _book.Add([new AddressEntry(time, ServiceFlags.Network, InGroup(2 + i, i))], Source(1), TimeSpan.Zero, Now);
            Assert.Equal((Now - TimeSpan.FromDays(5)).ToUnixTimeSeconds(), _book.Find(InGroup(2 + i, i))!.Address.Time);
        }

        uint Time() => _book.Find(node)!.Address.Time;
    }

    [Fact(DisplayName = "A remote is told of 1,000 addresses and 23 % at most, of none that is terrible, and of those of the network that it may know")]
    public void Known()
    {
        Assert.Empty(_book.Known(1_000, 23, null, Now));
        for (var i = 0; i < 6_000; i++)
        {
            _book.Tell(InGroup(i / 40, i), Source(i % 250), age: TimeSpan.FromDays(i % 2 == 0 ? 1 : 40));
        }

        var good = _book.Save().Entries.Count(entry => entry.Address.Time > (Now - TimeSpan.FromDays(30)).ToUnixTimeSeconds());
        Assert.InRange(_book.Count, 5_000, 6_000);
        Assert.Equal(1_000, _book.Known(1_000, 23, null, Now).Distinct().Count());
        Assert.Equal(Math.Min(good, _book.Count * 10 / 100), _book.Known(1_000, 10, null, Now).Count);
        Assert.All(_book.Known(1_000, 23, null, Now), entry => Assert.True(entry.Time > (Now - TimeSpan.FromDays(30)).ToUnixTimeSeconds()));
        Assert.Equal(good, _book.Known(int.MaxValue, 100, null, Now).Count);
        Assert.Empty(_book.Known(1_000, 23, NetworkKind.IPv6, Now));
        var six = new NetworkEndpoint(NetworkAddress.Parse("2a01::1"), 8333);
        _book.Tell(six, Source(1));
        Assert.Equal([six], _book.Known(1_000, 23, NetworkKind.IPv6, Now).Select(entry => entry.Endpoint));
        _book.AssertWhole();
    }

    [Fact(DisplayName = "Each address is as likely to be told as any other")]
    public void Known_by_chance()
    {
        for (var i = 0; i < 100; i++)
        {
            _book.Tell(InGroup(i, i), Source(i));
        }

        var told = Enumerable.Range(0, 2_000).SelectMany(_ => _book.Known(1_000, 23, null, Now)).CountBy(entry => entry.Endpoint).ToList();
        Assert.Equal(_book.Count, told.Count);
        var expected = 2_000.0 * (_book.Count * 23 / 100) / _book.Count;
        Assert.All(told, times => Assert.InRange(times.Value, expected * 0.75, expected * 1.25));
    }

    private static TimeSpan Minutes(int minutes) => TimeSpan.FromMinutes(minutes);
}
