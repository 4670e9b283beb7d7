using Peers.Wire;
using static Peers.Tests.Core.BookSamples;

namespace Peers.Tests.Core;

/// <summary>Test before evict: who is tried keeps his place until he was seen to be gone.</summary>
public sealed class AddressBookCollisionTests
{
    private readonly AddressBook _book = new(new Random(1));
    private readonly NetworkEndpoint _holder;
    private readonly NetworkEndpoint _waiting;

    public AddressBookCollisionTests()
    {
        var table = _book.TriedTable();
        var pair = Enumerable.Range(0, 3_000).Select(i => InGroup(1, i)).GroupBy(table.TriedPlace).First(same => same.Count() > 1).ToList();
        (_holder, _waiting) = (pair[0], pair[1]);
    }

    private static TimeSpan Minute { get; } = TimeSpan.FromMinutes(1);

    [Fact(DisplayName = "Who comes to a place that is taken waits, and its holder is to be tested")]
    public void Waits()
    {
        Assert.Null(_book.SelectCollision(Now));
        Collide(Now - TimeSpan.FromHours(5));
        Assert.Equal((true, false), (IsTried(_holder), IsTried(_waiting)));
        Assert.Equal(_holder, _book.SelectCollision(Now)?.Address.Endpoint);
        _book.ResolveCollisions(Now);
        Assert.Equal(_holder, _book.SelectCollision(Now)?.Address.Endpoint);
    }

    [Theory(DisplayName = "A holder with a handshake within four hours keeps his place at once")]
    [InlineData(239, true)]
    [InlineData(240, false)]
    public void Was_there(int minutesAgo, bool isKept)
    {
        Collide(Now - (minutesAgo * Minute));
        _book.ResolveCollisions(Now);
        Assert.Equal(isKept, _book.SelectCollision(Now) is null);
        _book.ResolveCollisions(Now + (41 * Minute));
        Assert.Equal((isKept, !isKept), (IsTried(_holder), IsTried(_waiting)));
        _book.AssertWhole();
    }

    [Fact(DisplayName = "A holder who does not answer his test within a minute goes back to the new table")]
    public void Test_fails()
    {
        Collide(Now - TimeSpan.FromHours(5));
        _book.Attempt(_holder, isFailureCounted: true, Now);
        _book.ResolveCollisions(Now + Minute);
        Assert.Equal((true, false), (IsTried(_holder), IsTried(_waiting)));
        _book.ResolveCollisions(Now + Minute + TimeSpan.FromSeconds(1));
        Assert.Equal((false, true), (IsTried(_holder), IsTried(_waiting)));
        Assert.Null(_book.SelectCollision(Now));
        Assert.Single(_book.Save().Entries.Single(entry => entry.Address.Endpoint == _holder).Places);
        _book.AssertWhole();
    }

    [Fact(DisplayName = "A holder who answers his test keeps his place, and nobody waits for it any longer")]
    public void Test_succeeds()
    {
        Collide(Now - TimeSpan.FromHours(5));
        _book.Attempt(_holder, isFailureCounted: true, Now);
        _book.Good(_holder, Now + TimeSpan.FromSeconds(2));
        _book.ResolveCollisions(Now + (5 * Minute));
        Assert.Equal((true, false), (IsTried(_holder), IsTried(_waiting)));
        Assert.Null(_book.SelectCollision(Now));
    }

    [Fact(DisplayName = "A holder who was not tested in 40 minutes makes room")]
    public void Never_tested()
    {
        Collide(Now - TimeSpan.FromHours(5));
        _book.ResolveCollisions(Now + (40 * Minute));
        Assert.Equal((true, false), (IsTried(_holder), IsTried(_waiting)));
        _book.ResolveCollisions(Now + (40 * Minute) + TimeSpan.FromSeconds(1));
        Assert.Equal((false, true), (IsTried(_holder), IsTried(_waiting)));
        _book.AssertWhole();
    }

    [Fact(DisplayName = "Who waits and is gone from the book, or has got the place meanwhile, waits no longer")]
    public void Waits_no_longer()
    {
        Collide(Now - TimeSpan.FromHours(5));
        var table = _book.NewTable();
        var place = table.NewPlace(_waiting, Source(2));
        var usurper = Enumerable.Range(0, 100_000).Select(i => InGroup(1, i)).First(other => other != _waiting && other != _holder && table.NewPlace(other, Source(2)) == place);
        Assert.True(_book.Tell(usurper, Source(2), Now + TimeSpan.FromDays(31)));
        Assert.Null(_book.Find(_waiting));
        Assert.Null(_book.SelectCollision(Now));
        _book.ResolveCollisions(Now + TimeSpan.FromDays(31));
        Assert.True(IsTried(_holder));
        _book.AssertWhole();
    }

    [Fact(DisplayName = "Ten wait at most")]
    public void Ten_wait()
    {
        var table = _book.TriedTable();
        var pairs = Enumerable.Range(0, 20_000).Select(i => InGroup(i / 400, i)).GroupBy(table.TriedPlace).Where(same => same.Count() > 1).Take(30).Select(same => same.ToList()).ToList();
        foreach (var pair in pairs)
        {
            _book.MakeTried(pair[0], Now - TimeSpan.FromHours(5));
            _book.Tell(pair[1], Source(2));
            Assert.False(_book.Good(pair[1], Now));
        }

        var waited = pairs.Count(pair => _book.Find(pair[1]) is not null);
        Assert.True(waited > 10);
        _book.ResolveCollisions(Now + (41 * Minute));
        Assert.Equal(10, pairs.Count(pair => IsTried(pair[1])));
        _book.AssertWhole();
    }

    private void Collide(DateTimeOffset holderSeen)
    {
        _book.MakeTried(_holder, holderSeen);
        Assert.True(_book.Tell(_waiting, Source(2)));
        Assert.False(_book.Good(_waiting, Now));
    }

    private bool IsTried(NetworkEndpoint endpoint) => _book.Find(endpoint)?.IsTried == true;
}
