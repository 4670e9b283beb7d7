using System.Net;
using System.Text;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Hostile.Tests;

/// <summary>Before and during the handshake: rows 1 to 30.</summary>
public sealed class BeforeTheHandshakeTests : HostileScene
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Row("1", "the magic of another network", "closed, nothing said", "closed at once, the network is named")]
    public void Wrong_magic()
    {
        using var other = new MessageCodec(new V1Transport(BitcoinNetwork.Mainnet, MessageCatalog.Default, WireOptions.Protocol), WireOptions.Protocol);
        var stranger = Stranger();
        stranger.SaysBytes(other.Encode(ScriptedPeer.Version()));
        var malformed = Assert.IsType<DisconnectReason.Malformed>(Ended());
        Assert.Equal(WireError.WrongNetwork, malformed.Error);
        Assert.Contains("mainnet", malformed.Detail, StringComparison.Ordinal);
        Assert.Empty(stranger.Heard);
    }

    [Rows("2", "HTTP, TLS, SSH, random bytes", "taken for a v2 key, closed at the deadline", "closed at once: `NotBitcoin`, or `WrongNetwork` where the first bytes could be a magic")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00FC\u0003\u0003")]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n")]
    [InlineData("\u0091\u00a7\u0003\u00fe\u0044\u0011\u0099\u00cc\u0001\u00f0\u0022")]
    public void Other_services(string said)
    {
        Stranger().SaysBytes(Encoding.Latin1.GetBytes(said));
        var error = Assert.IsType<DisconnectReason.Malformed>(Ended()).Error;
        Assert.Equal(char.IsAscii(said[0]) && !char.IsControl(said[0]) ? WireError.NotBitcoin : WireError.WrongNetwork, error);
    }

    [Row("3", "no byte, for ever", "closed at the deadline", "`HandshakeTimedOut(version)` at the deadline")]
    public void Silence() => EndsAtTheDeadline(Stranger(), "version");

    [Rows("4", "1 to 15 bytes, then silence", "closed at the deadline, nothing said", "`HandshakeTimedOut(version)` at the deadline, nothing said")]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(15)]
    public void A_few_bytes(int count)
    {
        var stranger = Stranger();
        stranger.SaysBytes(stranger.Encode(ScriptedPeer.Version())[..count]);
        EndsAtTheDeadline(stranger, "version");
        Assert.Empty(stranger.Heard);
    }

    [Rows("5", "a header without its last byte, half a payload", "closed at the deadline", "`HandshakeTimedOut(version)` at the deadline")]
    [InlineData(23)]
    [InlineData(70)]
    public void Half_a_message(int count)
    {
        var stranger = Stranger();
        stranger.SaysBytes(stranger.Encode(ScriptedPeer.Version())[..count]);
        EndsAtTheDeadline(stranger, "version");
    }

    [Row("6", "a byte each tenth of a second", "closed at the deadline, which is absolute", "`HandshakeTimedOut(version)`: the deadline is absolute")]
    public void Slow_loris()
    {
        var stranger = Stranger();
        var begun = Simulation.Elapsed;
        foreach (var one in Frame("novel", new byte[1_000]).TakeWhile(_ => !stranger.Stream.IsClosed))
        {
            stranger.SaysBytes(one);
            Simulation.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(new DisconnectReason.HandshakeTimedOut("version"), Ended());
        Assert.InRange(Simulation.Elapsed - begun, Deadline - TimeSpan.FromSeconds(1), Deadline + TimeSpan.FromSeconds(10));
    }

    [Rows("7", "the first message is no version", "ignored", "ignored; `HandshakeTimedOut(version)` at the deadline")]
    [InlineData("ping")]
    [InlineData("getheaders")]
    [InlineData("getaddr")]
    public void Something_else_first(string command)
    {
        var stranger = Stranger();
        stranger.Says(command switch
        {
            "ping" => new PingMessage(1),
            "getaddr" => GetAddrMessage.Instance,
            _ => new GetHeadersMessage(70016, [], Hash256.Zero),
        });
        EndsAtTheDeadline(stranger, "version");
        Assert.Empty(stranger.Heard);
    }

    [Row("8", "garbage before the version", "closed", "closed at once")]
    public void Garbage_first()
    {
        var stranger = Stranger();
        stranger.SaysBytes([.. new byte[4], .. stranger.Encode(ScriptedPeer.Version())]);
        Assert.IsType<DisconnectReason.Malformed>(Ended());
    }

    [Row("9", "version twice", "the second is ignored", "the second is ignored (`btcd`: disconnect)")]
    public void Version_twice()
    {
        var stranger = Stranger();
        stranger.Says(ScriptedPeer.Version(), ScriptedPeer.Version(nonce: 0x99), VerAckMessage.Instance);
        Stays(stranger);
    }

    [Row("10", "verack before version", "ignored", "ignored")]
    public void Verack_first()
    {
        var stranger = Stranger();
        stranger.Says(VerAckMessage.Instance);
        stranger.Handshakes();
        Stays(stranger);
    }

    [Row("11", "verack twice", "ignored", "ignored (`btcd`: disconnect)")]
    public void Verack_twice()
    {
        var hostile = Hostile();
        hostile.Says(VerAckMessage.Instance);
        Stays(hostile);
    }

    [Row("12", "version, and no verack", "closed at the deadline", "`HandshakeTimedOut(verack)` at the deadline")]
    public void No_verack()
    {
        var stranger = Stranger();
        stranger.Says(ScriptedPeer.Version());
        EndsAtTheDeadline(stranger, "verack");
    }

    [Row("13", "ping, getaddr, inv, headers between version and verack", "ignored, no reply", "ignored, no reply")]
    public void Questions_before_verack()
    {
        var stranger = Stranger();
        stranger.Says(ScriptedPeer.Version());
        Simulation.Advance(TimeSpan.FromSeconds(1));
        _ = stranger.Heard;
        stranger.Forgets();
        stranger.Says(new PingMessage(7), GetAddrMessage.Instance, new InvMessage([InventoryVector.Transaction(Hash256.OfDouble([1]))]), new HeadersMessage([]));
        stranger.ExpectsNothing(TimeSpan.FromSeconds(5));
        stranger.Says(VerAckMessage.Instance);
        Stays(stranger);
        Assert.Empty(Delivered<InvMessage>());
    }

    [Rows("14", "version and verack in one segment; each byte in one of its own", "works", "works, both are the same")]
    [InlineData(false)]
    [InlineData(true)]
    public void Any_segments(bool single)
    {
        var stranger = Stranger();
        byte[] bytes = [.. stranger.Encode(ScriptedPeer.Version()), .. stranger.Encode(VerAckMessage.Instance)];
        foreach (var segment in single ? bytes.Select(one => (byte[])[one]) : [bytes])
        {
            stranger.SaysBytes(segment);
            Simulation.Run();
        }

        Stays(stranger);
    }

    [Row("16", "a nonce of 0", "allowed", "allowed")]
    public void Nonce_of_zero() => Stays(Hostile(ScriptedPeer.Version(nonce: 0)));

    [Rows("17", "protocol version 31,799, 0, negative, the largest", "below 31,800 closed; the largest taken, the lower of both is spoken", "`Obsolete` below `peers.minimum-protocol-version` (209 as btcd; here set as Core's); the largest is taken")]
    [InlineData(31_799, false)]
    [InlineData(0, false)]
    [InlineData(-1, false)]
    [InlineData(int.MinValue, false)]
    [InlineData(31_800, true)]
    [InlineData(int.MaxValue, true)]
    public void Any_protocol_version(int version, bool taken)
    {
        Start("peers.minimum-protocol-version = 31800");
        var stranger = Stranger();
        stranger.Says(ScriptedPeer.Version(version: version), VerAckMessage.Instance);
        if (taken)
        {
            Simulation.Until(() => Engine.Events.Of<PeerReady>().Count() == 2, TimeSpan.FromSeconds(5));
            Assert.Equal(Math.Min(version, 70016), Engine.Events.Of<PeerReady>().Last().Remote.Features.ProtocolVersion);
        }
        else
        {
            Assert.Equal(new DisconnectReason.Obsolete(version, 31_800), Ended());
        }
    }

    [Row("18", "a version of 20 bytes", "cannot be read, stays; a good one is taken later", "dropped; a good one is taken later")]
    public void Truncated_version()
    {
        var stranger = Stranger();
        stranger.SaysBytes(Frame("version", VersionBytes(stranger)[..20]));
        Simulation.Run();
        stranger.Handshakes();
        Stays(stranger);
    }

    [Row("19", "a version of 46 bytes, as the oldest nodes said it", "taken", "taken")]
    public void Short_version()
    {
        var stranger = Stranger();
        stranger.SaysBytes(Frame("version", VersionBytes(stranger)[..46]));
        stranger.Says(VerAckMessage.Instance);
        Stays(stranger);
    }

    [Rows("20", "a version with 100 bytes behind it", "taken (btcd: closed)", "as the policy: `core` takes it, `btcd` disconnects")]
    [InlineData("core", true)]
    [InlineData("btcd", false)]
    public void Long_version(string policy, bool taken)
    {
        Start($"peers.strictness = {policy}");
        var stranger = Stranger();
        stranger.SaysBytes(Frame("version", [.. VersionBytes(stranger), .. new byte[100]]));
        stranger.Says(VerAckMessage.Instance);
        if (taken)
        {
            Stays(stranger);
        }
        else
        {
            Assert.IsType<DisconnectReason.Malformed>(Ended());
        }
    }

    [Rows("21", "a user agent of 256 and 257 bytes, of control bytes, of broken UTF-8", "256 taken, 257 cannot be read; others are made harmless in logs", "256 taken, 257 dropped; others are kept as bytes and escaped where they are printed")]
    [InlineData(256, 'a', true)]
    [InlineData(257, 'a', false)]
    [InlineData(20, '\u001b', true)]
    [InlineData(20, '\u00ff', true)]
    public void Any_user_agent(int length, char letter, bool taken)
    {
        var stranger = Stranger();
        var version = VersionBytes(stranger);
        var before = version[..80];
        byte[] size = length < 0xFD ? [(byte)length] : [0xFD, (byte)length, (byte)(length >> 8)];
        stranger.SaysBytes(Frame("version", [.. before, .. size, .. Enumerable.Repeat((byte)letter, length), 100, 0, 0, 0, 1]));
        stranger.Says(VerAckMessage.Instance);
        if (taken)
        {
            Stays(stranger);
            Assert.DoesNotContain(Engine.Events.Of<PeerReady>().Last().Remote.UserAgent.ToString(), char.IsControl);
        }
        else
        {
            EndsAtTheDeadline(stranger, "version");
        }
    }

    [Rows("22", "start height -1 and the largest, time 0, the smallest, the largest", "taken, the offset is bounded", "taken, the offset is bounded")]
    [InlineData(-1, 0)]
    [InlineData(int.MaxValue, long.MinValue)]
    [InlineData(int.MinValue, long.MaxValue)]
    public void Any_height_and_time(int height, long time) => Stays(Hostile(ScriptedPeer.Version() with { StartHeight = height, Time = time }));

    [Rows("23", "the relay byte is missing, or 2", "missing is true, not 0 is true", "missing is true, not 0 is true")]
    [InlineData(-1)]
    [InlineData(2)]
    public void Any_relay_byte(int relay)
    {
        var stranger = Stranger();
        var version = VersionBytes(stranger);
        stranger.SaysBytes(Frame("version", relay < 0 ? version[..^1] : [.. version[..^1], (byte)relay]));
        stranger.Says(VerAckMessage.Instance);
        Stays(stranger);
        Assert.True(Engine.Events.Of<PeerReady>().Last().Remote.Features.RelayTransactions);
    }

    [Rows("24", "no services, all services", "taken inbound", "taken inbound; outbound as `peers.handshake.required-services` says")]
    [InlineData(0UL)]
    [InlineData(ulong.MaxValue)]
    public void Any_services(ulong services) => Stays(Hostile(ScriptedPeer.Version() with { Services = (ServiceFlags)services }));

    [Row("25", "sendaddrv2 and wtxidrelay before version, twice, and behind verack", "before ignored, twice taken, behind closed", "before ignored, twice taken, behind `Unexpected`")]
    public void Late_features()
    {
        var stranger = Stranger();
        stranger.Says(SendAddrV2Message.Instance, WtxIdRelayMessage.Instance);
        stranger.Says(ScriptedPeer.Version(), SendAddrV2Message.Instance, SendAddrV2Message.Instance, WtxIdRelayMessage.Instance, WtxIdRelayMessage.Instance, VerAckMessage.Instance);
        Stays(stranger);
        stranger.Says(WtxIdRelayMessage.Instance);
        Assert.Equal(new DisconnectReason.Unexpected("wtxidrelay", PeerPhase.Ready), Ended());
    }

    [Row("26", "sendtxrcncl behind verack, twice", "ignored where the feature is off", "delivered, and nothing else: no reconciliation is offered")]
    public void Reconciliation()
    {
        var hostile = Hostile();
        hostile.Says(new SendReconciliationMessage(1, 1), new SendReconciliationMessage(0, 2));
        Stays(hostile);
    }

    [Rows("29", "an end straight behind the beginning; a reset in the handshake", "removed", "`RemoteClosed` or `ConnectionReset`, in the phase `Handshaking`")]
    [InlineData(true)]
    [InlineData(false)]
    public void Ends_in_the_handshake(bool reset)
    {
        var stranger = Stranger();
        if (reset)
        {
            stranger.Says(ScriptedPeer.Version());
            Simulation.Advance(TimeSpan.FromSeconds(1));
            stranger.Resets();
            Assert.Equal(PeerPhase.Handshaking, Assert.IsType<DisconnectReason.ConnectionReset>(Ended()).Phase);
        }
        else
        {
            stranger.Leaves();
            Assert.Equal(new DisconnectReason.RemoteClosed(PeerPhase.Handshaking, false), Ended());
        }
    }

    [Row("30", "a node that accepts and closes before its version", "counted as a failure", "`RemoteClosed` in the phase `Handshaking`: a crawler's `closed-before-version`")]
    public void Accepts_and_closes()
    {
        Start();
        var full = Simulation.Network.Listen(new IPEndPoint(IPAddress.Parse("203.0.113.200"), 18444));
        var remote = ScriptedPeer.Accept(Simulation, full);
        var listener = Engine.Dial(full.Endpoint);
        Simulation.Advance(TimeSpan.FromSeconds(1));
        remote.Leaves();
        Assert.Equal(new DisconnectReason.RemoteClosed(PeerPhase.Handshaking, false), Ended());
        Assert.Single(listener.Of<PeerStopped>());
        remote.Dispose();
    }

    private void EndsAtTheDeadline(ScriptedPeer stranger, string awaiting)
    {
        _ = stranger;
        Simulation.Advance(Deadline - TimeSpan.FromSeconds(5));
        Assert.Empty(Engine.Stopped);
        Assert.Equal(new DisconnectReason.HandshakeTimedOut(awaiting), Ended(TimeSpan.FromSeconds(10)));
    }

    private static byte[] VersionBytes(ScriptedPeer remote) => remote.Encode(ScriptedPeer.Version())[WireLimits.HeaderBytes..];
}
