using System.Net;
using CsCheck;
using Peers.Wire;

namespace Peers.Tests.Core;

public sealed class ReputationTests
{
    private static readonly DateTimeOffset Today = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly NetworkAddress Somebody = NetworkAddress.Parse("192.0.2.1");

    [Fact(DisplayName = "The last 50,000 discouraged are remembered, more than twice as many are not, in half a megabyte; one stranger in a million is taken for one")]
    public void The_filter_rolls()
    {
        var filter = new RollingFilter(50_000, OneStrike.FalsePositives);
        var hash = new AddressHash(new Random(1));
        for (var i = 0; i < 150_000; i++)
        {
            filter.Add(hash.Of(AddressOf(i)));
            Assert.True(i < 49_999 || filter.Contains(hash.Of(AddressOf(i - 49_999))));
        }

        Assert.InRange(filter.Bytes, 1, 512 * 1024);
        Assert.InRange(Enumerable.Range(0, 50_000).Count(i => filter.Contains(hash.Of(AddressOf(i)))), 0, 3);
        Assert.InRange(Enumerable.Range(0, 200_000).Count(i => filter.Contains(hash.Of(AddressOf(1_000_000 + i)))), 0, 4);
    }

    [Fact(DisplayName = "core: once is enough, whatever the points; btcd: points add up, fade to half in a minute, and 100 of them ban")]
    public void Two_policies()
    {
        var core = new OneStrike(100, new AddressHash(new Random(1)));
        Assert.False(core.IsDiscouraged(Somebody));
        Assert.Equal(Penalty.None, core.Note(Somebody, 0, default));
        Assert.Equal(Penalty.Discourage, core.Note(Somebody, 1, default));
        Assert.True(core.IsDiscouraged(Somebody));

        var btcd = new DecayingScores(100, TimeSpan.FromSeconds(60), new AddressHash(new Random(1)));
        Assert.Equal([Penalty.None, Penalty.None, Penalty.None, Penalty.Ban], Enumerable.Range(0, 4).Select(_ => btcd.Note(Somebody, 33, default)));
        Assert.Equal(Penalty.None, btcd.Note(Somebody, 99, default));
        Assert.Equal(Penalty.None, btcd.Note(Somebody, 50, TimeSpan.FromSeconds(60))); // 49.5 and 50.
        Assert.Equal(Penalty.Ban, btcd.Note(Somebody, 51, TimeSpan.FromSeconds(120))); // 49.75 and 51.
        Assert.Equal(Penalty.Ban, btcd.Note(Somebody, 100, TimeSpan.FromSeconds(121))); // A hundred is a ban; in btcd it takes 101.
        Assert.False(btcd.IsDiscouraged(Somebody));
    }

    [Fact(DisplayName = "btcd: scores are bounded, and those with the fewest points are forgotten first")]
    public void Scores_are_bounded()
    {
        var scores = new DecayingScores(100, TimeSpan.FromSeconds(60), new AddressHash(new Random(1)));
        scores.Note(Somebody, 99, default);
        for (var i = 0; i < 3 * DecayingScores.Capacity; i++)
        {
            scores.Note(AddressOf(i), 1, default);
        }

        Assert.InRange(scores.Count, 1, DecayingScores.Capacity);
        Assert.Equal(Penalty.Ban, scores.Note(Somebody, 1, default));
    }

    [Fact(DisplayName = "btcd: any points at any times ban when their sum, each faded, reaches the threshold")]
    public void Any_points() => Gen.Select(Gen.Int[1, 60], Gen.Int[0, 100]).Array[1, 30].Sample(steps =>
    {
        var scores = new DecayingScores(100, TimeSpan.FromSeconds(60), new AddressHash(new Random(1)));
        double expected = 0;
        var now = TimeSpan.Zero;
        foreach (var (points, wait) in steps)
        {
            now += TimeSpan.FromSeconds(wait);
            expected = (expected * Math.Pow(0.5, wait / 60.0)) + points;
            if (Math.Abs(expected - 100) < 0.001)
            {
                return; // Too near to tell by floating points.
            }

            Assert.Equal(expected >= 100, scores.Note(Somebody, points, now) == Penalty.Ban);
            expected = expected >= 100 ? 0 : expected;
        }
    });

