using System.Net;
using Akka.Actor;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Simulations;

/// <summary>What remotes may make the engine hold and do: rates, answers that nobody takes, writes that do not end, and the budget of all together.</summary>
public sealed class LimitsSimulation : EngineSimulation
{
    private int _remotes;

    [Fact(DisplayName = "Of a flood of addresses that nobody asked for one entry passes; what we ask for passes whole; the rest is counted")]
    public void Address_flood()
    {
        var engine = Start();
        var (remote, peer, listener) = Joined(engine);
        for (var i = 0; i < 20; i++)
        {
            remote.Says(Addresses(1_000));
        }

        remote.Barrier();
        Assert.Equal(1, listener.Of<PeerMessage>().Select(heard => heard.Message).OfType<AddrMessage>().Sum(addr => addr.Addresses.Length));
        Assert.Equal(19_999, engine.Stats(peer.Peer).RateLimited);
        remote.Forgets();

        peer.Peer.Tell(new Send(GetAddrMessage.Instance));
        remote.Expects<GetAddrMessage>();
        remote.Says(Addresses(1_000));
        remote.Barrier();
        Assert.Equal(1_001, listener.Of<PeerMessage>().Select(heard => heard.Message).OfType<AddrMessage>().Sum(addr => addr.Addresses.Length));
        Assert.Empty(engine.Stopped);
    }

    [Fact(DisplayName = "Above a rate that ends connections the remote goes, and it alone")]
    public void Rate_exceeded()
    {
        var engine = Start("peers.rate-limits { action = disconnect, pings-per-second = 1, pings-burst = 10 }");
        var (good, _, _) = Joined(engine);
        var (bad, _, _) = Joined(engine);
        for (ulong i = 1; i <= 11; i++)
        {
            bad.Says(new PingMessage(i));
        }

        Assert.Equal(new DisconnectReason.RateExceeded("ping"), StoppedOnce(engine).Reason);
        good.Barrier();
    }

    [Fact(DisplayName = "Who floods with pings and takes no pong is read no more: what waits for it is small, and what it owes for reading is told in time")]
    public void Unread_pongs()
    {
        var engine = Start("peers { ping.enabled = off, idle.enabled = off }");
        var (good, _, _) = Joined(engine);
        var (bad, peer, _) = Joined(engine);
        bad.Hangs();
        for (ulong i = 0; i < 240_000; i++)
        {
            bad.Says(new PingMessage(i));
        }

        Simulation.Advance(TimeSpan.FromMinutes(19));
        var stats = engine.Stats(peer.Peer);
        Assert.True(stats.ReadingPaused);
        Assert.InRange(stats.QueuedBytes, 1, 512 * 1024);
        Assert.True(bad.Stream.Unsent > 0, "the remote must feel the pause");
        good.Barrier();
        Assert.Empty(engine.Stopped);

        Simulation.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(new DisconnectReason.WriteTimedOut(TimeSpan.FromMinutes(20)), StoppedOnce(engine).Reason);
        good.Barrier();
    }

    [Fact(DisplayName = "Who takes its pongs again is read again, to the last ping")]
    public void Pongs_are_taken_again()
    {
        var engine = Start("peers { ping.enabled = off, idle.enabled = off }");
        var (remote, peer, _) = Joined(engine);
        remote.Hangs();
        for (ulong i = 0; i < 50_000; i++)
        {
            remote.Says(new PingMessage(i));
        }

        Simulation.Advance(TimeSpan.FromMinutes(5));
        Assert.True(engine.Stats(peer.Peer).ReadingPaused);
        remote.GoesOn();
        Simulation.Until(() => remote.Heard.OfType<PongMessage>().Count() == 50_000, TimeSpan.FromMinutes(5));
        Assert.Equal(Enumerable.Range(0, 50_000).Select(i => (ulong)i), remote.Heard.OfType<PongMessage>().Select(pong => pong.Nonce));
        Assert.False(engine.Stats(peer.Peer).ReadingPaused);
    }

    [Theory(DisplayName = "A write that does not end drops the remote at its time; with the switch off it may take for ever")]
    [InlineData("5m", true)]
    [InlineData("0s", false)]
    public void Write_deadline(string timeout, bool ends)
    {
        var engine = Start($"peers {{ connection.write-timeout = {timeout}\nping.enabled = off\nidle.enabled = off }}");
        var (remote, peer, _) = Joined(engine);
        remote.Hangs();
        var receipts = Simulation.Recorder();
        peer.Peer.Tell(new Send(new UnknownMessage("bulk", new byte[4_000_000]), receipts.Ref));
        Simulation.Advance(TimeSpan.FromMinutes(4));
        Assert.Empty(engine.Stopped);
        Simulation.Advance(TimeSpan.FromHours(3));
        Assert.Equal(ends ? [new DisconnectReason.WriteTimedOut(TimeSpan.FromMinutes(5))] : [], engine.Stopped.Select(stopped => stopped.Reason));
        Assert.Equal(ends ? 1 : 0, receipts.Of<SendResult.Dropped>().Count());
    }

