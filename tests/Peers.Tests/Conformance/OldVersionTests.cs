using Peers.TestKit;
using Peers.Wire;

namespace Peers.Tests.Conformance;

/// <summary>What was not in the protocol yet is not spoken with those who speak an older one.</summary>
public sealed class OldVersionTests : InVirtualTime
{
    private const int HeaderBytes = 24;

    [Fact(DisplayName = "Up to 60000 a ping has no nonce and no answer, and a pong ends the connection without a reject, which is not known there either")]
    public void No_pongs_up_to_60000()
    {
        var engine = Start("peers.idle.enabled = off");
        var (remote, peer, listener) = Connected(engine, ScriptedPeer.Version(version: 60000));
        var before = remote.Stream.Received.Length;
        Simulation.Advance(TimeSpan.FromSeconds(121));
        var ping = remote.Stream.Received[before..];
        Assert.Equal(remote.Encode(new UnknownMessage("ping", default)), ping);

        remote.SaysBytes(ping);
        Simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(new PingMessage(0), Assert.Single(listener.Of<PeerMessage>()).Message);
        Assert.Equal(before + HeaderBytes, remote.Stream.Received.Length);
        Assert.Equal(PingStats.None, engine.Stats(peer.Peer).Ping);

        remote.Says(new PongMessage(1));
        Assert.Equal(WireError.VersionTooLow, Assert.IsType<DisconnectReason.Malformed>(Stopped(engine, TimeSpan.FromSeconds(1))).Error);
        Simulation.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(before + HeaderBytes, remote.Stream.Received.Length);
    }

    [Fact(DisplayName = "From 60001 on pings are measured and answered")]
    public void Pongs_from_60001()
    {
        var engine = Start();
        var (remote, _, _) = Connected(engine, ScriptedPeer.Version(version: 60001));
        Simulation.Advance(TimeSpan.FromMinutes(2));
        remote.Says(new PongMessage(remote.Expects<PingMessage>(TimeSpan.FromSeconds(2)).Nonce), new PingMessage(5));
        Assert.Equal(5UL, remote.Expects<PongMessage>().Nonce);
        Simulation.Until(() => engine.Events.Of<PingMeasured>().Any(), TimeSpan.FromSeconds(1));
    }

    [Theory(DisplayName = "Below its version a message ends the connection under btcd's policy, at it the message is heard")]
    [InlineData("mempool", 60002)]
    [InlineData("filterload", 70001)]
    [InlineData("merkleblock", 70001)]
    [InlineData("reject", 70002)]
    [InlineData("sendheaders", 70012)]
    [InlineData("feefilter", 70013)]
    public void Thresholds(string command, int version)
    {
        var engine = Start("peers.services = [bloom]");
        Message message = command switch
        {
            "mempool" => MempoolMessage.Instance,
            "filterload" => new FilterLoadMessage(new byte[] { 1 }, 10, 0, BloomUpdate.None),
            "merkleblock" => new MerkleBlockMessage(new BlockHeader(1, default, default, 1, 1, 1), new PartialMerkleTree(0, [], default)),
            "reject" => new RejectMessage("block", RejectCode.Duplicate, "dupe block", Hash256.Zero),
            "sendheaders" => SendHeadersMessage.Instance,
            _ => new FeeFilterMessage(15_000),
        };
        var (modern, _, listener) = Connected(engine, ScriptedPeer.Version(version: version));
        modern.Says(message);
        Simulation.Until(() => listener.Of<PeerMessage>().Any(), TimeSpan.FromSeconds(1));
        Assert.Equal(message, listener.Of<PeerMessage>().Single().Message);

        var (old, _, _) = Connected(engine, ScriptedPeer.Version(version: version - 1), at: "10.0.0.3");
        old.Says(message);
        Assert.Equal(WireError.VersionTooLow, Assert.IsType<DisconnectReason.Malformed>(Stopped(engine, TimeSpan.FromSeconds(1))).Error);
    }

    [Theory(DisplayName = "Addresses of BIP 155 and compact filters are taken at any version")]
    [InlineData("addrv2")]
    [InlineData("cfheaders")]
    public void No_threshold(string command)
    {
        var engine = Start();
        var (remote, _, listener) = Connected(engine, ScriptedPeer.Version(version: 209));
        Message message = command == "addrv2" ? new AddrV2Message([]) : new CompactFilterHeadersMessage(CompactFilterType.Basic, Hash(1), Hash(2), []);
        remote.Says(message);
        Simulation.Until(() => listener.Of<PeerMessage>().Any(), TimeSpan.FromSeconds(1));
        Assert.Equal(message, listener.Of<PeerMessage>().Single().Message);
    }
}
