using System.Net;
using Akka.Actor;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Hostile.Tests;

/// <summary>What messages say: rows 59 to 80.</summary>
public sealed class SemanticsTests : HostileScene
{
    [Rows("59", "inv of 50,000 and of 50,001", "taken; closed and discouraged", "taken; `Malformed(TooMany)`, misbehaviour")]
    [InlineData(50_000, true)]
    [InlineData(50_001, false)]
    public void Large_inv(int count, bool taken)
    {
        var hostile = Hostile();
        SayItems(hostile, "inv", count, 1);
        TakenOrTooMany(hostile, taken);
    }

    [Row("60", "inv of unknown hashes, for ever", "5,000 announcements kept", "`peers.trickle.known-inventory` kept; what the listener does not consume is not read")]
    public void Inv_flood()
    {
        Start("peers.trickle.known-inventory = 5000", Consumption.Explicit);
        var hostile = Hostile();
        for (var i = 0; i < 20; i++)
        {
            SayItems(hostile, "inv", 50_000, 1, seed: i);
        }

        Simulation.Advance(TimeSpan.FromMinutes(4));
        Assert.True(LastStats().ReadingPaused);
        Assert.InRange(LastStats().UnconsumedBytes, 0, 6_000_000);
        SentinelIsServed();
    }

    [Row("61", "inv of 50,000 unknown blocks (CVE-2024-52915)", "one getheaders", "no question at all: what to ask is the listener's")]
    public void Blocks_announced()
    {
        var hostile = Hostile();
        SayItems(hostile, "inv", 50_000, 2);
        Stays(hostile);
        Assert.DoesNotContain(hostile.Heard, message => message is GetHeadersMessage or GetDataMessage);
        Assert.Single(Delivered<InvMessage>());
    }

    [Rows("62", "getdata of 50,000 unknown items, and of 50,001", "notfound, paced; closed", "delivered as one message; `Malformed(TooMany)`")]
    [InlineData(50_000, true)]
    [InlineData(50_001, false)]
    public void Large_getdata(int count, bool taken)
    {
        var hostile = Hostile();
        SayItems(hostile, "getdata", count, 1);
        TakenOrTooMany(hostile, taken);
    }

    [Row("63", "getdata without end, answers never read", "no more is read", "no more is read of who does not take its answers: the listener consumes as its answers are written")]
    public void Unread_answers()
    {
        Start("peers { idle.enabled = off\nping.enabled = off }", Consumption.Explicit);
        var hostile = Hostile();
        hostile.Hangs();
        for (var i = 0; i < 10; i++)
        {
            SayItems(hostile, "getdata", 50_000, 1, seed: i);
        }

        Simulation.Advance(TimeSpan.FromMinutes(5));
        Assert.True(LastStats().ReadingPaused);
        Assert.True(hostile.Stream.Unsent > 0);
        SentinelIsServed();
    }

    [Rows("65", "ping of 4 bytes, with 100 bytes behind it, below version 60,001", "cannot be read; pong; no pong", "dropped; pong; no pong")]
    [InlineData(4, 70016, 0)]
    [InlineData(108, 70016, 1)]
    [InlineData(0, 60000, 0)]
    public void Odd_pings(int length, int version, int pongs)
    {
        var hostile = Hostile(ScriptedPeer.Version(version: version));
        hostile.SaysBytes(Frame("ping", new byte[length]));
        Simulation.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(pongs, hostile.Heard.OfType<PongMessage>().Count());
        Assert.Empty(Engine.Stopped);
        SentinelIsServed();
    }

