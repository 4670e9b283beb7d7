using Peers.TestKit;
using Peers.Wire;

namespace Peers.Simulations;

public sealed class HandshakeSimulation : EngineSimulation
{
    [Fact(DisplayName = "We dial: version, offers, verack; the remote's data behind its verack is not lost")]
    public void We_dial()
    {
        var engine = Start("peers.services = [network, witness]", settings => settings with { BestHeight = () => 77 });
        var (remote, listener) = Dialled(engine);
        var version = remote.Expects<VersionMessage>();
        Assert.Equal((70016, ServiceFlags.Network | ServiceFlags.Witness, 77, true), (version.Version, version.Services, version.StartHeight, version.Relay));
        Assert.Equal("/peers:0.1.0/", version.UserAgent.ToString());
        Assert.Equal("10.0.0.2:18444", version.Receiver.Endpoint.ToString());
        Assert.Equal("[::]:0", version.Sender!.Endpoint.ToString());

        // Everything in one segment: data behind the verack keeps its order.
        remote.Says(
            ScriptedPeer.Version(), WtxIdRelayMessage.Instance, SendAddrV2Message.Instance, VerAckMessage.Instance,
            SendHeadersMessage.Instance, new InvMessage([InventoryVector.Block(Hash256.OfDouble([1]))]), new FeeFilterMessage(5));
        remote.Expects<WtxIdRelayMessage>();
        remote.Expects<SendAddrV2Message>();
        remote.Expects<VerAckMessage>();
        Simulation.Until(() => listener.Of<PeerMessage>().Count() == 3, TimeSpan.FromSeconds(5));

        Assert.IsType<PeerConnecting>(listener.All[0].Message);
        var ready = Assert.IsType<PeerReady>(listener.All[1].Message);
        Assert.Equal(new PeerFeatures(70016, true, true, true, true), ready.Remote.Features);
        Assert.Equal(("/scripted:1.0/", 100), (ready.Remote.UserAgent.ToString(), ready.Remote.StartHeight));
        Assert.Equal(["sendheaders", "inv", "feefilter"], listener.Of<PeerMessage>().Select(heard => heard.Message.Command));
    }

