using Akka.Actor;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Tests.Conformance;

/// <summary>Defects of btcd's that are not here: each of these fails where its defect is.</summary>
public sealed class DefectTests : InVirtualTime
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(11);

    [Fact(DisplayName = "W1: what the remote announced is known by its value, however it came and in whatever form it is announced")]
    public void W1_known_inventory_is_compared_by_value()
    {
        var engine = Start();
        var (remote, peer, _) = Connected(engine);
        remote.Says(new InvMessage([InventoryVector.Transaction(Hash(1)), InventoryVector.Block(Hash(2))]));
        remote.Barrier();
        remote.Forgets();
        InventoryVector[] items =
        [
            InventoryVector.Transaction(Hash(1)), new(InventoryKind.WitnessTransaction, Hash(1)),
            InventoryVector.Block(Hash(2)), InventoryVector.WitnessBlock(Hash(2)),
        ];
        foreach (var item in items)
        {
            peer.Peer.Tell(new Announce(item with { }), ActorRefs.NoSender);
        }

        remote.ExpectsNothing(Beat);
        peer.Peer.Tell(new Announce(InventoryVector.Transaction(Hash(3))), ActorRefs.NoSender);
        remote.Expects<InvMessage>(Beat);
        peer.Peer.Tell(new Announce(InventoryVector.Transaction(Hash(3))), ActorRefs.NoSender);
        remote.ExpectsNothing(Beat);
    }

    [Fact(DisplayName = "W1: what one is told of a remote counts as what the remote announced")]
    public void Known_inventory_can_be_told()
    {
        var engine = Start();
        var (remote, peer, _) = Connected(engine);
        peer.Peer.Tell(new AddKnownInventory([InventoryVector.Transaction(Hash(1)), InventoryVector.Block(Hash(2))]), ActorRefs.NoSender);
        foreach (var item in new[] { InventoryVector.Transaction(Hash(1)), InventoryVector.Block(Hash(2)), InventoryVector.Transaction(Hash(3)) })
        {
            peer.Peer.Tell(new Announce(item), ActorRefs.NoSender);
        }

        Assert.Equal(new InvMessage([InventoryVector.Transaction(Hash(3))]), remote.Expects<InvMessage>(Beat));
        remote.ExpectsNothing(Beat);
    }

    [Fact(DisplayName = "W2: cfcheckpt comes to the listener")]
    public void W2_cfcheckpt_is_delivered()
    {
        var engine = Start();
        var (remote, _, listener) = Connected(engine);
        var checkpoints = new CompactFilterCheckpointsMessage(CompactFilterType.Basic, Hash(1), [Hash(2), Hash(3)]);
        remote.Says(checkpoints);
        Simulation.Until(() => listener.Of<PeerMessage>().Any(), TimeSpan.FromSeconds(1));
        Assert.Equal(checkpoints, listener.Of<PeerMessage>().Single().Message);
    }

    [Fact(DisplayName = "W4: a remote with nothing to say to mempool and getblocks is kept, and so is one that answers getheaders with none")]
    public void W4_nothing_to_say_is_no_stall()
    {
        var engine = StartDefault("peers { stall.enabled = on, idle.enabled = off, ping.enabled = off }");
        var (remote, peer, _) = Connected(engine);
        peer.Peer.Tell(new Send(MempoolMessage.Instance), ActorRefs.NoSender);
        peer.Peer.Tell(new Send(new GetBlocksMessage([Hash(1)])), ActorRefs.NoSender);
        peer.Peer.Tell(new Send(new GetHeadersMessage([Hash(1)])), ActorRefs.NoSender);
        remote.Expects<MempoolMessage>();
        remote.Says(new HeadersMessage([]));
        Simulation.Advance(TimeSpan.FromHours(1));
        Assert.Empty(engine.Stopped);
    }

    [Fact(DisplayName = "W4: where remotes may leave getheaders unanswered altogether, a setting says so")]
    public void W4_getheaders_may_be_report_only()
    {
        var engine = StartDefault(
            """
            peers.stall.enabled = on
            peers.stall.report-only = [mempool, getblocks, getaddr, getheaders]
            peers { idle.enabled = off, ping.enabled = off }
            """);
        var (_, peer, _) = Connected(engine);
        peer.Peer.Tell(new Send(new GetHeadersMessage([Hash(1)])), ActorRefs.NoSender);
        Simulation.Advance(TimeSpan.FromHours(1));
        Assert.Empty(engine.Stopped);
        Assert.Single(engine.Events.Of<PeerStalled>());
    }

    [Fact(DisplayName = "W5: neither chatter nor another request nor unasked answers give a remote more time")]
    public void W5_stall_is_not_evaded()
    {
        var engine = Start();
        var (remote, peer, _) = Connected(engine);
        peer.Peer.Tell(new Send(new GetDataMessage([InventoryVector.Block(Hash(1))])), ActorRefs.NoSender);
        remote.Expects<GetDataMessage>();
        var asked = Simulation.Elapsed;
        for (var second = 0; second < 29; second++)
        {
            Simulation.Advance(TimeSpan.FromSeconds(1));
            remote.Says(
                new TransactionMessage(Transaction.Create(second, [], [], 0)), new InvMessage([InventoryVector.Block(Hash(1))]),
                new NotFoundMessage([InventoryVector.Block(Hash(9))]), new PongMessage(1));
            peer.Peer.Tell(new Send(new GetDataMessage([InventoryVector.Block(Hash(100 + second))])), ActorRefs.NoSender);
        }

        Assert.Empty(engine.Stopped);
        Assert.Equal(new DisconnectReason.Stalled("getdata", TimeSpan.FromSeconds(30)), Stopped(engine, TimeSpan.FromSeconds(2)));
        Assert.InRange((Simulation.Elapsed - asked).TotalSeconds, 29.5, 30.5);
    }

    [Fact(DisplayName = "W6: the same getheaders goes out again when its answer was lost")]
    public void W6_the_duplicate_filter_resets()
    {
        var engine = Start("peers { stall.enabled = off, idle.enabled = off, ping.enabled = off }");
        var (remote, peer, _) = Connected(engine);
        var ask = new RequestHeaders([Hash(1)], Hash256.Zero);
        peer.Peer.Tell(ask, ActorRefs.NoSender);
        remote.Expects<GetHeadersMessage>();
        peer.Peer.Tell(ask, ActorRefs.NoSender);
        remote.ExpectsNothing(TimeSpan.FromSeconds(119)); // The answer may still come.
        Simulation.Advance(TimeSpan.FromSeconds(2));
        peer.Peer.Tell(ask, ActorRefs.NoSender);
        remote.Expects<GetHeadersMessage>();
    }

    [Fact(DisplayName = "W7: a message that cannot be written costs itself; the one behind it arrives")]
    public void W7_unsendable_messages_cost_themselves()
    {
        var engine = Start();
        var (remote, peer, _) = Connected(engine);
        var receipts = Simulation.Recorder();
        peer.Peer.Tell(new Send(new InvMessage(new InventoryVector[50_001].ToWireArray()), receipts.Ref), ActorRefs.NoSender);
        peer.Peer.Tell(new Send(new UnknownMessage("huge", new byte[4_000_001]), receipts.Ref), ActorRefs.NoSender);
        peer.Peer.Tell(new Send(SendHeadersMessage.Instance, receipts.Ref), ActorRefs.NoSender);
        remote.Expects<SendHeadersMessage>();
        Simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((2, 1), (receipts.Of<SendResult.Failed>().Count(), receipts.Of<SendResult.Sent>().Count()));
        Assert.Empty(engine.Stopped);
    }

    [Theory(DisplayName = "W8: a payload that ends early is a fault of the message, wherever it ends, and no remote that closed")]
    [InlineData("btcd", 0)]
    [InlineData("btcd", 3)]
    [InlineData("core", 0)]
    [InlineData("core", 3)]
    public void W8_short_payloads_are_malformed(string strictness, int length)
    {
        var engine = Start($"peers.strictness = {strictness}");
        var (remote, peer, _) = Connected(engine);
        remote.Says(new UnknownMessage("feefilter", new byte[length]));
        if (strictness == "core")
        {
            remote.Barrier();
            Assert.Equal(1, engine.Stats(peer.Peer).Dropped);
            return;
        }

        Assert.Equal(WireError.Truncated, Assert.IsType<DisconnectReason.Malformed>(Stopped(engine, TimeSpan.FromSeconds(1))).Error);
        var reject = remote.Expects<RejectMessage>();
        Assert.Equal(("malformed", RejectCode.Malformed), (reject.RejectedCommand.ToString(), reject.Code));
    }

    [Theory(DisplayName = "W10: a negative version is low, not high")]
    [InlineData("btcd", -1)]
    [InlineData("btcd", int.MinValue)]
    [InlineData("core", -1)]
    public void W10_negative_versions_are_obsolete(string strictness, int version)
    {
        var engine = Start($"peers.strictness = {strictness}");
        engine.Listen();
        var remote = Dialling(engine);
        remote.Says(ScriptedPeer.Version(version: version), VerAckMessage.Instance);
        Assert.Equal(new DisconnectReason.Obsolete(version, 209), Stopped(engine, TimeSpan.FromSeconds(1)));
        Simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(remote.Heard);
    }

    [Fact(DisplayName = "W11: getheaders carries our version; the services of a remote are its own, on both sides, and nobody's before it said them")]
    public void W11_versions_and_services_are_whose_they_are()
    {
        var engine = Start("peers.services = [network, bloom]");
        engine.Listen();
        var remote = Dialling(engine);
        Simulation.Until(() => engine.Events.Of<PeerOpened>().Any(), TimeSpan.FromSeconds(5));
        var list = Simulation.Recorder();
        engine.Manager.Tell(new GetPeers(list.Ref), ActorRefs.NoSender);
        var summary = list.Expect<PeerList>().Peers.Single();
        Assert.Null(summary.Remote);
        Assert.Null(engine.Stats(summary.Peer).Remote);
        remote.Says(ScriptedPeer.Version());
        Assert.Equal(ServiceFlags.None, remote.Expects<VersionMessage>().Receiver.Services);
        remote.Says(VerAckMessage.Instance);
        Simulation.Until(() => engine.Events.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
        var ready = engine.Events.Of<PeerReady>().Single();
        Assert.Equal(ServiceFlags.Network | ServiceFlags.Witness, ready.Remote.Services);
        remote.Forgets();
        ready.Peer.Tell(new RequestHeaders([Hash(1)], Hash256.Zero), ActorRefs.NoSender);
        Assert.Equal(70016u, remote.Expects<GetHeadersMessage>().Version);
    }

    [Fact(DisplayName = "We are found out behind any number of versions that went out meanwhile; btcd remembers fifty")]
    public void Self_connections_are_found_behind_many_others()
    {
        var engine = Start("peers.outbound.max = 1000");
        var at = engine.Listen();
        for (var i = 0; i < 60; i++)
        {
            Connected(engine, at: $"10.0.1.{i + 1}");
        }

        // What leads back to us takes its time, and sixty more versions go out before.
        Simulation.Network.DefaultLink = LinkProfile.Default with { Latency = TimeSpan.FromSeconds(5) };
        engine.Dial(at);
        Simulation.Advance(TimeSpan.FromSeconds(1));
        Simulation.Network.DefaultLink = LinkProfile.Default;
        for (var i = 0; i < 60; i++)
        {
            Connected(engine, at: $"10.0.2.{i + 1}");
        }

        Simulation.Until(() => engine.Stopped.Count() == 2, TimeSpan.FromSeconds(60));
        Assert.All(engine.Stopped, stopped => Assert.IsType<DisconnectReason.SelfConnection>(stopped.Reason));
    }

    [Fact(DisplayName = "A remote that reads no more and then sends what cannot be read is gone within the close timeout, its reject unsaid")]
    public void A_stuck_remote_cannot_hold_its_own_end()
    {
        var engine = Start("peers.connection.close-timeout = 2s");
        var (remote, peer, _) = Connected(engine);
        remote.Stream.PauseReading();
        for (var i = 0; i < 40; i++)
        {
            peer.Peer.Tell(new Send(new UnknownMessage("bulk", new byte[100_000])), ActorRefs.NoSender);
        }

        Simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(engine.Stopped);
        var broken = remote.Encode(SendHeadersMessage.Instance);
        broken[20] ^= 1;
        remote.SaysBytes(broken);
        Assert.Equal(WireError.BadChecksum, Assert.IsType<DisconnectReason.Malformed>(Stopped(engine, TimeSpan.FromSeconds(3))).Error);
    }
}