    [Row("66", "pongs: unasked, wrong, short, twice, none for 20 minutes", "ignored; closed at the time-out", "ignored, the round trip is never negative; `PingUnanswered` at the time-out")]
    public void Odd_pongs()
    {
        Start("peers.idle.enabled = off");
        Sentinel.Answers<PingMessage>(ping => [new PongMessage(ping.Nonce)]);
        var hostile = Hostile();
        hostile.Says(new PongMessage(1), new PongMessage(0));
        Simulation.Advance(TimeSpan.FromMinutes(2));
        var ping = hostile.Expects<PingMessage>();
        hostile.Says(new PongMessage(ping.Nonce + 1));
        hostile.SaysBytes(Frame("pong", new byte[4]));
        hostile.Says(new PongMessage(ping.Nonce), new PongMessage(ping.Nonce));
        hostile.Barrier();
        var stats = LastStats().Ping;
        Assert.Equal(1, stats.Answered);
        Assert.InRange(stats.Minimum!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Simulation.Advance(TimeSpan.FromMinutes(2));
        Assert.IsType<DisconnectReason.PingUnanswered>(Ended(TimeSpan.FromMinutes(25)));
    }

    [Rows("67", "headers: 2,001, none, cut short", "closed and discouraged; stays; stays (gaps, work and chains are the node's)", "`Malformed(TooMany)`, misbehaviour; stays; stays (gaps, work and chains are the node's: `ReportMisbehaviour`)")]
    [InlineData(2_001, 0, false)]
    [InlineData(2_000, 0, true)]
    [InlineData(0, 0, true)]
    [InlineData(10, 5, true)]
    public void Odd_headers(int count, int cut, bool taken)
    {
        var hostile = Hostile();
        byte[] payload = [.. CompactSizeOf(count), .. Enumerable.Range(0, count).SelectMany(_ => new byte[81])];
        hostile.SaysBytes(Frame("headers", payload[..^cut]));
        TakenOrTooMany(hostile, taken);
    }

    [Rows("71", "locators of 101 and 102 hashes", "taken; closed", "taken; `Malformed(TooMany)`, no misbehaviour")]
    [InlineData("getheaders", 101, true)]
    [InlineData("getheaders", 102, false)]
    [InlineData("getblocks", 102, false)]
    public void Long_locators(string command, int count, bool taken)
    {
        var hostile = Hostile();
        hostile.SaysBytes(Frame(command, [.. BitConverter.GetBytes(70016), (byte)count, .. new byte[32 * (count + 1)]]));
        if (taken)
        {
            Stays(hostile);
        }
        else
        {
            var reason = Ended();
            Assert.Equal(WireError.TooMany, Assert.IsType<DisconnectReason.Malformed>(reason).Error);
            Assert.NotEqual(Conduct.Misbehaviour, reason.ToConduct());
        }
    }

    [Rows("72", "addr of 1,000 and 1,001, 20 of 1,000 without being asked", "1 of 20,000 processed; 1,001 closed and discouraged", "1 of 20,000 delivered; 1,001 `Malformed(TooMany)`, misbehaviour")]
    [InlineData(1, 1_000, true)]
    [InlineData(1, 1_001, false)]
    [InlineData(20, 1_000, true)]
    public void Address_flood(int messages, int count, bool taken)
    {
        var hostile = Hostile();
        for (var i = 0; i < messages; i++)
        {
            byte[] entries = [.. Enumerable.Range(0, count).SelectMany(at => (byte[])[0, 0, 0, 0x65, 1, 0, 0, 0, 0, 0, 0, 0, .. new IPAddress([8, 8, (byte)(at >> 8), (byte)at]).MapToIPv6().GetAddressBytes(), 0x20, 0x8D])];
            hostile.SaysBytes(Frame("addr", [.. CompactSizeOf(count), .. entries]));
        }

        TakenOrTooMany(hostile, taken);
        if (taken)
        {
            Assert.Equal(1, Delivered<AddrMessage>().Sum(addr => addr.Addresses.Length));
            Assert.Equal((messages * count) - 1, LastStats().RateLimited);
        }
    }

    [Row("73", "getaddr twice, and from whom we dialled", "answered once; ignored", "answered once; never to whom we dialled")]
    public void Getaddr_twice()
    {
        var asked = 0;
        Start(change: settings => settings with
        {
            Addresses = _ =>
            {
                asked++;
                return [new AddressEntry(1_700_000_000, ServiceFlags.Network, NetworkEndpoint.From(new IPEndPoint(IPAddress.Parse("8.8.4.4"), 8333)))];
            },
        });
        var hostile = Hostile();
        hostile.Says(GetAddrMessage.Instance, GetAddrMessage.Instance, GetAddrMessage.Instance);
        Stays(hostile);
        Assert.Equal(1, asked);
        Assert.Single(hostile.Heard.OfType<AddrMessage>());
    }

    [Rows("75", "mempool, filterload, getcfilters without the service", "closed", "`ServiceNotOffered`")]
    [InlineData("mempool")]
    [InlineData("filterclear")]
    public void Not_offered(string command)
    {
        Hostile().SaysBytes(Frame(command, []));
        Assert.Equal(command, Assert.IsType<DisconnectReason.ServiceNotOffered>(Ended()).Command);
    }

    [Rows("76", "getblocktxn of an index that 16 bits cannot hold, of an unknown block", "stays", "dropped; delivered")]
    [InlineData(new byte[] { 1, 0xFE, 0, 0, 1, 0 })]
    [InlineData(new byte[] { 2, 0xFD, 0xFF, 0xFF, 0xFD, 0xFF, 0xFF })]
    [InlineData(new byte[] { 1, 7 })]
    public void Odd_indexes(byte[] indexes)
    {
        var hostile = Hostile();
        hostile.SaysBytes(Frame("getblocktxn", [.. new byte[32], .. indexes]));
        Simulation.Advance(TimeSpan.FromSeconds(2));
        Assert.All(Engine.Stopped, stopped => Assert.IsType<DisconnectReason.Malformed>(stopped.Reason));
        SentinelIsServed();
    }

    [Row("79", "feefilter negative and huge, sendcmpct of version 3, sendheaders three times", "ignored", "taken as they are, and without harm")]
    public void Odd_preferences()
    {
        var hostile = Hostile();
        hostile.Says(
            new FeeFilterMessage(-1), new FeeFilterMessage(long.MaxValue), new FeeFilterMessage(long.MinValue), new SendCompactMessage(true, 3),
            SendHeadersMessage.Instance, SendHeadersMessage.Instance, SendHeadersMessage.Instance);
        Engine.Events.Of<PeerReady>().Last().Peer.Tell(new Announce(Announcement.Of(InventoryVector.Transaction(Hash256.OfDouble([3])))));
        Simulation.Advance(TimeSpan.FromMinutes(1));
        Stays(hostile);
    }

    [Row("80", "a flood of transactions that are none", "not punished, paced", "counted by the peer's statistics, not read while the listener does not consume")]
    public void Transactions()
    {
        var hostile = Hostile();
        for (var i = 0; i < 1_000; i++)
        {
            hostile.SaysBytes(Frame("tx", [1, 2, 3, (byte)i]));
        }

        Stays(hostile);
        Assert.Equal(1_000, LastStats().Dropped);
        Assert.Equal(1_000, LastStats().Received["tx"].Messages);
    }

    private void TakenOrTooMany(ScriptedPeer hostile, bool taken)
    {
        if (taken)
        {
            Stays(hostile);
            return;
        }

        var reason = Ended();
        Assert.Equal(WireError.TooMany, Assert.IsType<DisconnectReason.Malformed>(reason).Error);
        Assert.Equal(Conduct.Misbehaviour, reason.ToConduct());
    }

    private static void SayItems(ScriptedPeer remote, string command, int count, byte kind, int seed = 0)
    {
        var size = CompactSizeOf(count);
        var payload = new byte[size.Length + (36 * count)];
        size.CopyTo(payload, 0);
        for (var i = 0; i < count; i++)
        {
            var at = size.Length + (36 * i);
            payload[at] = kind;
            BitConverter.TryWriteBytes(payload.AsSpan(at + 4), i);
            payload[at + 8] = (byte)seed;
            payload[at + 9] = 1;
        }

        remote.SaysBytes(Frame(command, payload));
    }

    private static byte[] CompactSizeOf(int count) =>
        count < 0xFD ? [(byte)count] : count <= ushort.MaxValue ? [0xFD, (byte)count, (byte)(count >> 8)] : [0xFE, .. BitConverter.GetBytes(count)];

    [Row("74", "getaddr by many connections", "one cached answer a day", "the same: what the hook (`PeerSettings.Addresses`) answered goes to all who ask over one network for 21 to 27 hours, each connection once")]
    public void Addresses_by_many_connections()
    {
        var known = Enumerable.Range(0, 5_000).Select(i => new AddressEntry(1_767_225_600, ServiceFlags.Network, new NetworkEndpoint(NetworkAddress.From(new IPAddress([11, 7, (byte)(i / 250), (byte)(i % 250)])), 8333))).ToList();
        var calls = 0;
        Start("peers { ping.enabled = off, idle.enabled = off }", change: settings => settings with
        {
            Addresses = _ =>
            {
                calls++;
                return known;
            },
        });
        var first = Told();
        Assert.Equal(1_000, first.Distinct().Count());
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(first, Told());
            Simulation.Advance(TimeSpan.FromMinutes(10)); // 17 hours in all.
        }

        Assert.Equal(1, calls);
        Simulation.Advance(TimeSpan.FromHours(10));
        var next = Told();
        Assert.Equal(2, calls);
        Assert.NotEqual(first, next);
        Assert.Equal(next, Told());

        IReadOnlyList<AddressEntry> Told()
        {
            var remote = Hostile();
            remote.Says(GetAddrMessage.Instance);
            return remote.Expects<AddrMessage>().Addresses.ToArray();
        }
    }
}