    [Fact(DisplayName = "A remote dials us: we answer with our version, offers and verack")]
    public void We_are_dialled()
    {
        var engine = Start();
        engine.Listen();
        using var remote = Dialling(engine);
        remote.ExpectsNothing(TimeSpan.FromSeconds(5));
        remote.Says(ScriptedPeer.Version(version: 70015));
        Assert.Equal(70016, remote.Expects<VersionMessage>().Version);
        remote.Expects<VerAckMessage>(); // No offers below 70016.
        Assert.Empty(engine.Events.Of<PeerReady>());
        remote.Says(VerAckMessage.Instance);
        Simulation.Until(() => engine.Events.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
        Assert.Equal(70015, engine.Events.Of<PeerReady>().Single().Remote.Features.ProtocolVersion);
    }

    [Fact(DisplayName = "A handshake byte by byte comes to the same end")]
    public void Bytes_one_by_one()
    {
        Simulation.Network.DefaultLink = LinkProfile.Default with { Chunks = ReadChunks.Single };
        var engine = Start();
        var (_, peer, listener) = Connected(engine);
        Assert.Equal(new PeerFeatures(70016, true, false, false, true), peer.Remote.Features);
        Assert.Single(listener.Of<PeerReady>());
    }

    [Theory(DisplayName = "Early and unknown messages are ignored and never answered before verack (Bitcoin Core's p2p_leak)")]
    [InlineData(true)]
    [InlineData(false)]
    public void Early_messages_are_ignored(bool afterVersion)
    {
        var engine = Start();
        engine.Listen();
        using var remote = Dialling(engine);
        if (afterVersion)
        {
            remote.Says(ScriptedPeer.Version());
            remote.Expects<VersionMessage>();
            remote.Expects<WtxIdRelayMessage>();
            remote.Expects<SendAddrV2Message>();
            remote.Expects<VerAckMessage>();
        }

        remote.Says(new PingMessage(1), GetAddrMessage.Instance, new UnknownMessage("novel", new byte[] { 1, 2 }), new HeadersMessage([]));
        remote.ExpectsNothing(TimeSpan.FromSeconds(5));
        remote.Handshakes(afterVersion ? null : ScriptedPeer.Version());
        Simulation.Until(() => engine.Events.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
        Assert.Empty(engine.Stopped);
    }

    [Fact(DisplayName = "A verack before the version does not end the handshake")]
    public void Verack_before_version_is_ignored()
    {
        var engine = Start();
        engine.Listen();
        using var remote = Dialling(engine);
        remote.Says(VerAckMessage.Instance, ScriptedPeer.Version());
        remote.Expects<VersionMessage>();
        Simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(engine.Events.Of<PeerReady>());
        remote.Says(VerAckMessage.Instance);
        Simulation.Until(() => engine.Events.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
    }

    [Fact(DisplayName = "btcd's policy: what is no version first ends the connection")]
    public void Btcd_wants_the_version_first()
    {
        var engine = Start("peers.strictness = btcd");
        engine.Listen();
        using var remote = Dialling(engine);
        remote.Says(new PingMessage(1));
        Assert.Equal(new DisconnectReason.Unexpected("ping", PeerPhase.Handshaking), StoppedOnce(engine).Reason);
    }

    [Theory(DisplayName = "The deadline is absolute: neither silence nor dripping bytes nor half a handshake extend it")]
    [InlineData("silent", "version")]
    [InlineData("dripping", "version")]
    [InlineData("version only", "verack")]
    public void Deadline_is_absolute(string remote, string awaiting)
    {
        var engine = Start();
        engine.Listen();
        using var peer = Dialling(engine);
        var bytes = peer.Encode(ScriptedPeer.Version());
        if (remote == "version only")
        {
            peer.SaysBytes(bytes);
        }

        for (var second = 0; second < 29; second++)
        {
            if (remote == "dripping")
            {
                peer.SaysBytes(bytes[second]);
            }

            Simulation.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Empty(engine.Stopped);
        Simulation.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(new DisconnectReason.HandshakeTimedOut(awaiting), StoppedOnce(engine).Reason);
        Assert.True(peer.Stream.IsClosed);
    }

    [Fact(DisplayName = "An engine that dials itself finds out, and both halves say so")]
    public void Self_connection()
    {
        var engine = Start();
        var at = engine.Listen();
        engine.Dial(at);
        Simulation.Until(() => engine.Stopped.Count() == 2, TimeSpan.FromSeconds(10));
        Assert.All(engine.Stopped, stopped => Assert.IsType<DisconnectReason.SelfConnection>(stopped.Reason));
        Assert.Equal([Direction.Inbound, Direction.Outbound], engine.Stopped.Select(stopped => stopped.Direction).Order());
    }

    [Fact(DisplayName = "Two engines in one process never take each other for themselves")]
    public void Two_engines()
    {
        var engine = Start();
        var other = new SimulatedEngine(Simulation, Simulation.Network.Host("10.0.0.3"));
        var at = other.Listen();
        var (peer, _) = engine.Connect(at);
        Assert.Equal(Direction.Outbound, peer.Remote.Direction);
        Simulation.Until(() => other.Events.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
        Assert.Empty(engine.Stopped.Concat(other.Stopped));
    }

    [Theory(DisplayName = "Versions: obsolete and negative ones are refused, huge ones are spoken down to ours")]
    [InlineData(208, false)]
    [InlineData(-1, false)]
    [InlineData(int.MinValue, false)]
    [InlineData(209, true)]
    [InlineData(int.MaxValue, true)]
    public void Versions(int version, bool accepted)
    {
        var engine = Start();
        engine.Listen();
        using var remote = Dialling(engine);
        remote.Says(ScriptedPeer.Version(version: version), VerAckMessage.Instance);
        Simulation.Advance(TimeSpan.FromSeconds(2));
        if (accepted)
        {
            Assert.Equal(Math.Min(version, 70016), engine.Events.Of<PeerReady>().Single().Remote.Features.ProtocolVersion);
        }
        else
        {
            Assert.Equal(new DisconnectReason.Obsolete(version, 209), StoppedOnce(engine).Reason);
        }
    }

    [Theory(DisplayName = "Clocks and heights at their ends overflow nothing (CVE-2024-52912)")]
    [InlineData(long.MinValue, -1)]
    [InlineData(long.MaxValue, int.MaxValue)]
    [InlineData(0, 0)]
    public void Extreme_values(long time, int height)
    {
        var engine = Start();
        var (remote, listener) = Dialled(engine);
        remote.Handshakes(ScriptedPeer.Version() with { Time = time, StartHeight = height });
        Simulation.Until(() => listener.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
        Assert.Equal(height, listener.Of<PeerReady>().Single().Remote.StartHeight);
    }

    [Fact(DisplayName = "What a dialled remote must offer, it must offer")]
    public void Missing_services()
    {
        var engine = Start("peers.handshake.required-services = [network, compact-filters]");
        var (remote, _) = Dialled(engine);
        remote.Says(ScriptedPeer.Version());
        Assert.Equal(new DisconnectReason.MissingServices(ServiceFlags.CompactFilters), StoppedOnce(engine).Reason);
    }

    [Fact(DisplayName = "A remote of another network, and one that speaks HTTP, are known by their first bytes")]
    public void Wrong_network()
    {
        var engine = Start();
        engine.Listen();
        using var mainnet = Dialling(engine, BitcoinNetwork.Mainnet);
        mainnet.Says(ScriptedPeer.Version());
        var reason = Assert.IsType<DisconnectReason.Malformed>(StoppedOnce(engine).Reason);
        Assert.Equal(WireError.WrongNetwork, reason.Error);
        Assert.Contains("mainnet", reason.Detail, StringComparison.Ordinal);
        using var browser = Dialling(engine);
        browser.SaysBytes("GET "u8.ToArray());
        Simulation.Until(() => engine.Stopped.Count() == 2, TimeSpan.FromSeconds(5));
        Assert.Equal(WireError.NotBitcoin, Assert.IsType<DisconnectReason.Malformed>(engine.Stopped.Last().Reason).Error);
        Assert.Empty(mainnet.Heard);
    }

    [Theory(DisplayName = "After the handshake a second version or verack follows the policy, a late offer ends the connection in both")]
    [InlineData("core", "version", false)]
    [InlineData("core", "verack", false)]
    [InlineData("core", "sendaddrv2", true)]
    [InlineData("core", "wtxidrelay", true)]
    [InlineData("btcd", "version", true)]
    [InlineData("btcd", "verack", true)]
    [InlineData("btcd", "sendaddrv2", true)]
    public void Late_handshake_messages(string strictness, string command, bool ends)
    {
        var engine = Start($"peers.strictness = {strictness}");
        var (remote, _, _) = Connected(engine);
        remote.Says(command switch
        {
            "version" => ScriptedPeer.Version(),
            "verack" => VerAckMessage.Instance,
            "sendaddrv2" => SendAddrV2Message.Instance,
            _ => WtxIdRelayMessage.Instance,
        });
        if (ends)
        {
            Assert.Equal(new DisconnectReason.Unexpected(command, PeerPhase.Ready), StoppedOnce(engine).Reason);
        }
        else
        {
            remote.Barrier();
            Assert.Empty(engine.Stopped);
        }
    }
}
