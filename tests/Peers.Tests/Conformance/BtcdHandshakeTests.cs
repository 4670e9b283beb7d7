using Peers.TestKit;
using Peers.Wire;

namespace Peers.Tests.Conformance;

/// <summary>btcd's handshake, rule by rule, with btcd's settings: what is said in which order, and what ends it with or without a word.</summary>
public sealed class BtcdHandshakeTests : InVirtualTime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    [Fact(DisplayName = "Dialled: nothing before the remote's version, then version, sendaddrv2, verack at once, and nothing else")]
    public void Inbound_sequence()
    {
        var engine = Start();
        engine.Listen();
        var remote = Dialling(engine);
        remote.ExpectsNothing(TimeSpan.FromSeconds(20));
        remote.Says(ScriptedPeer.Version());
        remote.Expects<VersionMessage>(Soon);
        remote.Expects<SendAddrV2Message>(Soon);
        remote.Expects<VerAckMessage>(Soon);
        remote.ExpectsNothing(TimeSpan.FromSeconds(5));
        Assert.Empty(engine.Events.Of<PeerReady>());
        remote.Says(VerAckMessage.Instance);
        Simulation.Until(() => engine.Events.Of<PeerReady>().Any(), Soon);
        remote.ExpectsNothing(TimeSpan.FromMinutes(1)); // Neither sendheaders nor feefilter nor sendcmpct.
    }

    [Fact(DisplayName = "Dialling: version, then behind the remote's version sendaddrv2 and verack")]
    public void Outbound_sequence()
    {
        var engine = Start("peers.services = [network]", change: settings => settings with { BestHeight = () => 77 });
        var (remote, _) = Dialled(engine);
        var version = remote.Expects<VersionMessage>();
        Assert.Equal((70016, ServiceFlags.Network, 77, true), (version.Version, version.Services, version.StartHeight, version.Relay));
        Assert.Equal("/btcwire:0.5.0/peer:1.0/", version.UserAgent.ToString());
        Assert.Equal((ServiceFlags.None, "10.0.0.2:18444"), (version.Receiver.Services, version.Receiver.Endpoint.ToString()));
        Assert.Equal((ServiceFlags.Network, "[::]:0"), (version.Sender!.Services, version.Sender.Endpoint.ToString())); // Nothing of where we are.
        remote.ExpectsNothing(TimeSpan.FromSeconds(5));
        remote.Says(ScriptedPeer.Version());
        remote.Expects<SendAddrV2Message>(Soon);
        remote.Expects<VerAckMessage>(Soon);
        remote.ExpectsNothing(TimeSpan.FromSeconds(5));
    }

    [Theory(DisplayName = "The relay flag is what the settings say, for an engine and for one connection")]
    [InlineData("on", false, true)]
    [InlineData("off", false, false)]
    [InlineData("on", true, false)]
    public void Relay_flag(string setting, bool blocksOnly, bool relay)
    {
        var engine = Start($"peers.relay-transactions = {setting}");
        var (remote, _) = Dialled(engine, PeerOptions.Default with { BlockRelayOnly = blocksOnly });
        Assert.Equal(relay, remote.Expects<VersionMessage>().Relay);
    }

    [Fact(DisplayName = "What is no version first is answered by a reject, and ends the connection")]
    public void First_message_is_not_version()
    {
        var engine = Start();
        engine.Listen();
        var remote = Dialling(engine);
        remote.Says(new PingMessage(1));
        Assert.Equal(new DisconnectReason.Unexpected("ping", PeerPhase.Handshaking), Stopped(engine, Soon));
        Assert.Equal(new RejectMessage("version", RejectCode.Malformed, "a version message must precede all others", null), remote.Expects<RejectMessage>(Soon));
        remote.ExpectsNothing(Soon);
    }

    [Theory(DisplayName = "Between version and verack a known message ends the handshake without a word, one that btcd does not know is ignored")]
    [InlineData("ping", true)]
    [InlineData("getdata", true)]
    [InlineData("version", true)]
    [InlineData("sendheaders", true)]
    [InlineData("feefilter", true)]
    [InlineData("novel", false)]
    [InlineData("wtxidrelay", false)]
    [InlineData("sendtxrcncl", false)]
    [InlineData("feature", false)]
    [InlineData("sendcmpct", false)]
    public void Between_version_and_verack(string command, bool ends)
    {
        var engine = Start();
        var (remote, listener) = Dialled(engine);
        remote.Says(ScriptedPeer.Version());
        remote.Expects<VersionMessage>();
        remote.Expects<SendAddrV2Message>();
        remote.Expects<VerAckMessage>();
        remote.Says(command switch
        {
            "ping" => new PingMessage(1),
            "getdata" => new GetDataMessage([InventoryVector.Block(Hash(1))]),
            "version" => ScriptedPeer.Version(),
            "sendheaders" => SendHeadersMessage.Instance,
            "feefilter" => new FeeFilterMessage(1),
            "wtxidrelay" => WtxIdRelayMessage.Instance,
            "sendtxrcncl" => new SendReconciliationMessage(1, 2),
            "feature" => new FeatureMessage("feature-name", default),
            "sendcmpct" => new SendCompactMessage(true, 2),
            _ => new UnknownMessage("novel", default),
        });
        if (ends)
        {
            Assert.Equal(new DisconnectReason.Unexpected(command, PeerPhase.Handshaking), Stopped(engine, Soon));
        }
        else
        {
            remote.Says(VerAckMessage.Instance);
            Simulation.Until(() => listener.Of<PeerReady>().Any(), Soon);
            Assert.False(listener.Of<PeerReady>().Single().Remote.Features.WtxIdRelay);
        }

        remote.ExpectsNothing(Soon);
    }

    [Theory(DisplayName = "What cannot be read ends the handshake without a word, before and behind the version")]
    [InlineData(false)]
    [InlineData(true)]
    public void Malformed_before_verack(bool versionHeard)
    {
        var engine = Start();
        engine.Listen();
        var remote = Dialling(engine);
        if (versionHeard)
        {
            remote.Says(ScriptedPeer.Version());
            Simulation.Until(() => remote.Heard.OfType<VerAckMessage>().Any(), Soon);
        }

        var broken = remote.Encode(SendAddrV2Message.Instance);
        broken[20] ^= 1; // The checksum.
        remote.SaysBytes(broken);
        Assert.Equal(WireError.BadChecksum, Assert.IsType<DisconnectReason.Malformed>(Stopped(engine, Soon)).Error);
        Simulation.Advance(Soon);
        Assert.Empty(remote.Heard.OfType<RejectMessage>());
    }

    [Fact(DisplayName = "sendaddrv2 may be repeated, but not by who speaks a version without it")]
    public void Repeated_and_early_sendaddrv2()
    {
        var engine = Start();
        var (modern, listener) = Dialled(engine);
        modern.Says(ScriptedPeer.Version(), SendAddrV2Message.Instance, SendAddrV2Message.Instance, VerAckMessage.Instance);
        Simulation.Until(() => listener.Of<PeerReady>().Any(), Soon);
        Assert.True(listener.Of<PeerReady>().Single().Remote.Features.AddressV2);

        var (old, _) = Dialled(engine, at: "10.0.0.3");
        old.Says(ScriptedPeer.Version(version: 70015), SendAddrV2Message.Instance, VerAckMessage.Instance);
        Assert.Equal(WireError.VersionTooLow, Assert.IsType<DisconnectReason.Malformed>(Stopped(engine, Soon)).Error);
    }

    [Theory(DisplayName = "A second version or verack behind verack is rejected as duplicate, within a second; a late offer ends without a word or is ignored")]
    [InlineData("version", true, true)]
    [InlineData("verack", true, true)]
    [InlineData("sendaddrv2", true, false)]
    [InlineData("wtxidrelay", false, false)]
    public void Behind_verack(string command, bool ends, bool rejected)
    {
        var engine = Start();
        var (remote, _, listener) = Connected(engine);
        remote.Says(command switch
        {
            "version" => ScriptedPeer.Version(),
            "verack" => VerAckMessage.Instance,
            "sendaddrv2" => SendAddrV2Message.Instance,
            _ => WtxIdRelayMessage.Instance,
        });
        Simulation.Advance(Soon);
        DisconnectReason[] reasons = ends ? [new DisconnectReason.Unexpected(command, PeerPhase.Ready)] : [];
        Assert.Equal(reasons, engine.Stopped.Select(stopped => stopped.Reason));
        RejectMessage[] rejects = rejected ? [new RejectMessage(command, RejectCode.Duplicate, $"duplicate {command} message", null)] : [];
        Assert.Equal(rejects, remote.Heard.OfType<RejectMessage>());
        Assert.Empty(listener.Of<PeerMessage>());
    }

    [Fact(DisplayName = "The inbound half of a connection to ourselves says nothing, not even its version, and both halves end")]
    public void Self_connection_is_silent()
    {
        var engine = Start();
        var listener = engine.Dial(engine.Listen());
        Simulation.Until(() => engine.Stopped.Count() == 2, Soon);
        Assert.All(engine.Stopped, stopped => Assert.IsType<DisconnectReason.SelfConnection>(stopped.Reason));
        var inbound = engine.Stopped.Single(stopped => stopped.Direction == Direction.Inbound);
        Assert.Equal(0, inbound.Stats!.BytesSent);
        Assert.Single(listener.Of<PeerStopped>());
    }
}
