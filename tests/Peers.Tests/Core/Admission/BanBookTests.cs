using System.Net;
using CsCheck;
using Peers.Wire;

namespace Peers.Tests.Core;

public sealed class BanBookTests
{
    private static readonly DateTimeOffset Today = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory(DisplayName = "A ban hits its subnet, however an address is written, and nobody else")]
    [InlineData("192.0.2.1", "192.0.2.1", "192.0.2.2")]
    [InlineData("192.0.2.77/24", "192.0.2.255", "192.0.3.0")]
    [InlineData("192.0.2.0/23", "192.0.3.255", "192.0.4.0")]
    [InlineData("0.0.0.0/0", "255.255.255.255", "2001:db8::1")]
    [InlineData("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::1")]
    [InlineData("2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1")]
    [InlineData("::/0", "fc00::1", "1.2.3.4")]
    [InlineData("fc00:1::/32", "fc00:1::77", "fc00:2::1")]
    [InlineData("pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion", "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion", "1.2.3.4")]
    [InlineData("unknown-9:0102ab", "unknown-9:0102ab", "unknown-10:0102ab")]
    public void A_ban_hits_its_subnet(string subject, string inside, string outside)
    {
        var book = Book();
        var ban = book.Add(Of(subject, hours: 1), replace: true);
        Assert.Equal(ban, book.Find(NetworkAddress.Parse(inside), Today));
        Assert.Null(book.Find(NetworkAddress.Parse(outside), Today));
        Assert.True(book.Remove(Subnet.Parse(subject)));
        Assert.False(book.Remove(Subnet.Parse(subject)));
        Assert.Null(book.Find(NetworkAddress.Parse(inside), Today));
    }

    [Fact(DisplayName = "IPv4 in IPv6's clothes is IPv4, and CJDNS is what a socket sees")]
    public void Spellings_are_one()
    {
        var book = Book();
        book.Add(Of("192.0.2.1", hours: 1), replace: true);
        book.Add(Of("fc00::1", hours: 1), replace: true);
        Assert.NotNull(book.Find(new NetworkAddress(NetworkKind.IPv6, IPAddress.Parse("::ffff:192.0.2.1").GetAddressBytes()), Today));
        Assert.NotNull(book.Find(NetworkAddress.From(IPAddress.Parse("fc00::1")), Today));
        Assert.Equal(Subnet.Parse("192.0.2.0/24"), new Subnet(new NetworkAddress(NetworkKind.IPv6, IPAddress.Parse("::ffff:192.0.2.9").GetAddressBytes()), 120));
    }

    [Fact(DisplayName = "A ban is over when its time is; what is over is not listed, and is no longer kept once somebody looks")]
    public void Bans_end()
    {
        var book = Book();
        book.Add(Of("192.0.2.0/24", hours: 2), replace: true);
        book.Add(Of("192.0.2.1", hours: 1), replace: true);
        var address = NetworkAddress.Parse("192.0.2.1");
        Assert.Equal("192.0.2.0/24", book.Find(address, Today)!.Subject.ToString());
        Assert.NotNull(book.Find(address, Today.AddHours(1.5)));
        Assert.Null(book.Find(address, Today.AddHours(2)));
        Assert.Empty(book.List(Today.AddHours(2)));
        Assert.Equal(0, book.Count);
    }

    [Fact(DisplayName = "A ban anew: the later end counts, unless a person says otherwise; the list is in the order of ends")]
    public void Bans_anew()
    {
        var book = Book();
        book.Add(Of("192.0.2.1", hours: 5), replace: true);
        Assert.Equal(Today.AddHours(5), book.Add(Of("192.0.2.1", hours: 1), replace: false).Until);
        Assert.Equal(Today.AddHours(9), book.Add(Of("192.0.2.1", hours: 9), replace: false).Until);
        Assert.Equal(Today.AddHours(1), book.Add(Of("192.0.2.1", hours: 1), replace: true).Until);
        book.Add(Of("10.0.0.0/8", hours: 3), replace: true);
        book.Add(Of("2001:db8::/32", hours: 2), replace: true);
        Assert.Equal(["192.0.2.1", "2001:db8::/32", "10.0.0.0/8"], book.List(Today).Select(ban => ban.Subject.ToString()));
    }

    [Fact(DisplayName = "CVE-2020-14198: there are never more than 1,000,000 bans, and of 100,000 more only two make it look through all of them")]
    public void A_million_bans()
    {
        var book = Book(1_000_000);
        Assert.Equal(0, Fill(0, 1_000_000));
        Assert.Equal(1_000_000, book.Count);
        Assert.Equal(2, Fill(1_000_000, 100_000)); // A sixteenth gives way each time.
        Assert.InRange(book.Count, 937_500, 1_000_000);
        Assert.NotNull(book.Find(AddressOf(1_099_999), Today));
        Assert.Null(book.Find(AddressOf(0), Today)); // It ended first.

        // Bans in number make a look no dearer: what it costs is one look for each prefix length in use, here one.
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            Assert.Null(book.Find(AddressOf(i), Today));
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000 * 512);

        // How often somebody had to make room.
        int Fill(int from, int count)
        {
            var (times, was) = (0, book.Count);
            for (var i = from; i < from + count; i++)
            {
                book.Add(new Ban(Subnet.Of(AddressOf(i)), Today, Today.AddHours(1).AddSeconds(i), "flood"), replace: false);
                times += book.Count < was ? 1 : 0;
                was = book.Count;
            }

            return times;
        }

        static NetworkAddress AddressOf(int i) => new(NetworkKind.IPv4, [11, (byte)(i >> 16), (byte)(i >> 8), (byte)i]);
    }

    [Fact(DisplayName = "When all bans end at once a full book still gives up few of them")]
    public void Equal_ends()
    {
        var book = Book(160);
        for (var i = 0; i < 161; i++)
        {
            book.Add(Of($"10.0.0.{i}", hours: 1), replace: false);
        }

        Assert.Equal(151, book.Count);
    }

    [Fact(DisplayName = "Any bans: found is whom one of them contains")]
    public void Any_bans() => Gen.Select(
            Gen.Select(Gen.Byte[0, 3], Gen.Byte[0, 3], Gen.Int[0, 32]).Array[0, 20], Gen.Byte[0, 3], Gen.Byte[0, 3])
        .Sample((bans, a, b) =>
        {
            var book = Book();
            var subjects = bans.Select(ban => new Subnet(new NetworkAddress(NetworkKind.IPv4, [10, ban.Item1, 0, ban.Item2]), ban.Item3)).ToList();
            subjects.ForEach(subject => book.Add(new Ban(subject, Today, Today.AddHours(1), ""), replace: true));
            var address = new NetworkAddress(NetworkKind.IPv4, [10, a, 0, b]);
            return book.Find(address, Today) is { } found
                ? found.Subject.Contains(address) && subjects.Contains(found.Subject)
                : !subjects.Exists(subject => subject.Contains(address));
        });

    [Theory(DisplayName = "What is no subnet is said to be none")]
    [InlineData("")]
    [InlineData("192.0.2.0/33")]
    [InlineData("192.0.2.0/-1")]
    [InlineData("192.0.2.0/")]
    [InlineData("192.0.2/24")]
    [InlineData("2001:db8::/129")]
    [InlineData("pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion/16")]
    [InlineData("example.org")]
    public void No_subnet(string text)
    {
        Assert.False(Subnet.TryParse(text, out _));
        Assert.Contains($"'{text}'", Assert.Throws<FormatException>(() => Subnet.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "The text of a subnet reads as the same subnet, and the default value is one address and not all of them")]
    public void Text_round_trips()
    {
        Assert.True(default(Subnet).IsOneAddress);
        Assert.Equal(128, default(Subnet).PrefixLength);
        foreach (var text in new[] { "192.0.2.0/24", "192.0.2.1", "0.0.0.0/0", "2001:db8::/32", "::/0", "fc00::/8", "unknown-9:0102ab" })
        {
            Assert.Equal(text, Subnet.Parse(text).ToString());
            Assert.Equal(Subnet.Parse(text), Subnet.Parse(Subnet.Parse(text).ToString()));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new Subnet(NetworkAddress.Parse("1.2.3.4"), 33));
    }

    private static BanBook Book(int capacity = 100) => new(capacity, new AddressHash(new Random(1)));

    private static Ban Of(string subject, int hours) => new(Subnet.Parse(subject), Today, Today.AddHours(hours), "a test");
}
