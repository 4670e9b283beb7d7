using System.Text;
using Akka.Actor;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Hostile.Tests;

/// <summary>Frames behind the handshake: rows 31 to 44.</summary>
public sealed class FramingTests : HostileScene
{
    [Row("31", "the wrong magic", "closed, not discouraged", "`Malformed`, no misbehaviour")]
    public void Wrong_magic()
    {
        Hostile().Forges(new PingMessage(1), Forgery.WrongMagic);
        var reason = Assert.IsType<DisconnectReason.Malformed>(Ended());
        Assert.NotEqual(Conduct.Misbehaviour, reason.ToConduct());
    }

    [Rows("32", "a bad checksum", "dropped, stays (btcd: closed)", "as the policy: `core` drops and counts it, `btcd` disconnects")]
    [InlineData("core")]
    [InlineData("btcd")]
    public void Bad_checksum(string policy)
    {
        Start($"peers.strictness = {policy}");
        var hostile = Hostile();
        hostile.Forges(new PingMessage(1), Forgery.WrongChecksum);
        if (policy == "core")
        {
            Stays(hostile);
            Assert.Equal(1, LastStats().Dropped);
        }
        else
        {
            Assert.Equal(WireError.BadChecksum, Assert.IsType<DisconnectReason.Malformed>(Ended()).Error);
        }
    }

    [Rows("33", "a length of 4,000,001, of 2^32 - 1, negative", "closed on the header", "`Malformed(OversizedMessage)` on the header")]
    [InlineData(4_000_001u)]
    [InlineData(uint.MaxValue)]
    [InlineData(0x80000000u)]
    public void Oversized(uint length)
    {
        Hostile().SaysBytes(Frame("tx", length, []));
        Assert.Equal(WireError.OversizedMessage, Assert.IsType<DisconnectReason.Malformed>(Ended()).Error);
    }

    [Row("34", "4,000,000 bytes of an unknown type", "stays", "skipped as it comes, stays")]
    public void Largest_unknown()
    {
        var hostile = Hostile();
        hostile.SaysBytes(Frame("novel", new byte[4_000_000]));
        Simulation.Advance(TimeSpan.FromMinutes(2));
        Stays(hostile);
        Assert.Equal(0, LastStats().UnconsumedBytes);
    }

    public static TheoryData<string> Commands => [.. MessageCatalog.Default.Select(type => type.Command).Order(StringComparer.Ordinal)];

    [Rows("35", "each known type with no payload", "as the type", "taken, dropped, or ended by a rule of `docs/strictness.md`; never a fault of ours")]
    [MemberData(nameof(Commands))]
    public void Empty_payload(string command)
    {
        var hostile = Hostile();
        hostile.SaysBytes(Frame(command, []));
        Simulation.Advance(TimeSpan.FromSeconds(5));
        Assert.All(Engine.Stopped, stopped => Assert.True(stopped.Reason is DisconnectReason.Unexpected or DisconnectReason.ServiceNotOffered, stopped.Reason.ToString()));
        SentinelIsServed();
    }

    [Rows("36", "a command with 0x01, with bytes behind its NUL, of 12 letters, empty", "dropped or unknown, stays", "dropped or unknown, stays (`btcd`: what is invalid disconnects)")]
    [InlineData("pi\u0001ng")]
    [InlineData("ping\0x")]
    [InlineData("abcdefghijkl")]
    [InlineData("")]
    public void Odd_commands(string command)
    {
        var hostile = Hostile();
        hostile.SaysBytes(Frame(command, new byte[8]));
        Stays(hostile);
    }

    [Row("37", "a header in 24 segments, two messages in one, an end at each possible point", "works", "works: the same messages at each split")]
    public void Any_segments()
    {
        var hostile = Hostile();
        byte[] bytes = [.. hostile.Encode(new FeeFilterMessage(1)), .. hostile.Encode(new FeeFilterMessage(2))];
        for (var at = 0; at <= bytes.Length; at++)
        {
            hostile.SaysBytes(bytes[..at]);
            Simulation.Run();
            hostile.SaysBytes(bytes[at..]);
            Simulation.Run();
        }

        foreach (var one in bytes)
        {
            hostile.SaysBytes(one);
            Simulation.Run();
        }

        Stays(hostile);
        Assert.Equal(2 * (bytes.Length + 2), Delivered<FeeFilterMessage>().Count());
    }

