using System.Net;
using Akka.Actor;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Tests.Conformance;

/// <summary>btcd's TestOutboundPeer: a best block that cannot be told, commands before the handshake, and what is pushed.</summary>
public sealed class OutboundPeerTests : InVirtualTime
{
    [Fact(DisplayName = "A best block that cannot be told ends the connection within a second; and nothing was said")]
    public void Best_block_throws()
    {
        var engine = Start(change: settings => settings with { BestHeight = () => throw new InvalidOperationException("newest block not found") });
        var (remote, listener) = Dialled(engine);
        var error = Assert.IsType<DisconnectReason.InternalError>(Stopped(engine, TimeSpan.FromSeconds(1)));
        Assert.Equal("newest block not found", error.Exception.Message);
        Simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(listener.Of<PeerStopped>());
        Assert.Empty(remote.Heard);
        Assert.True(remote.Stream.IsClosed);
    }

    [Fact(DisplayName = "Commands before the handshake is done neither block nor are lost without a word, and what is noted changes nothing")]
    public void Commands_before_the_handshake()
    {
        var engine = Start();
        var (remote, listener) = Dialled(engine);
        remote.Expects<VersionMessage>();
        var list = Simulation.Recorder();
        engine.Manager.Tell(new GetPeers(list.Ref), ActorRefs.NoSender);
        var peer = list.Expect<PeerList>().Peers.Single().Peer;
        var receipts = Simulation.Recorder();
        foreach (var command in Commands(receipts.Ref))
        {
            peer.Tell(command, ActorRefs.NoSender);
        }

        Simulation.Run();
        Assert.Equal(6, receipts.Of<SendResult.Dropped>().Count());
        Assert.All(receipts.Of<SendResult.Dropped>(), dropped => Assert.Equal("the handshake is not done", dropped.Reason));
        remote.ExpectsNothing(TimeSpan.FromSeconds(1));
        remote.Handshakes();
        Simulation.Until(() => listener.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
        Assert.Equal(100, engine.Stats(peer).LastBlock);

        peer.Tell(new Disconnect("enough"), ActorRefs.NoSender);
        Stopped(engine, TimeSpan.FromSeconds(5));
        foreach (var command in Commands(receipts.Ref))
        {
            peer.Tell(command, ActorRefs.NoSender); // Nobody is there any more.
        }

        Simulation.Run();
        Assert.Equal(12, receipts.Of<SendResult.Dropped>().Count());
    }

    [Fact(DisplayName = "The height moves up only, the last announced block is what it was set to")]
    public void Updates()
    {
        var engine = Start();
        var (_, peer, _) = Connected(engine);
        foreach (var (told, shown) in new[] { (99, 100), (101, 101), (100, 101) })
        {
            peer.Peer.Tell(new UpdateLastBlock(told), ActorRefs.NoSender);
            Assert.Equal(shown, engine.Stats(peer.Peer).LastBlock);
        }

        Assert.Equal(100, engine.Stats(peer.Peer).Remote!.StartHeight);
        Assert.Null(engine.Stats(peer.Peer).LastAnnouncedBlock);
        peer.Peer.Tell(new UpdateLastAnnouncedBlock(Hash(5)), ActorRefs.NoSender);
        Assert.Equal(Hash(5), engine.Stats(peer.Peer).LastAnnouncedBlock);
        peer.Peer.Tell(new UpdateLastAnnouncedBlock(null), ActorRefs.NoSender);
        Assert.Null(engine.Stats(peer.Peer).LastAnnouncedBlock);
    }

    [Fact(DisplayName = "What btcd pushes: requests with an empty locator, rejects, locators of 500 hashes and none of 501; the version they carry is ours")]
    public void Pushes()
    {
        var engine = Start();
        var (remote, peer, _) = Connected(engine);
        var receipts = Simulation.Recorder();
        WireArray<Hash256> longest = [.. Enumerable.Range(0, 500).Select(Hash)];
        PeerCommand[] commands =
        [
            new RequestBlocks([], Hash256.Zero, receipts.Ref), new RequestHeaders([], Hash256.Zero, receipts.Ref),
            new RequestBlocks(longest, Hash256.Zero, receipts.Ref), new RequestHeaders(longest, Hash256.Zero, receipts.Ref),
            new RequestBlocks([.. longest, Hash(500)], Hash256.Zero, receipts.Ref), new RequestHeaders([.. longest, Hash(500)], Hash256.Zero, receipts.Ref),
            new Reject("block", RejectCode.Malformed, "malformed", null, receipts.Ref), new Reject("block", RejectCode.Invalid, "invalid", Hash(1), receipts.Ref),
            new Reject("version", RejectCode.NonStandard, "no block", Hash(1), receipts.Ref),
        ];
        foreach (var command in commands)
        {
            peer.Peer.Tell(command, ActorRefs.NoSender);
        }

        var before = remote.Stream.Received.Length;
        Simulation.Advance(TimeSpan.FromSeconds(1));
        Message[] heard =
        [
            new GetBlocksMessage(70016, [], Hash256.Zero), new GetHeadersMessage(70016, [], Hash256.Zero),
            new GetBlocksMessage(70016, longest, Hash256.Zero), new GetHeadersMessage(70016, longest, Hash256.Zero),
            new RejectMessage("block", RejectCode.Malformed, "malformed", Hash256.Zero), new RejectMessage("block", RejectCode.Invalid, "invalid", Hash(1)),
            new RejectMessage("version", RejectCode.NonStandard, "no block", null),
        ];
        Assert.Equal(heard.SelectMany(remote.Encode), remote.Stream.Received[before..]);
        Assert.Equal((7, 2), (receipts.Of<SendResult.Sent>().Count(), receipts.Of<SendResult.Failed>().Count()));
        Assert.Empty(engine.Stopped);
    }

    [Fact(DisplayName = "A name is resolved by the hook; where it cannot be, the dial ends with the reason")]
    public void Names_are_resolved_by_the_hook()
    {
        var engine = Start(change: settings => settings with
        {
            Resolve = name => name == "seed.example"
                ? Task.FromResult<IPAddress[]>([IPAddress.Parse("10.0.0.2")])
                : Task.FromException<IPAddress[]>(new InvalidOperationException("no such name")),
        });
        var at = Simulation.Network.Listen(new IPEndPoint(IPAddress.Parse("10.0.0.2"), 18444));
        using var remote = ScriptedPeer.Accept(Simulation, at);
        engine.Dial(new DnsEndPoint("seed.example", 18444));
        remote.Expects<VersionMessage>();
        var failed = engine.Dial(new DnsEndPoint("nowhere.example", 18444));
        Simulation.Until(() => failed.Of<PeerStopped>().Any(), TimeSpan.FromSeconds(5));
        Assert.Contains("no such name", Assert.IsType<DisconnectReason.ConnectFailed>(failed.Of<PeerStopped>().Single().Reason).Why, StringComparison.Ordinal);
    }

    private static PeerCommand[] Commands(IActorRef receipt) =>
    [
        new Announce(InventoryVector.Block(Hash(1))), new AddKnownInventory([InventoryVector.Transaction(Hash(2))]),
        new UpdateLastBlock(234), new UpdateLastAnnouncedBlock(Hash(3)),
        new Send(GetAddrMessage.Instance, receipt), new Send(new PingMessage(1), receipt), new Send(MempoolMessage.Instance, receipt),
        new RequestHeaders([], Hash256.Zero, receipt), new RequestBlocks([], Hash256.Zero, receipt),
        new Reject("block", RejectCode.Malformed, "malformed", null, receipt),
    ];
}
