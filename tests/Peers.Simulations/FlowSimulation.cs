using Akka.Actor;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Simulations;

public sealed class FlowSimulation : EngineSimulation
{
    private static readonly UnknownMessage Bulk = new("bulk", new byte[10_000]);

    [Fact(DisplayName = "Ping every two minutes, pongs measured; a remote's ping is answered at once")]
    public void Pings()
    {
        var engine = Start();
        var (remote, peer, _) = Connected(engine);
        for (var round = 1; round <= 3; round++)
        {
            Simulation.Advance(TimeSpan.FromMinutes(2));
            remote.Says(new PongMessage(remote.Expects<PingMessage>().Nonce));
            Simulation.Until(() => engine.Events.Of<PingMeasured>().Count() == round, TimeSpan.FromSeconds(1));
        }

        var stats = engine.Stats(peer.Peer).Ping;
        Assert.Equal(3, stats.Answered);
        Assert.InRange(stats.Last!.Value.TotalMilliseconds, 1, 1_000);
        Assert.True(stats.Minimum <= stats.Average);
        Assert.Null(stats.Nonce);
        remote.Says(new PingMessage(99));
        Assert.Equal(99UL, remote.Expects<PongMessage>().Nonce);
    }

    [Fact(DisplayName = "Nonces differ, and a seed gives them again")]
    public void Nonces_come_from_the_seed()
    {
        List<ulong> Run(int seed)
        {
            using var simulation = new Simulation(seed);
            var engine = new SimulatedEngine(simulation, simulation.Network.Host("10.0.0.1"), "peers.idle.enabled = off");
            var at = simulation.Network.Listen(new(RemoteAddress, 18444));
            engine.Dial(at.Endpoint);
            using var remote = ScriptedPeer.Accept(simulation, at);
            remote.Handshakes();
            List<ulong> nonces = [];
            for (var i = 0; i < 5; i++)
            {
                simulation.Advance(TimeSpan.FromMinutes(2));
                nonces.Add(remote.Expects<PingMessage>().Nonce);
                remote.Says(new PongMessage(nonces[^1]));
            }

            return nonces;
        }

        var first = Run(5);
        Assert.Equal(5, first.Distinct().Count());
        Assert.Equal(first, Run(5));
        Assert.NotEqual(first, Run(6));
    }

