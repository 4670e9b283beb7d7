using System.Collections.Frozen;
using System.Net;
using Peers.Wire;

namespace Peers.Tests.Core;

public sealed class CandidateChoiceTests
{
    private static readonly DateTimeOffset Today = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly OutboundWant Full = new(ConnectionType.OutboundFullRelay, ServiceFlags.Network);
    private static readonly OutboundWant Feeler = new(ConnectionType.Feeler, ServiceFlags.None);

    private readonly AddressBook _book = new(new Random(1));
    private readonly KeptConnections _kept = new(KeptConnectionsTests.Settings());
    private readonly DialBackoff _backoff = new(new RetrySettings(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), 0), new Random(1));

    [Fact(DisplayName = "Nobody of an empty book")]
    public void Empty() => Assert.Null(Choose(Full));

    [Fact(DisplayName = "Somebody of the book who offers what is wanted, of a network that can be reached")]
    public void Services()
    {
        Know("20.1.1.1:8333", ServiceFlags.NetworkLimited);
        Know("[2001:4::1]:8333");
        Know($"{new string('a', 52)}.b32.i2p:0");
        Assert.Null(Choose(Full));
        Know("30.1.1.1:8333");
        Assert.Equal("30.1.1.1:8333", Choose(Full));
        Assert.Equal("20.1.1.1:8333", Choose(Full with { Services = ServiceFlags.NetworkLimited }));
    }

    [Fact(DisplayName = "Not who failed just now, until his time is over")]
    public void Backoff()
    {
        Know("20.1.1.1:8333");
        _backoff.Failed("20.1.1.1:8333", TimeSpan.Zero);
        Assert.Null(Choose(Full));
        Assert.Equal("20.1.1.1:8333", Choose(Full, TimeSpan.FromSeconds(5)));
    }

    [Fact(DisplayName = "Not who is connected, nor his netgroup; a feeler goes to the netgroup, but not to him")]
    public void Connected()
    {
        Know("20.1.1.1:8333");
        Know("20.1.1.2:8333");
        _kept.Add(new KeptConnection(ConnectionType.BlockRelay, IPEndPoint.Parse("20.1.1.1:8333"), Endpoint("20.1.1.1:8333")));
        Assert.Null(Choose(Full));
        Assert.Equal("20.1.1.2:8333", Choose(Feeler));
    }

    [Fact(DisplayName = "A port of another service and who was tried within ten minutes are the last to be chosen, but are chosen when nobody else is there")]
    public void Last()
    {
        Know("20.1.1.1:22");
        Know("30.1.1.1:8333");
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal("30.1.1.1:8333", Choose(Full));
        }

        _book.Attempt(Endpoint("30.1.1.1:8333"), isFailureCounted: false, Today);
        Assert.All(Enumerable.Range(0, 50).Select(_ => Choose(Full)), chosen => Assert.NotNull(chosen));
        Assert.Contains("30.1.1.1:8333", Enumerable.Range(0, 50).Select(_ => Choose(Full)));

        _kept.Add(new KeptConnection(ConnectionType.OutboundFullRelay, IPEndPoint.Parse("30.1.1.1:8333"), Endpoint("30.1.1.1:8333")));
        Assert.Equal("20.1.1.1:22", Choose(Full));
    }

    [Fact(DisplayName = "A feeler goes to those to whom we were never connected, or to whom another waits for")]
    public void Feelers()
    {
        Know("20.1.1.1:8333");
        _book.Good(Endpoint("20.1.1.1:8333"), Today);
        Assert.Null(Choose(Feeler));
        Know("30.1.1.1:8333");
        Assert.All(Enumerable.Range(0, 50), _ => Assert.Equal("30.1.1.1:8333", Choose(Feeler)));
    }

    [Fact(DisplayName = "A feeler tests first who holds the place in the tried table that another waits for")]
    public void Test_before_evict()
    {
        // Addresses of one netgroup share 8 buckets of 64 places, so that some of 40 and 360 meet; ten may wait at most.
        var later = Today + TimeSpan.FromHours(5);
        var all = Enumerable.Range(0, 400).Select(i => $"20.1.{i / 250}.{(i % 250) + 1}:8333").ToArray();
        foreach (var text in all[..40])
        {
            Know(text);
            _book.Good(Endpoint(text), Today);
        }

        Assert.Contains(all[40..], text =>
        {
            Know(text);
            _book.Good(Endpoint(text), later);
            _book.ResolveCollisions(later); // Those whose place belongs to somebody who was there just now.
            return _book.SelectCollision(later) is not null;
        });
        var chosen = new CandidateChoice(_book, _kept, _backoff, Reachable).For(Feeler, TimeSpan.Zero, later);
        Assert.True(chosen!.IsTried);
        Assert.Contains(chosen.Address.Endpoint.ToString(), all[..40]);
    }

    private static FrozenSet<NetworkKind> Reachable { get; } = [NetworkKind.IPv4];

    private static NetworkEndpoint Endpoint(string text) => NetworkEndpoint.TryParse(text, out var endpoint) ? endpoint : throw new FormatException(text);

    private void Know(string text, ServiceFlags services = ServiceFlags.Network) =>
        _book.Add([new AddressEntry((uint)Today.ToUnixTimeSeconds(), services, Endpoint(text))], Endpoint(text).Address, TimeSpan.Zero, Today);

    private string? Choose(OutboundWant want, TimeSpan now = default) =>
        new CandidateChoice(_book, _kept, _backoff, Reachable).For(want, now, Today)?.Address.Endpoint.ToString();
}
