using System.Net;
using Peers.Wire;

namespace Peers.Tests.Core;

public sealed class AddressRelayTests
{
    private static readonly DateTimeOffset Today = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly HashSet<NetworkKind> Networks = [NetworkKind.IPv4, NetworkKind.IPv6];
    private readonly AddressRelay _relay = new(BitcoinNetwork.Mainnet, TimeSpan.FromSeconds(30), new Random(7));

    [Fact(DisplayName = "An address that a peer tells is told to two others, whoever else is there; never back, never to who knows it")]
    public void Two()
    {
        Join(20);
        Hear(1, Entry(1));
        var told = All();
        Assert.Equal(2, told.Count);
        Assert.DoesNotContain(1, told.Select(tell => tell.Id));

        // Whoever else tells it: the two are the same for a day, and know it by now.
        for (var from = 1; from <= 20; from++)
        {
            Hear(from, Entry(1));
        }

        Assert.Subset(told.Select(tell => tell.Id).ToHashSet(), All().Select(tell => tell.Id).ToHashSet());
    }

    [Fact(DisplayName = "A day later others are told; the addresses' days begin at all times")]
    public void Days()
    {
        var changed = new int[24];
        for (var number = 0; number < 60; number++)
        {
            List<long>? before = null;
            for (var hour = 0; hour < 24; hour++)
            {
                // A relay of its own each time, of the same secret: what peers know already is no matter here.
                var relay = new AddressRelay(BitcoinNetwork.Mainnet, TimeSpan.FromSeconds(30), new Random(7));
                for (var id = 1; id <= 50; id++)
                {
                    relay.Join(new PeerId(id), true);
                }

                var today = Today + TimeSpan.FromHours(hour);
                relay.Hear(new PeerId(99), [Entry(number, today)], false, Networks, today, TimeSpan.Zero);
                List<long> chosen = [.. relay.Take(TimeSpan.MaxValue).Select(tell => tell.Id.Value).Order()];
                changed[hour] += before is not null && !before.SequenceEqual(chosen) ? 1 : 0;
                before = chosen;
            }
        }

        Assert.InRange(changed.Sum(), 45, 60); // Each once a day, at its hour.
        Assert.InRange(changed.Max(), 1, 10);
    }

    [Theory(DisplayName = "An answer, a long message, what is old, and what nobody may tell on goes nowhere")]
    [InlineData("an answer", 0)]
    [InlineData("eleven", 0)]
    [InlineData("ten", 20)]
    [InlineData("old", 0)]
    [InlineData("of this machine", 0)]
    [InlineData("no port", 0)]
    public void What_is_news(string kind, int told)
    {
        Join(20);
        var address = kind == "of this machine" ? IPAddress.Loopback : IPAddress.Parse("20.1.1.1");
        AddressEntry[] entries = kind switch
        {
            "eleven" => [.. Enumerable.Range(1, 11).Select(number => Entry(number))],
            "ten" => [.. Enumerable.Range(1, 10).Select(number => Entry(number))],
            "old" => [Entry(1, Today - TimeSpan.FromMinutes(10))],
            _ => [new AddressEntry(Seconds(Today), ServiceFlags.Network, new NetworkEndpoint(NetworkAddress.From(address), (ushort)(kind == "no port" ? 0 : 8333)))],
        };
        _relay.Hear(new PeerId(1), entries, kind == "an answer", Networks, Today, TimeSpan.Zero);
        Assert.Equal(told, All().Sum(tell => tell.Addresses));
    }

    [Fact(DisplayName = "What is told of a network that we do not reach goes to one peer or two, and only to who can read it")]
    public void Other_networks()
    {
        for (var id = 1; id <= 40; id++)
        {
            _relay.Join(new PeerId(id), readsAddressV2: id % 2 == 0);
        }

        var sizes = new List<int>();
        for (var number = 0; number < 200; number++)
        {
            var key = new byte[32];
            key[0] = (byte)number;
            Hear(1, new AddressEntry(Seconds(Today), ServiceFlags.Network, new NetworkEndpoint(new NetworkAddress(NetworkKind.TorV3, key), 8333)));
            var told = All();
            Assert.All(told, tell => Assert.Equal(0, tell.Id % 2));
            sizes.Add(told.Count);
        }

        Assert.InRange(sizes.Count(size => size == 1), 60, 140);
        Assert.Equal([1, 2], sizes.Distinct().Order());
    }

    [Fact(DisplayName = "A peer is told at random times, 30 s after one another in the mean, and all that has gathered at once")]
    public void Times()
    {
        _relay.Join(new PeerId(1), true);
        List<double> waits = [];
        for (var i = 0; i < 2_000; i++)
        {
            Hear(2, Entry(2 * i));
            var due = _relay.Due!.Value;
            Hear(2, Entry((2 * i) + 1));
            Assert.Equal(due, _relay.Due);
            Assert.Empty(_relay.Take(due - TimeSpan.FromTicks(1)));
            Assert.Equal(2, _relay.Take(due).Single().Addresses.Length);
            Assert.Null(_relay.Due);
            waits.Add(due.TotalSeconds);
        }

        Assert.InRange(waits.Average(), 27, 33);
        Assert.InRange(waits.Count(wait => wait > 30) / 2_000.0, 0.33, 0.41); // 1/e, as of an exponential choice.
    }

    [Fact(DisplayName = "What a peer tells us itself meanwhile is not told to it")]
    public void Told_meanwhile()
    {
        _relay.Join(new PeerId(1), true);
        Hear(2, Entry(1), Entry(2));
        Hear(1, Entry(1));
        var told = Assert.Single(_relay.Take(TimeSpan.MaxValue));
        Assert.Equal(Entry(2), Assert.Single(told.Addresses));
        _relay.Knows(new PeerId(1), [Entry(3)]);
        Hear(2, Entry(3));
        Assert.Empty(All());
    }

    [Fact(DisplayName = "A thousand wait for one peer at most, and a flood pushes out by chance; who is gone is told nothing")]
    public void Bounded()
    {
        _relay.Join(new PeerId(1), true);
        for (var number = 0; number < 3_000; number++)
        {
            Hear(2, Entry(number));
        }

        _relay.Join(new PeerId(3), true);
        Hear(2, Entry(5_000));
        _relay.Leave(new PeerId(3));
        Assert.Equal(1, _relay.Count);
        var told = Assert.Single(_relay.Take(TimeSpan.MaxValue));
        Assert.Equal(1_000, told.Addresses.Length);
        Assert.Contains(told.Addresses, entry => entry.Endpoint.Port < 2_000); // Port is the number.
    }

    private static AddressEntry Entry(int number, DateTimeOffset? time = null) => new(
        Seconds(time ?? Today), ServiceFlags.Network, new NetworkEndpoint(NetworkAddress.From(new IPAddress([20, 1, (byte)(number >> 8), (byte)number])), (ushort)(number + 1)));

    private static uint Seconds(DateTimeOffset time) => (uint)time.ToUnixTimeSeconds();

    private void Join(int count)
    {
        for (var id = 1; id <= count; id++)
        {
            _relay.Join(new PeerId(id), true);
        }
    }

    private void Hear(int from, params AddressEntry[] told) => _relay.Hear(new PeerId(from), told, false, Networks, Today, TimeSpan.Zero);

    private List<(long Id, int Addresses)> All() => [.. _relay.Take(TimeSpan.MaxValue).Select(tell => (tell.Id.Value, tell.Addresses.Length))];
}