    [Fact(DisplayName = "Discouraged: let in while there is room, not when places are nearly taken, and dialled by a person's choice only")]
    public void Discouraged()
    {
        var reputation = Of();
        var remote = At("192.0.2.1");
        Assert.Equal(new DisconnectReason.Discouraged("spam"), reputation.Blame(remote, 100, "spam", default, Today));
        Assert.True(reputation.IsDiscouraged(remote));
        Assert.Null(reputation.MayAccept(remote, isNearlyFull: false, Today));
        Assert.IsType<DisconnectReason.Discouraged>(reputation.MayAccept(remote, isNearlyFull: true, Today));
        Assert.Null(reputation.MayAccept(At("192.0.2.2"), isNearlyFull: true, Today));
        Assert.IsType<DisconnectReason.Discouraged>(reputation.MayConnect(remote, default, Today));
        Assert.Null(reputation.MayConnect(remote with { IsManual = true }, default, Today));
    }

    [Theory(DisplayName = "Who is never remembered for misbehaviour: a person's choice is spared, this machine and the proxy are disconnected and no more")]
    [InlineData("core")]
    [InlineData("btcd")]
    public void Exempt(string policy)
    {
        var reputation = Of($"peers.misbehaviour.policy = {policy}");
        Assert.Null(reputation.Blame(At("192.0.2.1") with { IsManual = true }, 100, "spam", default, Today));
        foreach (var remote in new[] { At("127.0.0.1"), At("::1"), RemoteIdentity.Of(default, new IPEndPoint(IPAddress.Parse("10.0.0.9"), 5), true, false) })
        {
            Assert.Equal(new DisconnectReason.Discouraged("spam"), reputation.Blame(remote, 100, "spam", default, Today));
            Assert.False(reputation.IsDiscouraged(remote));
            Assert.Null(reputation.MayAccept(remote, isNearlyFull: true, Today));
        }

        Assert.Equal(0, reputation.Bans.Count);
        Assert.Equal(policy == "core", reputation.Blame(At("127.0.0.1"), 1, "spam", default, Today) is not null);

        var strict = Of($"peers.misbehaviour {{ policy = {policy}, exempt = [] }}");
        strict.Blame(At("127.0.0.1"), 100, "spam", default, Today);
        Assert.True(strict.IsDiscouraged(At("127.0.0.1")) || strict.Bans.Find(NetworkAddress.Parse("127.0.0.1"), Today) is not null);
    }

    [Fact(DisplayName = "btcd: a ban of a day, of the address and not of its netgroup")]
    public void Btcd_bans()
    {
        var reputation = Of("peers.strictness = btcd");
        Assert.Null(reputation.Blame(At("192.0.2.1"), 99, "spam", default, Today));
        var banned = Assert.IsType<DisconnectReason.Banned>(reputation.Blame(At("192.0.2.1"), 99, "spam", default, Today));
        Assert.Equal(new Ban(Subnet.Parse("192.0.2.1"), Today, Today.AddDays(1), "spam"), banned.Ban);
        Assert.Equal(banned, reputation.MayAccept(At("192.0.2.1"), isNearlyFull: false, Today));
        Assert.Equal(banned, reputation.MayConnect(At("192.0.2.1") with { IsManual = true }, default, Today));
        Assert.Null(reputation.MayAccept(At("192.0.2.2"), isNearlyFull: false, Today));
        Assert.Null(reputation.MayAccept(At("192.0.2.1"), isNearlyFull: false, Today.AddDays(1)));
    }

    [Fact(DisplayName = "A ban for ever ends with time itself")]
    public void Bans_for_ever() => Assert.Equal(DateTimeOffset.MaxValue, Of().Ban(Subnet.Parse("192.0.2.1"), TimeSpan.MaxValue, "", Today, true).Until);

    [Fact(DisplayName = "A local outage: connections to four netgroups that fail at once blame nobody, and what was held against them before is taken back")]
    public void Outage()
    {
        var reputation = Of("peers.outbound.cool-down = 60s");
        string[] remotes = ["192.0.2.1", "198.51.100.1", "203.0.113.1", "11.0.0.1"];
        for (var i = 0; i < 4; i++)
        {
            reputation.Failed(At(remotes[i]), isOurs: true, TimeSpan.FromSeconds(i));
            Assert.Equal(i < 3, reputation.MayConnect(At(remotes[i]), TimeSpan.FromSeconds(i), Today) is not null);
        }

        var during = TimeSpan.FromSeconds(5);
        Assert.All(remotes, remote => Assert.Null(reputation.MayConnect(At(remote), during, Today)));
        Assert.Equal(new DisconnectReason.Discouraged("spam"), reputation.Blame(At("192.0.2.1"), 100, "spam", during, Today));
        Assert.False(reputation.IsDiscouraged(At("192.0.2.1")));

        reputation.Heard(); // The line is up again.
        reputation.Failed(At("192.0.2.1"), isOurs: true, during);
        Assert.IsType<DisconnectReason.Refused>(reputation.MayConnect(At("192.0.2.1"), during, Today));
        reputation.Blame(At("192.0.2.1"), 100, "spam", during, Today);
        Assert.True(reputation.IsDiscouraged(At("192.0.2.1")));
    }

