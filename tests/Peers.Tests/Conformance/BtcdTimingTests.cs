using Akka.Actor;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Tests.Conformance;

/// <summary>The times of btcd's five loops, with btcd's settings.</summary>
public sealed class BtcdTimingTests : InVirtualTime
{
    /// <summary>A message takes its time on the simulated network, there and back.</summary>
    private const double Network = 0.5;

    [Theory(DisplayName = "A handshake has 30 s in all, and what drips in does not extend them")]
    [InlineData(false)]
    [InlineData(true)]
    public void Handshake(bool drips)
    {
        var engine = Start();
        engine.Listen();
        var remote = Dialling(engine);
        var began = Simulation.Elapsed;
        var bytes = remote.Encode(ScriptedPeer.Version());
        for (var second = 0; second < 29; second++)
        {
            if (drips)
            {
                remote.SaysBytes(bytes[second]);
            }

            Simulation.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Empty(engine.Stopped);
        Assert.Equal(new DisconnectReason.HandshakeTimedOut("version"), Stopped(engine, TimeSpan.FromSeconds(2)));
        Assert.InRange((Simulation.Elapsed - began).TotalSeconds, 30 - Network, 30 + Network);
    }

    [Fact(DisplayName = "The first ping goes out two minutes behind the handshake; a remote that is silent is dropped after five")]
    public void Silence()
    {
        var engine = Start();
        var (remote, _, _) = Connected(engine);
        var began = Simulation.Elapsed;
        remote.ExpectsNothing(TimeSpan.FromSeconds(119));
        remote.Expects<PingMessage>(TimeSpan.FromSeconds(2));
        Assert.InRange((Simulation.Elapsed - began).TotalSeconds, 120 - Network, 120 + Network);
        Assert.Equal(new DisconnectReason.Idle(TimeSpan.FromMinutes(5)), Stopped(engine, TimeSpan.FromMinutes(4)));
        Assert.InRange((Simulation.Elapsed - began).TotalSeconds, 300 - Network, 300 + Network);
    }

    [Fact(DisplayName = "A remote that talks and answers no ping is left alone, as btcd has no limit for a ping")]
    public void Unanswered_pings()
    {
        var engine = Start();
        var (remote, peer, _) = Connected(engine);
        for (var minute = 0; minute < 600; minute += 4)
        {
            remote.Says(new PongMessage(1));
            Simulation.Advance(TimeSpan.FromMinutes(4));
        }

        Assert.Empty(engine.Stopped);
        Assert.NotNull(engine.Stats(peer.Peer).Ping.Nonce);
        Assert.Equal(0, engine.Stats(peer.Peer).Ping.Answered);
    }

    [Fact(DisplayName = "An unknown message is a sign of life, part of a message is none")]
    public void Signs_of_life()
    {
        var engine = Start();
        var (remote, _, _) = Connected(engine);
        for (var i = 0; i < 10; i++)
        {
            Simulation.Advance(TimeSpan.FromMinutes(4));
            remote.Says(new UnknownMessage("novel", default));
        }

        Assert.Empty(engine.Stopped);
        var part = remote.Encode(SendHeadersMessage.Instance);
        for (var i = 0; i < 4; i++)
        {
            Simulation.Advance(TimeSpan.FromMinutes(1));
            remote.SaysBytes(part[i]);
        }

        Assert.Equal(new DisconnectReason.Idle(TimeSpan.FromMinutes(5)), Stopped(engine, TimeSpan.FromSeconds(61)));
    }

    [Theory(DisplayName = "Watched are the requests that btcd watches, each for its time; the others are reported at most")]
    [InlineData("getdata", 30)]
    [InlineData("mempool", 30)]
    [InlineData("getblocks", 30)]
    [InlineData("getheaders", 90)]
    [InlineData("getaddr", 0)]
    [InlineData("getcfilters", 0)]
    [InlineData("getcfheaders", 0)]
    [InlineData("getcfcheckpt", 0)]
    [InlineData("ping", 0)]
    [InlineData("version", 0)]
    public void Stalls(string command, int seconds)
    {
        var engine = Start("peers { ping.enabled = off, idle.enabled = off }");
        var (remote, peer, _) = Connected(engine);
        peer.Peer.Tell(new Send(command switch
        {
            "getdata" => new GetDataMessage([InventoryVector.Block(Hash(1))]),
            "mempool" => MempoolMessage.Instance,
            "getblocks" => new GetBlocksMessage([Hash(1)]),
            "getheaders" => new GetHeadersMessage([Hash(1)]),
            "getaddr" => GetAddrMessage.Instance,
            "getcfilters" => new GetCompactFiltersMessage(CompactFilterType.Basic, 1, Hash(1)),
            "getcfheaders" => new GetCompactFilterHeadersMessage(CompactFilterType.Basic, 1, Hash(1)),
            "getcfcheckpt" => new GetCompactFilterCheckpointsMessage(CompactFilterType.Basic, Hash(1)),
            "ping" => new PingMessage(1),
            _ => ScriptedPeer.Version(),
        }), ActorRefs.NoSender);
        Simulation.Until(() => remote.Heard.Any(message => message.Command == command), TimeSpan.FromSeconds(1));
        var asked = Simulation.Elapsed;
        if (seconds == 0)
        {
            Simulation.Advance(TimeSpan.FromHours(1));
            Assert.Empty(engine.Stopped);
            return;
        }

        Assert.Equal(new DisconnectReason.Stalled(command, TimeSpan.FromSeconds(seconds)), Stopped(engine, TimeSpan.FromSeconds(seconds + 5)));
        Assert.InRange((Simulation.Elapsed - asked).TotalSeconds, seconds - Network, seconds + Network);
    }

    [Fact(DisplayName = "Stall detection can be off: then nothing is ever late")]
    public void Stalls_off()
    {
        var engine = Start("peers { stall.enabled = off, ping.enabled = off, idle.enabled = off }");
        var (_, peer, _) = Connected(engine);
        peer.Peer.Tell(new Send(new GetDataMessage([InventoryVector.Block(Hash(1))])), ActorRefs.NoSender);
        Simulation.Advance(TimeSpan.FromDays(1));
        Assert.Empty(engine.Stopped);
    }

    [Fact(DisplayName = "2,500 transactions wait for the beat of 10 s, and go in order as 1,000, 1,000 and 500, each once")]
    public void Trickle()
    {
        var engine = Start();
        var (remote, peer, _) = Connected(engine);
        var items = Enumerable.Range(0, 2_500).Select(number => InventoryVector.Transaction(Hash(number))).ToList();
        foreach (var item in items.Concat(items.TakeLast(100)))
        {
            peer.Peer.Tell(new Announce(item), ActorRefs.NoSender);
        }

        remote.ExpectsNothing(TimeSpan.FromSeconds(9));
        foreach (var part in items.Chunk(1_000))
        {
            Assert.Equal(new InvMessage(part.ToWireArray()), remote.Expects<InvMessage>(TimeSpan.FromSeconds(2)));
        }

        remote.ExpectsNothing(TimeSpan.FromSeconds(60));
    }

    [Fact(DisplayName = "A block does not wait for the beat: it goes at once, as an inv of its own, past what waits")]
    public void Blocks_are_not_trickled()
    {
        var engine = Start();
        var (remote, peer, _) = Connected(engine);
        InventoryVector[] blocks = [InventoryVector.Block(Hash(1)), InventoryVector.WitnessBlock(Hash(2)), new(InventoryKind.FilteredBlock, Hash(4))];
        peer.Peer.Tell(new Announce(InventoryVector.Transaction(Hash(3))), ActorRefs.NoSender);
        foreach (var block in blocks)
        {
            peer.Peer.Tell(new Announce(block), ActorRefs.NoSender);
        }

        // The witness bit is for getdata (BIP 144).
        Assert.All(blocks, block => Assert.Equal(new InvMessage([InventoryVector.Block(block.Hash)]), remote.Expects<InvMessage>(TimeSpan.FromSeconds(1))));
        remote.ExpectsNothing(TimeSpan.FromSeconds(7));
        Assert.Equal(new InvMessage([InventoryVector.Transaction(Hash(3))]), remote.Expects<InvMessage>(TimeSpan.FromSeconds(3)));
    }

    [Fact(DisplayName = "What the remote announces while it waits here is not announced to it")]
    public void Heard_meanwhile()
    {
        var engine = Start();
        var (remote, peer, _) = Connected(engine);
        peer.Peer.Tell(new Announce(InventoryVector.Transaction(Hash(1))), ActorRefs.NoSender);
        peer.Peer.Tell(new Announce(InventoryVector.Transaction(Hash(2))), ActorRefs.NoSender);
        remote.Says(new InvMessage([InventoryVector.Transaction(Hash(1))]));
        Assert.Equal(new InvMessage([InventoryVector.Transaction(Hash(2))]), remote.Expects<InvMessage>(TimeSpan.FromSeconds(11)));
        remote.ExpectsNothing(TimeSpan.FromSeconds(60));
    }
}
