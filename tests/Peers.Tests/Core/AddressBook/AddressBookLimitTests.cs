using Peers.Wire;
using static Peers.Tests.Core.BookSamples;

namespace Peers.Tests.Core;

/// <summary>Nobody can fill the book, or push others out of it.</summary>
public sealed class AddressBookLimitTests
{
    private readonly AddressBook _book = new(new Random(1));

    [Fact(DisplayName = "100,000 addresses of the sources of one /16 fill at most 64 buckets of the new table, and push nobody out")]
    public void One_source()
    {
        var honest = Enumerable.Range(0, 1_000).Select(i => InGroup(i % 100, i)).ToList();
        honest.ForEach(endpoint => Assert.True(_book.Tell(endpoint, Source(endpoint.GetHashCode() & 63)) || _book.Find(endpoint) is null));
        honest.RemoveAll(endpoint => _book.Find(endpoint) is null); // Some had one place.
        Assert.True(honest.Count > 900);

        var random = new Random(2);
        for (var i = 0; i < 100_000; i++)
        {
            _book.Tell(Endpoint((200 << 24) + random.Next(1 << 24)), IPv4((99 << 24) + (99 << 16) + random.Next(1 << 16)));
        }

        var hostile = _book.Save().Entries.Where(entry => entry.Source.ToArray()[0] == 99).ToList();
        Assert.InRange(hostile.SelectMany(entry => entry.Places).Select(place => place / BucketTable.Places).Distinct().Count(), 50, 64);
        Assert.InRange(hostile.Count, 2_000, 64 * BucketTable.Places);
        Assert.All(honest, endpoint => Assert.NotNull(_book.Find(endpoint)));
        _book.AssertWhole();
    }

    [Fact(DisplayName = "Addresses of one netgroup that one source tells go into one bucket of the new table")]
    public void One_source_and_one_netgroup()
    {
        for (var i = 0; i < 1_000; i++)
        {
            _book.Tell(InGroup(3, i), Source(7));
        }

        Assert.Single(_book.Save().Entries.SelectMany(entry => entry.Places).Select(place => place / BucketTable.Places).Distinct());
        Assert.InRange(_book.Count, 40, BucketTable.Places);
    }

    [Fact(DisplayName = "Addresses of one netgroup fill at most 8 buckets of the tried table, whoever told them, and push nobody out")]
    public void One_netgroup()
    {
        Enumerable.Range(0, 20).ToList().ForEach(i => _book.MakeTried(InGroup(200, i * 7), Now - TimeSpan.FromMinutes(1)));
        var others = _book.TriedCount;
        for (var i = 0; i < 6_000; i++)
        {
            _book.Tell(InGroup(5, i), Source(i % 200));
            _book.Good(InGroup(5, i), Now);
            _book.ResolveCollisions(Now);
        }

        var table = _book.TriedTable();
        var tried = _book.Save().Entries.Where(entry => entry.IsTried && Netgroup.Of(entry.Address.Endpoint.Address) == Netgroup.Of(InGroup(5, 0).Address)).ToList();
        Assert.InRange(tried.Select(entry => table.TriedPlace(entry.Address.Endpoint) / BucketTable.Places).Distinct().Count(), 5, 8);
        Assert.InRange(tried.Count, 300, 8 * BucketTable.Places);
        Assert.Equal(tried.Count + others, _book.TriedCount);
        _book.AssertWhole();
    }

    [Fact(DisplayName = "However many tell an address, it has eight places at most, and each place more is half as likely")]
    public void References()
    {
        for (var i = 0; i < 30_000; i++)
        {
            _book.Tell(InGroup(1, 1), Source(i % 250), Now + TimeSpan.FromMinutes(i)); // Each time newer.
        }

        Assert.Equal(AddressBook.MostReferences, _book.Save().Entries.Single().Places.Length);

        var second = new AddressBook(new Random(3));
        for (var i = 0; i < 1_500; i++) // So few that hardly two have one place.
        {
            second.Add([Told(InGroup(i / 40, i), Now)], Source(i % 250), TimeSpan.FromHours(2), Now);
            second.Add([Told(InGroup(i / 40, i), Now)], Source((i + 1) % 250), TimeSpan.FromHours(2), Now);
        }

        Assert.InRange(second.Save().Entries.Count(entry => entry.Places.Length == 2) / (double)second.Count, 0.44, 0.54);
        second.AssertWhole();
    }

    [Fact(DisplayName = "What is no newer than what is known gives no place more")]
    public void No_news()
    {
        for (var i = 0; i < 200; i++)
        {
            _book.Tell(InGroup(1, 1), Source(i));
        }

        Assert.Single(_book.Save().Entries.Single().Places);
    }

    [Fact(DisplayName = "A place is kept from a newcomer, but not by an address that is terrible, nor by one that has other places")]
    public void Replacement()
    {
        var (first, second) = SamePlace();
        Assert.True(_book.Tell(first, Source(1)));
        Assert.False(_book.Tell(second, Source(1)));
        Assert.Null(_book.Find(second));

        var later = Now + TimeSpan.FromDays(31); // Nobody has heard of the first since.
        Assert.True(_book.Tell(second, Source(1), later));
        Assert.Null(_book.Find(first));

        var time = later;
        while (_book.Save().Entries.Single(entry => entry.Address.Endpoint == second).Places.Length < 2)
        {
            time += TimeSpan.FromMinutes(1);
            _book.Tell(second, Source(2), time);
        }

        Assert.True(_book.Tell(first, Source(1), time));
        Assert.Single(_book.Save().Entries.Single(entry => entry.Address.Endpoint == second).Places);
        _book.AssertWhole();
    }

    [Fact(DisplayName = "Sources that are no nodes, such as seeds, are each in a netgroup of its own, and in that of no node")]
    public void Named_sources()
    {
        var groups = Enumerable.Range(0, 300).Select(i => Netgroup.Of(NamedSource.Of($"seed{i}.example"))).ToList();
        Assert.Equal(300, groups.Distinct().Count());
        Assert.Equal(NamedSource.Of("user"), NamedSource.Of("user"));
        Assert.All(Enumerable.Range(0, 20), i => Assert.Equal(0xFD, NamedSource.Of($"{i}").ToArray()[0]));
    }

    /// <summary>Two addresses that have one place when source 1 tells them.</summary>
    private (NetworkEndpoint First, NetworkEndpoint Second) SamePlace()
    {
        var table = _book.NewTable();
        var pair = Enumerable.Range(0, 500).Select(i => InGroup(1, i)).GroupBy(endpoint => table.NewPlace(endpoint, Source(1))).First(same => same.Count() > 1).ToList();
        return (pair[0], pair[1]);
    }
}