    [Rows("38", "a reset inside a header, inside a payload", "only that peer", "`ConnectionReset`, only that peer")]
    [InlineData(10)]
    [InlineData(28)]
    public void Reset_inside(int count)
    {
        var hostile = Hostile();
        hostile.SaysBytes(hostile.Encode(new PingMessage(1))[..count]);
        Simulation.Advance(TimeSpan.FromSeconds(1));
        hostile.Resets();
        Assert.Equal(PeerPhase.Ready, Assert.IsType<DisconnectReason.ConnectionReset>(Ended()).Phase);
    }

    [Rows("39", "the end of the stream inside a message, and behind one", "only that peer", "`RemoteClosed`, which says whether it was inside a message")]
    [InlineData(28, true)]
    [InlineData(10, true)]
    [InlineData(32, false)]
    public void End_inside(int count, bool inside)
    {
        var hostile = Hostile();
        hostile.SaysBytes(hostile.Encode(new PingMessage(1))[..count]);
        Simulation.Advance(TimeSpan.FromSeconds(1));
        hostile.Stream.CloseWrite();
        Assert.Equal(new DisconnectReason.RemoteClosed(PeerPhase.Ready, inside), Ended());
    }

    [Row("40", "80 messages of 4 MB of junk, while another peer pings", "the other is served in under 2 s", "the other is served within a second of virtual time; real figures in `docs/reliability.md`")]
    public void Junk()
    {
        var hostile = Hostile();
        var junk = Frame("junk", new byte[4_000_000]);
        for (var i = 0; i < 80; i++)
        {
            hostile.SaysBytes(junk);
            SentinelIsServed();
        }

        Assert.Empty(Engine.Stopped);
    }

    [Row("41", "unknown types at full speed", "ignored, their bytes counted in one row", "delivered to who wants them, counted in one row")]
    public void Unknown_types()
    {
        var hostile = Hostile();
        for (var i = 0; i < 5_000; i++)
        {
            hostile.SaysBytes(Frame($"x{i}", []));
        }

        Stays(hostile);
        Assert.Equal(5_000, LastStats().Received["*other*"].Messages);
        Assert.InRange(LastStats().Received.Count, 1, 6);
    }

    [Row("42", "known types that nobody asked for", "ignored", "delivered, and without effect")]
    public void Unrequested()
    {
        var hostile = Hostile();
        hostile.Says(
            new NotFoundMessage([InventoryVector.Block(Hash256.OfDouble([1]))]), new HeadersMessage([]),
            new CompactFilterMessage(0, Hash256.Zero, new Bytes(new byte[] { 0 })));
        Stays(hostile);
    }

    [Rows("43", "retired types", "unknown", "read or unknown, never acted upon")]
    [InlineData("alert")]
    [InlineData("reject")]
    [InlineData("submitorder")]
    [InlineData("reply")]
    [InlineData("checkorder")]
    public void Retired(string command)
    {
        var hostile = Hostile();
        hostile.SaysBytes(Frame(command, [4, .. Encoding.ASCII.GetBytes("ping"), 1, 0]));
        Stays(hostile);
    }

    [Row("44", "messages while the peer is being disposed of", "dropped", "dropped: no dead letter, one end")]
    public void While_it_ends()
    {
        var hostile = Hostile();
        var peer = Engine.Events.Of<PeerReady>().Last().Peer;
        for (var i = 0; i < 200; i++)
        {
            hostile.Says(new FeeFilterMessage(i), new PingMessage((ulong)i));
            if (i == 100)
            {
                peer.Tell(new Disconnect("enough"));
            }
        }

        Assert.Equal(new DisconnectReason.Requested("enough"), Ended());
    }
}
