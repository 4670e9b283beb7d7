using System.Collections.Immutable;
using System.Net;
using Peers.Wire;

namespace Peers.Tests.Core;

public sealed class AddressAnswersTests
{
    private static readonly AddressSettings Settings = new(TimeSpan.FromHours(21), TimeSpan.FromHours(6), MaxShare: 23, BookShare: 23, Relay: false, TimeSpan.FromSeconds(30));
    private static readonly IPEndPoint Here = IPEndPoint.Parse("10.0.0.1:8333");

    private static IReadOnlyList<AddressEntry> Known(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new AddressEntry(1, ServiceFlags.None, new NetworkEndpoint(NetworkAddress.From(new IPAddress([11, 1, (byte)(i / 250), (byte)(i % 250)])), 8333)))];

    [Theory(DisplayName = "An answer tells at most its share of what is known, and 1,000 at most")]
    [InlineData(3, 0)]
    [InlineData(100, 23)]
    [InlineData(4_000, 920)]
    [InlineData(10_000, 1_000)]
    public void Shares(int known, int told) =>
        Assert.Equal(told, new AddressAnswers(Settings, new Random(1)).Choose(Known(known)).Distinct().Count());

    [Fact(DisplayName = "An answer lives 21 to 27 hours, by chance")]
    public void Life()
    {
        var lives = Enumerable.Range(0, 200).Select(seed =>
        {
            var answers = new AddressAnswers(Settings, new Random(seed));
            answers.Keep(NetworkKind.IPv4, Here, [.. Known(1)], TimeSpan.FromHours(1));
            return Enumerable.Range(0, 400).First(quarter => answers.Find(NetworkKind.IPv4, Here, TimeSpan.FromHours(1 + (quarter / 4.0))) is null) / 4.0;
        }).ToList();
        Assert.InRange(lives.Min(), 21, 22);
        Assert.InRange(lives.Max(), 26, 27.25);
    }

    [Fact(DisplayName = "Each network and each address of ours has its own answer; an empty one is not kept, nor any without a time")]
    public void Keys()
    {
        var answers = new AddressAnswers(Settings, new Random(1));
        ImmutableArray<AddressEntry> one = [.. Known(1)];
        answers.Keep(NetworkKind.IPv4, Here, one, TimeSpan.Zero);
        Assert.Equal(one, answers.Find(NetworkKind.IPv4, IPEndPoint.Parse("10.0.0.1:8333"), TimeSpan.Zero)!.Value);
        Assert.Null(answers.Find(NetworkKind.TorV3, Here, TimeSpan.Zero));
        Assert.Null(answers.Find(NetworkKind.IPv4, IPEndPoint.Parse("10.0.0.2:8333"), TimeSpan.Zero));
        answers.Keep(NetworkKind.TorV3, Here, [], TimeSpan.Zero);
        Assert.Equal(1, answers.Count);
        var off = new AddressAnswers(Settings with { CacheTime = TimeSpan.Zero }, new Random(1));
        off.Keep(NetworkKind.IPv4, Here, one, TimeSpan.Zero);
        Assert.Equal(0, off.Count);
    }

    [Fact(DisplayName = "A machine with any number of addresses of its own keeps a bounded number of answers, the newest among them")]
    public void Bounded()
    {
        var answers = new AddressAnswers(Settings with { CacheSpread = TimeSpan.Zero }, new Random(1));
        for (var port = 1; port <= 1_000; port++)
        {
            answers.Keep(NetworkKind.IPv4, new IPEndPoint(Here.Address, port), [.. Known(1)], TimeSpan.FromSeconds(port));
        }

        Assert.Equal(AddressAnswers.Most, answers.Count);
        Assert.NotNull(answers.Find(NetworkKind.IPv4, new IPEndPoint(Here.Address, 1_000), TimeSpan.FromSeconds(1_000)));
    }
}