    [Fact(DisplayName = "A ping that is not answered for 20 minutes ends the connection, however much the remote talks")]
    public void Ping_unanswered()
    {
        var engine = Start();
        var (remote, _, _) = Connected(engine);
        Simulation.Advance(TimeSpan.FromMinutes(2));
        for (var minute = 0; minute < 19; minute++)
        {
            remote.Says(SendHeadersMessage.Instance, new PongMessage(1));
            Simulation.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Empty(engine.Stopped);
        Assert.Single(remote.Heard.OfType<PingMessage>()); // One at a time.
        remote.Says(SendHeadersMessage.Instance);
        var reason = Assert.IsType<DisconnectReason.PingUnanswered>(StoppedOnce(engine, TimeSpan.FromMinutes(2)).Reason);
        Assert.Equal(TimeSpan.FromMinutes(20), reason.After);
    }

    [Fact(DisplayName = "Pings can be off, and those of the remote are answered all the same")]
    public void Ping_off()
    {
        var engine = Start("peers { ping.enabled = off, idle.enabled = off }");
        var (remote, _, _) = Connected(engine);
        remote.ExpectsNothing(TimeSpan.FromHours(3));
        remote.Barrier();
    }

    [Fact(DisplayName = "Idle: five minutes without a complete message, dripping bytes do not count")]
    public void Idle()
    {
        var engine = Start("peers.ping.enabled = off");
        var (remote, _, _) = Connected(engine);
        Simulation.Advance(TimeSpan.FromMinutes(4));
        remote.Says(SendHeadersMessage.Instance);
        var drip = remote.Encode(new InvMessage([InventoryVector.Block(default)]));
        for (var i = 0; i < 9; i++)
        {
            Simulation.Advance(TimeSpan.FromSeconds(30));
            remote.SaysBytes(drip[i]);
        }

        Assert.Empty(engine.Stopped);
        Assert.Equal(new DisconnectReason.Idle(TimeSpan.FromMinutes(5)), StoppedOnce(engine, TimeSpan.FromSeconds(40)).Reason);
    }

    [Fact(DisplayName = "Idle can be off")]
    public void Idle_off()
    {
        var engine = Start("peers { ping.enabled = off, idle.enabled = off }");
        Connected(engine);
        Simulation.Advance(TimeSpan.FromHours(5));
        Assert.Empty(engine.Stopped);
    }

    [Fact(DisplayName = "A listener that consumes nothing stops the reading at the window; the remote's silence is then ours")]
    public void Read_window()
    {
        var engine = Start("peers { ping.enabled = off, connection.read-window = 100KiB }");
        var (remote, peer, listener) = Connected(engine, Consumption.Explicit);
        for (var i = 0; i < 200; i++)
        {
            remote.Says(Bulk);
        }

        Simulation.Advance(TimeSpan.FromMinutes(20)); // Far beyond idle: nobody is blamed for our slowness.
        var held = listener.Of<PeerMessage>().Count();
        Assert.InRange(held, 8, 20);
        Assert.Empty(engine.Stopped);
        Assert.True(remote.Stream.Unsent > 0, "the remote must feel the pause");
        var stats = engine.Stats(peer.Peer);
        Assert.True(stats.ReadingPaused);
        Assert.InRange(stats.UnconsumedBytes, 80 * 1024, 180 * 1024); // What has begun to arrive counts, too.

        var consumed = 0;
        while (consumed < 200)
        {
            var heard = listener.Of<PeerMessage>().Skip(consumed).ToList();
            Assert.NotEmpty(heard);
            consumed += heard.Count;
            peer.Peer.Tell(new Consumed(heard.Sum(message => message.Cost)));
            Simulation.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(200, consumed);
        Assert.False(engine.Stats(peer.Peer).ReadingPaused);
        Assert.Equal(0, engine.Stats(peer.Peer).UnconsumedBytes);
    }

    [Fact(DisplayName = "Without a listener messages wait, in order and within the window, until one is attached")]
    public void Held_until_attached()
    {
        var engine = Start("peers.connection.read-window = 100KiB");
        engine.Listen(listener: engine.Events.Ref, consumption: Consumption.Held);
        using var remote = Dialling(engine);
        remote.Handshakes();
        for (var i = 0; i < 50; i++)
        {
            remote.Says(new FeeFilterMessage(i), Bulk);
        }

        Simulation.Advance(TimeSpan.FromSeconds(10));
        Assert.Empty(engine.Events.Of<PeerMessage>());
        var listener = Simulation.Recorder();
        engine.Events.Of<PeerReady>().Single().Peer.Tell(new Attach(listener.Ref));
        Simulation.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(
            Enumerable.Range(0, 50).Select(i => (long)i),
            listener.Of<PeerMessage>().Select(heard => heard.Message).OfType<FeeFilterMessage>().Select(message => message.FeeRate));
        remote.Stream.CloseWrite();
        Simulation.Until(() => listener.Of<PeerStopped>().Any(), TimeSpan.FromSeconds(5));
    }

    [Fact(DisplayName = "A remote that does not read is dropped at the write limit; every receipt is answered once")]
    public void Slow_reader()
    {
        var engine = Start("peers.connection.write-limit = 1MiB");
        var (remote, peer, _) = Connected(engine);
        remote.Stream.PauseReading();
        var receipts = Simulation.Recorder();
        for (var i = 0; i < 200; i++)
        {
            peer.Peer.Tell(new Send(Bulk with { }, receipts.Ref));
        }

        var reason = Assert.IsType<DisconnectReason.SlowReader>(StoppedOnce(engine).Reason);
        Assert.InRange(reason.QueuedBytes, 1024 * 1024, (1024 * 1024) + 10_024);
        Simulation.Run();
        Assert.Equal(200, receipts.Of<SendResult>().Count());
        Assert.Contains(receipts.Of<SendResult>(), result => result is SendResult.Sent);
        Assert.Contains(receipts.Of<SendResult>(), result => result is SendResult.Dropped);
    }

    [Fact(DisplayName = "Receipts: sent after the write, failed for what cannot be written, dropped for what comes too late")]
    public void Receipts()
    {
        var engine = Start();
        var (remote, peer, _) = Connected(engine);
        var receipts = Simulation.Recorder();
        var tooMany = new InvMessage(new InventoryVector[50_001].ToWireArray());
        var tooLarge = new UnknownMessage("huge", new byte[4_000_001]);
        peer.Peer.Tell(new Send(Bulk, receipts.Ref));
        peer.Peer.Tell(new Send(tooMany, receipts.Ref));
        peer.Peer.Tell(new Send(tooLarge, receipts.Ref));
        Simulation.Until(() => receipts.Of<SendResult>().Count() == 3, TimeSpan.FromSeconds(1));
        Assert.Equal(Bulk, remote.Expects<UnknownMessage>());
        Assert.Same(Bulk, receipts.Of<SendResult.Sent>().Single().Message);
        Assert.Equal([WireError.OversizedMessage, WireError.TooMany], receipts.Of<SendResult.Failed>().Select(failed => failed.Error.Error).Order());
        remote.Barrier();

        peer.Peer.Tell(new Send(Bulk, receipts.Ref));
        peer.Peer.Tell(new Disconnect("bye"));
        peer.Peer.Tell(new Send(Bulk, receipts.Ref)); // In the mailbox of a peer that leaves.
        StoppedOnce(engine);
        peer.Peer.Tell(new Send(Bulk, receipts.Ref)); // To a peer that is gone.
        Simulation.Run();
        Assert.Equal(6, receipts.Of<SendResult>().Count());
        Assert.Equal(2, receipts.Of<SendResult.Sent>().Count());
        Assert.Equal(2, receipts.Of<SendResult.Dropped>().Count());
    }

    [Fact(DisplayName = "A message of the user's own that throws, or has no command, costs itself and not the connection")]
    public void Faulty_messages_of_the_user()
    {
        var engine = Start(change: settings => settings with
        {
            Catalog = MessageCatalog.Default.With(MessageType.Of<NovelMessage>("novel", (ref WireReader _) => throw new InvalidOperationException("user code"))),
        });
        var (remote, peer, _) = Connected(engine);
        var receipts = Simulation.Recorder();
        peer.Peer.Tell(new Send(new ThrowingMessage(InSize: true), receipts.Ref));
        peer.Peer.Tell(new Send(new ThrowingMessage(InSize: false), receipts.Ref));
        peer.Peer.Tell(new Send(new UnknownMessage("much too long a command", default), receipts.Ref));
        remote.Says(new UnknownMessage("novel", new byte[] { 1 }));
        remote.Barrier();
        Assert.Equal(
            [WireError.InvalidCommand, WireError.InvalidValue, WireError.InvalidValue],
            receipts.Of<SendResult.Failed>().Select(failed => failed.Error.Error).Order());
        Assert.Equal(1, engine.Stats(peer.Peer).Dropped);
        Assert.Empty(engine.Stopped);
    }

    [Fact(DisplayName = "The remote's best block only moves up")]
    public void Last_block_moves_up()
    {
        var engine = Start();
        var (_, peer, _) = Connected(engine);
        List<int> heights = [engine.Stats(peer.Peer).LastBlock];
        foreach (var height in (int[])[99, 101])
        {
            peer.Peer.Tell(new UpdateLastBlock(height));
            heights.Add(engine.Stats(peer.Peer).LastBlock);
        }

        Assert.Equal([100, 100, 101], heights);
    }

    [Theory(DisplayName = "Receipts are answered exactly once wherever a reset falls")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Receipts_across_a_reset(int seed)
    {
        using var simulation = new Simulation(seed);
        var engine = new SimulatedEngine(simulation, simulation.Network.Host("10.0.0.1"));
        var at = simulation.Network.Listen(new(RemoteAddress, 18444));
        var listener = engine.Dial(at.Endpoint);
        using var remote = ScriptedPeer.Accept(simulation, at);
        remote.Handshakes();
        simulation.Until(() => listener.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
        var peer = listener.Of<PeerReady>().Single().Peer;
        var receipts = simulation.Recorder();
        for (var i = 0; i < 300; i++)
        {
            peer.Tell(new Send(new FeeFilterMessage(i), receipts.Ref));
            if (i == 50 * seed)
            {
                remote.Stream.Reset();
            }

            if (i % 10 == 0)
            {
                simulation.Advance(TimeSpan.FromMilliseconds(3));
            }
        }

        simulation.Advance(TimeSpan.FromSeconds(5));
        Assert.Single(engine.Stopped);
        Assert.Equal(300, receipts.Of<SendResult>().Select(result => ((FeeFilterMessage)result.Message).FeeRate).Distinct().Count());
        Assert.Equal(300, receipts.Of<SendResult>().Count());
    }

    [Fact(DisplayName = "A pong goes ahead of the bulk that waits")]
    public void Pong_ahead_of_bulk()
    {
        Simulation.Network.DefaultLink = LinkProfile.Default with { BytesPerSecond = 100_000 };
        var engine = Start();
        var (remote, peer, _) = Connected(engine);
        for (var i = 0; i < 200; i++)
        {
            peer.Peer.Tell(new Send(Bulk));
        }

        remote.Says(new PingMessage(7));
        Simulation.Until(() => remote.Heard.OfType<PongMessage>().Any(), TimeSpan.FromSeconds(20));
        Assert.True(remote.Heard.OfType<UnknownMessage>().Count() < 100);
    }

    [Fact(DisplayName = "Blocks are announced at once, transactions trickle; nothing goes to a remote that has it")]
    public void Trickle()
    {
        var engine = Start("peers { trickle.policy = fixed, trickle.outbound-interval = 10s }");
        var (remote, peer, _) = Connected(engine);
        var (block, mine, its) = (InventoryVector.Block(Hash(1)), InventoryVector.Transaction(Hash(2)), InventoryVector.Transaction(Hash(3)));
        remote.Says(new InvMessage([its]));
        remote.Barrier();
        remote.Forgets();
        foreach (var item in (InventoryVector[])[mine, its, mine, block, block])
        {
            engine.Manager.Tell(new AnnounceToAll(item));
        }

        Assert.Equal(new InvMessage([block]), remote.Expects<InvMessage>(TimeSpan.FromSeconds(1)));
        remote.ExpectsNothing(TimeSpan.FromSeconds(8));
        Assert.Equal(new InvMessage([mine]), remote.Expects<InvMessage>(TimeSpan.FromSeconds(3)));
        remote.ExpectsNothing(TimeSpan.FromSeconds(30));
        Assert.Equal(new TrickleStats(2, 3, 0, 0, 0), engine.Stats(peer.Peer).Trickle);
    }

    [Fact(DisplayName = "A remote that said relay = 0 hears of blocks only")]
    public void Relay_off()
    {
        var engine = Start("peers.trickle.policy = immediate");
        var (remote, _) = Dialled(engine);
        remote.Handshakes(ScriptedPeer.Version() with { Relay = false });
        Simulation.Until(() => engine.Events.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
        engine.Manager.Tell(new AnnounceToAll(InventoryVector.Transaction(Hash(1))));
        engine.Manager.Tell(new AnnounceToAll(InventoryVector.Block(Hash(2))));
        Assert.Equal(new InvMessage([InventoryVector.Block(Hash(2))]), remote.Expects<InvMessage>());
        remote.ExpectsNothing(TimeSpan.FromSeconds(10));
    }

    [Fact(DisplayName = "Statistics: bytes and messages by command, both ways, unknown ones in one row, dropped ones counted")]
    public void Statistics()
    {
        var engine = Start();
        var (remote, peer, _) = Connected(engine);
        remote.Says(new UnknownMessage("novel1", new byte[6]), new UnknownMessage("novel2", new byte[6]), SendHeadersMessage.Instance);
        var broken = remote.Encode(new FeeFilterMessage(5));
        broken[20] ^= 1;
        remote.SaysBytes(broken);
        remote.Barrier();
        var stats = engine.Stats(peer.Peer);
        Assert.Equal(new MessageCount(2, 60), stats.Received["*other*"]);
        Assert.Equal(new MessageCount(1, 24), stats.Received["sendheaders"]);
        Assert.Equal(new MessageCount(1, 32), stats.Received["feefilter"]);
        Assert.Equal(new MessageCount(1, 32), stats.Sent["pong"]);
        Assert.Equal(1, stats.Dropped);
        Assert.Equal(stats.Received.Values.Sum(count => count.Bytes), stats.BytesReceived);
        Assert.Equal(stats.Sent.Values.Sum(count => count.Bytes), stats.BytesSent);
        Assert.Equal(("v1", PeerPhase.Ready, Direction.Outbound), (stats.Transport, stats.Phase, stats.Direction));
        Assert.NotNull(stats.ConnectedAt);
        Assert.Equal(0, stats.QueuedBytes);
    }

    [Theory(DisplayName = "Damage: Bitcoin Core's policy drops the message, btcd's ends the connection")]
    [InlineData("core")]
    [InlineData("btcd")]
    public void Damage(string strictness)
    {
        var engine = Start($"peers.strictness = {strictness}");
        var (remote, _, _) = Connected(engine);
        var broken = remote.Encode(new FeeFilterMessage(5));
        broken[20] ^= 1;
        remote.SaysBytes(broken);
        if (strictness == "core")
        {
            remote.Barrier();
            Assert.Empty(engine.Stopped);
        }
        else
        {
            Assert.Equal(WireError.BadChecksum, Assert.IsType<DisconnectReason.Malformed>(StoppedOnce(engine).Reason).Error);
        }
    }

    [Theory(DisplayName = "What no policy forgives ends the connection")]
    [InlineData(WireError.OversizedMessage)]
    [InlineData(WireError.WrongNetwork)]
    [InlineData(WireError.TooMany)]
    public void Fatal_damage(WireError error)
    {
        var engine = Start();
        var (remote, _, _) = Connected(engine);
        var frame = remote.Encode(new FeeFilterMessage(5));
        switch (error)
        {
            case WireError.OversizedMessage:
                BitConverter.TryWriteBytes(frame.AsSpan(16), 4_000_001);
                break;
            case WireError.WrongNetwork:
                frame[0] ^= 1;
                break;
            case WireError.TooMany:
                frame = remote.Encode(new UnknownMessage("addr", new byte[] { 0xFD, 0xE9, 0x03 }.Concat(new byte[1_001 * 30]).ToArray()));
                break;
        }

        remote.SaysBytes(frame);
        Assert.Equal(error, Assert.IsType<DisconnectReason.Malformed>(StoppedOnce(engine).Reason).Error);
    }

    [Fact(DisplayName = "Raw commands stay undecoded, message types of the user's own are decoded")]
    public void Raw_and_own_messages()
    {
        var engine = Start(
            "peers.raw-commands = [feefilter]",
            settings => settings with { Catalog = MessageCatalog.Default.With(MessageType.Of<NovelMessage>("novel", NovelMessage.Read)) });
        var (remote, peer, listener) = Connected(engine);
        remote.Says(new UnknownMessage("novel", new byte[] { 42 }), new FeeFilterMessage(5), new UnknownMessage("other", new byte[] { 1 }));
        Simulation.Until(() => listener.Of<PeerMessage>().Count() == 3, TimeSpan.FromSeconds(5));
        Assert.Equal(
            [new NovelMessage(42), new UnknownMessage("feefilter", new byte[] { 5, 0, 0, 0, 0, 0, 0, 0 }), new UnknownMessage("other", new byte[] { 1 })],
            listener.Of<PeerMessage>().Select(heard => heard.Message));
        peer.Peer.Tell(new Send(new NovelMessage(43)));
        Assert.Equal(new UnknownMessage("novel", new byte[] { 43 }), remote.Expects<UnknownMessage>());
    }

    private static Hash256 Hash(byte number) => Hash256.OfDouble([number]);

    private sealed record ThrowingMessage(bool InSize) : Message
    {
        public override string Command => "throwing";

        public override int GetPayloadSize(WireProtocol protocol) => InSize ? throw new InvalidOperationException("user code") : 1;

        public override void WritePayload(ref WireWriter writer) => throw new InvalidOperationException("user code");
    }

    private sealed record NovelMessage(byte Value) : Message
    {
        public override string Command => "novel";

        public override int GetPayloadSize(WireProtocol protocol) => 1;

        public override void WritePayload(ref WireWriter writer) => writer.WriteByte(Value);

        public static NovelMessage Read(ref WireReader reader) => new(reader.ReadByte("novel.value"));
    }
}