    [Theory(DisplayName = "No outage: one owner's addresses, failures far apart, somebody who answers meanwhile, or a watch that is off")]
    [InlineData("one netgroup")]
    [InlineData("far apart")]
    [InlineData("somebody answers")]
    [InlineData("off")]
    public void No_outage(string why)
    {
        var watch = new OutageWatch(why == "off" ? 0 : 4, TimeSpan.FromSeconds(10));
        var now = TimeSpan.Zero;
        for (var i = 0; i < 1000; i++)
        {
            now += why == "far apart" ? TimeSpan.FromSeconds(5) : TimeSpan.FromMilliseconds(1);
            watch.Failed(why == "one netgroup" ? 1 : (ulong)i, now);
            Assert.False(watch.IsOut(now));
            if (why == "somebody answers" && i % 3 == 2)
            {
                watch.Heard();
            }
        }
    }

    [Fact(DisplayName = "An outage is over when its time is, also where nobody is heard of")]
    public void Outages_end()
    {
        var watch = new OutageWatch(4, TimeSpan.FromSeconds(10));
        for (var i = 0; i < 4; i++)
        {
            watch.Failed((ulong)i, TimeSpan.Zero);
        }

        Assert.True(watch.IsOut(TimeSpan.FromSeconds(9.9)));
        Assert.False(watch.IsOut(TimeSpan.FromSeconds(10)));
    }

    [Fact(DisplayName = "Cool-down: for its time and no longer, by endpoint, not for a person's choice; bounded; off by default")]
    public void Cool_down()
    {
        var reputation = Of("peers { outbound.cool-down = 60s, misbehaviour.outage-netgroups = 0 }");
        reputation.Failed(At("192.0.2.1"), isOurs: true, default);
        Assert.Equal(
            new DisconnectReason.Refused("192.0.2.1 failed lately and cools down for 30 s more (peers.outbound.cool-down)"),
            reputation.MayConnect(At("192.0.2.1"), TimeSpan.FromSeconds(30), Today));
        Assert.Null(reputation.MayConnect(At("192.0.2.1") with { IsManual = true }, default, Today));
        Assert.Null(reputation.MayConnect(At("192.0.2.2"), default, Today));
        Assert.Null(reputation.MayConnect(At("192.0.2.1"), TimeSpan.FromSeconds(60), Today));

        var coolDowns = new CoolDowns(TimeSpan.FromHours(1));
        for (var i = 0; i < 3 * CoolDowns.Capacity; i++)
        {
            coolDowns.Failed($"{i}", default);
        }

        Assert.Equal(CoolDowns.Capacity, coolDowns.Count);
        var off = Of();
        off.Failed(At("192.0.2.1"), isOurs: true, default);
        Assert.Null(off.MayConnect(At("192.0.2.1"), default, Today));
    }

    [Theory(DisplayName = "Netgroups are Bitcoin Core's: /16, /32, the IPv4 inside 6to4, NAT64 and Teredo, four bits of an onion, this machine as one")]
    [InlineData("198.51.100.1", "198.51.7.7", true)]
    [InlineData("198.51.100.1", "198.52.100.1", false)]
    [InlineData("2001:db8:1::1", "2001:db8:2::1", true)]
    [InlineData("2001:db8::1", "2001:db9::1", false)]
    [InlineData("2002:c633:6401::1", "198.51.1.1", true)]
    [InlineData("64:ff9b::198.51.100.1", "198.51.1.1", true)]
    [InlineData("2001:0:0:0:0:0:39cc:9bfe", "198.51.1.1", true)]
    [InlineData("127.0.0.1", "::1", true)]
    [InlineData("127.0.0.1", "10.0.0.1", false)]
    [InlineData("fc00::1", "fc0f:1::1", true)]
    [InlineData("fc00::1", "fc10::1", false)]
    public void Netgroups(string one, string other, bool same) =>
        Assert.Equal(same, Netgroup.Of(NetworkAddress.Parse(one)) == Netgroup.Of(NetworkAddress.Parse(other)));