    [Fact(DisplayName = "Beyond the budget of all the owner of the largest unfinished message goes, one after the other; others notice nothing")]
    public void Receive_budget()
    {
        var engine = Start("peers { receive-budget = 8MB\nping.enabled = off\nidle.enabled = off }");
        var (good, _, _) = Joined(engine);
        var holders = Enumerable.Range(1, 4).Select(i =>
        {
            var (remote, peer, _) = Joined(engine);
            var frame = remote.Encode(new BlockMessage(LargeBlock()));
            remote.SaysBytes(frame[..(2_000_000 + (i * 300_000))]);
            return peer.Id;
        }).ToList();

        Simulation.Until(() => engine.Stopped.Any(), TimeSpan.FromMinutes(1));
        good.Barrier();
        Simulation.Advance(TimeSpan.FromMinutes(1));
        Assert.All(engine.Stopped, stopped => Assert.Equal(8_000_000, Assert.IsType<DisconnectReason.OverBudget>(stopped.Reason).Budget));
        Assert.InRange(engine.Stopped.Count(), 1, 2); // Two when the first was largest only until the others had said more.
        Assert.Subset(holders.ToHashSet(), engine.Stopped.Select(stopped => stopped.Id).ToHashSet());
        good.Barrier();
    }

    [Fact(DisplayName = "Where listeners are slow and no message is unfinished nobody goes: all wait, and all read on when something was consumed")]
    public void Budget_of_slow_listeners()
    {
        var engine = Start("peers { receive-budget = 1MB\nping.enabled = off\nidle.enabled = off }");
        var bulk = new UnknownMessage("bulk", new byte[100_000]);
        var connections = Enumerable.Range(0, 3).Select(_ => Joined(engine, Consumption.Explicit)).ToList();
        foreach (var (remote, _, _) in connections)
        {
            for (var i = 0; i < 20; i++)
            {
                remote.Says(bulk);
            }
        }

        Simulation.Advance(TimeSpan.FromMinutes(10));
        Assert.Empty(engine.Stopped);
        var held = connections.Sum(connection => engine.Stats(connection.Peer.Peer).UnconsumedBytes);
        Assert.InRange(held, 700_000, 1_700_000); // Of what has begun to arrive a part counts, too.

        for (var turn = 0; turn < 100 && connections.Any(connection => connection.Listener.Of<PeerMessage>().Count() < 20); turn++)
        {
            foreach (var (_, peer, listener) in connections)
            {
                peer.Peer.Tell(new Consumed(listener.Of<PeerMessage>().Sum(heard => (long)heard.Cost)));
            }

            Simulation.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.All(connections, connection => Assert.Equal(20, connection.Listener.Of<PeerMessage>().Count()));
    }

    private (ScriptedPeer Remote, PeerReady Peer, Recorder Listener) Joined(SimulatedEngine engine, Consumption consumption = Consumption.OnDelivery)
    {
        var at = Simulation.Network.Listen(new IPEndPoint(IPAddress.Parse($"10.0.1.{++_remotes}"), 18444));
        var remote = Keep(ScriptedPeer.Accept(Simulation, at));
        var listener = engine.Dial(at.Endpoint, consumption);
        remote.Handshakes();
        Simulation.Until(() => listener.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
        return (remote, listener.Of<PeerReady>().Single(), listener);
    }

    private static Block LargeBlock()
    {
        var bytes = new byte[3_900_000];
        var transaction = Transaction.Create(
            2, [new TransactionInput(OutPoint.Null, new Bytes(bytes), 0, [])], [new TransactionOutput(1, new Bytes(new byte[] { 0x51 }))], 0);
        return Block.Create(default, [transaction]);
    }

    private static AddrMessage Addresses(int count) => new(Enumerable.Range(1, count)
        .Select(i => new AddressEntry(1_700_000_000, ServiceFlags.Network, NetworkEndpoint.From(new(new IPAddress([8, 8, (byte)(i >> 8), (byte)i]), 8333))))
        .ToWireArray());
}