    [Theory(DisplayName = "An identity is an address that can be held responsible: not a name, nor an address that nobody told, nor the proxy's")]
    [InlineData("192.0.2.1:8333", false, "192.0.2.1")]
    [InlineData("[::ffff:192.0.2.1]:8333", false, "192.0.2.1")]
    [InlineData("10.0.0.9:4242", true, null)]
    [InlineData("0.0.0.0:0", false, null)]
    public void Identities(string endpoint, bool isProxy, string? address) =>
        Assert.Equal(address, RemoteIdentity.Of(new PeerId(1), IPEndPoint.Parse(endpoint), isProxy, false).Address?.ToString());

    [Fact(DisplayName = "An onion is dialled by its name, which is its address; any other name is nobody yet")]
    public void Names()
    {
        const string Onion = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion";
        Assert.Equal(NetworkAddress.Parse(Onion), RemoteIdentity.Of(default, new DnsEndPoint(Onion, 8333), false, false).Address);
        Assert.Null(RemoteIdentity.Of(default, new DnsEndPoint("seed.example", 8333), false, false).Address);
    }

    [Fact(DisplayName = "CVE-2025-54604: a flood of lines is bounded for each source and for all of them, by bytes and by the hour, and what is left out is counted")]
    public void Lines_are_bounded()
    {
        var allowance = new LogAllowance(64 * 1024, 1024 * 1024);
        long own = 0;
        for (var i = 0; i < 100_000; i++)
        {
            own += allowance.Take(Subnet.Parse("192.0.2.0/24"), 200, TimeSpan.Zero, out _) ? 200 : 0;
        }

        Assert.InRange(own, (64 * 1024) - 200, 64 * 1024);
        Assert.True(allowance.Take(Subnet.Parse("198.51.100.0/24"), 200, TimeSpan.Zero, out var leftOut));
        Assert.Equal(100_000 - (own / 200), leftOut);

        long all = own + 200;
        for (var i = 0; i < 100_000; i++)
        {
            all += allowance.Take(new Subnet(AddressOf(i * 256), 24), 200, TimeSpan.Zero, out _) ? 200 : 0;
        }

        Assert.InRange(all, (1024 * 1024) - 400, 1024 * 1024);

        long later = 0;
        allowance = new LogAllowance(64 * 1024, 1024 * 1024);
        while (allowance.Take(Subnet.Parse("192.0.2.0/24"), 200, TimeSpan.Zero, out _))
        {
        }

        for (var i = 0; i < 10_000; i++)
        {
            later += allowance.Take(Subnet.Parse("192.0.2.0/24"), 200, TimeSpan.FromMinutes(30), out _) ? 200 : 0;
        }

        Assert.InRange(later, (32 * 1024) - 200, (32 * 1024) + 200); // Half an hour is half of it, and less than a line was left.
    }

    [Fact(DisplayName = "btcd's points: 33 for mempool, up to 99 for getdata by its items, none for a small one")]
    public void Points_of_questions()
    {
        Assert.Equal(33, BtcdPoints.Of(MempoolMessage.Instance));
        Assert.Equal(99, BtcdPoints.Of(GetData(50_000)));
        Assert.Equal(49, BtcdPoints.Of(GetData(25_000)));
        Assert.Equal(0, BtcdPoints.Of(GetData(505)));
        Assert.Equal(0, BtcdPoints.Of(VerAckMessage.Instance));

        static GetDataMessage GetData(int items) => new([.. new InventoryVector[items]]);
    }

    private static Reputation Of(string hocon = "")
    {
        var settings = PeerSettings.From(Akka.Configuration.ConfigurationFactory.ParseString(hocon).WithFallback(PeerEngine.DefaultConfig));
        return new Reputation(settings.Misbehaviour, settings.Bans, settings.Outbound.CoolDown, new AddressHash(new Random(1)));
    }

    private static RemoteIdentity At(string address) => new(address, NetworkIdentity.Of(NetworkAddress.Parse(address)), IsProxy: false, IsManual: false);

    private static NetworkAddress AddressOf(int i) => new(NetworkKind.IPv4, [(byte)(11 + (i >> 24)), (byte)(i >> 16), (byte)(i >> 8), (byte)i]);
}
