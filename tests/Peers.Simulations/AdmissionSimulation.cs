using System.Net;
using Akka.Actor;
using Akka.Configuration;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Simulations;

/// <summary>Who is let in, and who has to make room.</summary>
public sealed class AdmissionSimulation : EngineSimulation
{
    [Fact(DisplayName = "Row 83: 1,000 idle connections from one /24: 8 are pending, the rest refused, and a peer from before has its ping answered within a second all along")]
    public void Idle_connections_from_one_prefix()
    {
        var engine = Start("peers { idle.enabled = off, handshake.timeout = 60s }");
        var at = engine.Listen();
        var old = Dialling(engine);
        old.Handshakes();
        List<RawPeer> idle = [];
        for (var batch = 0; batch < 40; batch++)
        {
            idle.AddRange(Enumerable.Range(0, 25).Select(i => Simulation.Network.Dial(IPAddress.Parse($"203.0.113.{1 + (((batch * 25) + i) % 250)}"), at)));
            AnswersWithinASecond(old);
        }

        Simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(8, idle.Count(remote => !remote.IsClosed));
        Assert.Equal(992, engine.Stopped.Count());
        Assert.All(engine.Stopped, stopped => Assert.Equal(
            new DisconnectReason.Refused("8 handshakes from 203.0.113.0/24 are unfinished (peers.admission.pending-per-prefix)"), stopped.Reason));
        Assert.All(idle, remote => Assert.Empty(remote.Received));

        // Others come in all the while, also from that prefix once the eight had their time.
        using (var other = Dialling(engine, from: "203.0.114.1"))
        {
            other.Handshakes();
        }

        Simulation.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(8, engine.Stopped.Count(stopped => stopped.Reason is DisconnectReason.HandshakeTimedOut));
        Dialling(engine, from: "203.0.113.7").Handshakes();
        AnswersWithinASecond(old);
    }

    [Fact(DisplayName = "Row 82: 140 full handshakes from one netgroup find 20 others: all places are taken, and only the crowd loses any")]
    public void A_crowd_from_one_netgroup()
    {
        var engine = Start("peers { listen.max-inbound = 114, ping.enabled = off, idle.enabled = off }");
        engine.Listen();
        List<ScriptedPeer> others = [], crowd = [];
        for (var i = 1; i <= 20; i++)
        {
            others.Add(Dialling(engine, from: $"20.{i}.0.1"));
            others[^1].Handshakes();
            Simulation.Advance(TimeSpan.FromSeconds(1));
        }

        for (var i = 1; i <= 140; i++)
        {
            crowd.Add(Dialling(engine, from: $"30.0.{i}.1"));
            crowd[^1].Handshakes();
        }

        Simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(46, engine.Stopped.Count());
        Assert.All(engine.Stopped, stopped =>
        {
            Assert.StartsWith("30.0.", stopped.Endpoint.ToString(), StringComparison.Ordinal);
            Assert.InRange(Assert.IsType<DisconnectReason.Evicted>(stopped.Reason).Neighbours, 2, 114);
        });
        others.ForEach(AnswersWithinASecond);
        Assert.False(crowd[^1].Stream.IsClosed);
        Assert.Equal(114, Peers(engine).Count(peer => peer.Phase == PeerPhase.Ready));
    }

    [Fact(DisplayName = "Row 81: 200 idle connections from everywhere: the newest make room for each other, and peers from before stay")]
    public void Idle_connections_from_everywhere()
    {
        var engine = Start("peers { listen.max-inbound = 60, ping.enabled = off, idle.enabled = off, handshake.timeout = 10m }");
        var at = engine.Listen();
        List<ScriptedPeer> old = [];
        for (var i = 1; i <= 20; i++)
        {
            old.Add(Dialling(engine, from: $"20.{i}.0.1"));
            old[^1].Handshakes();
            Simulation.Advance(TimeSpan.FromSeconds(1));
        }

        var idle = Enumerable.Range(0, 200).Select(i =>
        {
            var remote = Simulation.Network.Dial(IPAddress.Parse($"{40 + i}.0.0.1"), at);
            Simulation.Advance(TimeSpan.FromMilliseconds(200));
            return remote;
        }).ToList();
        Simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(40, idle.Count(remote => !remote.IsClosed));
        Assert.Equal(160, engine.Stopped.Count(stopped => stopped.Reason is DisconnectReason.Evicted));
        old.ForEach(AnswersWithinASecond);
    }

    [Theory(DisplayName = "What the engine knows of a peer keeps it: a quick pong, a block or a transaction that was announced on, a person's choice; nothing does not")]
    [InlineData("ping")]
    [InlineData("block")]
    [InlineData("transaction")]
    [InlineData("manual")]
    [InlineData("nothing")]
    public void What_keeps_a_peer(string what)
    {
        var engine = Start(
            """
            peers {
              listen.max-inbound = 41
              eviction { protect-netgroups = 0, protect-pings = 1, protect-transactions = 1, protect-block-relay = 0, protect-blocks = 1 }
              ping.enabled = off
              idle.enabled = off
            }
            """);
        engine.Listen();
        for (var i = 1; i <= 40; i++)
        {
            Dialling(engine, from: $"30.0.{i}.1").Handshakes();
        }

        if (what == "manual")
        {
            engine.Manager.Tell(new Listen(new IPEndPoint(IPAddress.Parse("10.0.0.1"), 18555), engine.Events.Ref, Consumption: Consumption.Discard, Options: PeerOptions.Default with { Manual = true }));
            Simulation.Until(() => engine.Events.Of<Listening>().Count() == 2, TimeSpan.FromSeconds(5));
        }

        // The youngest of the crowd: it goes unless something speaks for it.
        var youngest = Dialling(engine, from: "30.0.77.1");
        youngest.Handshakes();
        Simulation.Advance(TimeSpan.FromSeconds(1));
        var ready = engine.Events.Of<PeerReady>().Last();
        var hash = Hash256.OfDouble([1]);
        switch (what)
        {
            case "ping":
                youngest.Answers<PingMessage>(ping => [new PongMessage(ping.Nonce)]);
                ready.Peer.Tell(PingNow.Instance);
                break;
            case "block":
                engine.Manager.Tell(new AnnounceToAll(InventoryVector.Block(hash), ready.Id));
                break;
            case "transaction":
                engine.Manager.Tell(new AnnounceToAll(new Announcement.OfTransaction(hash, hash), ready.Id));
                break;
        }

        Simulation.Advance(TimeSpan.FromSeconds(1));
        Dialling(engine, from: "50.0.0.1").Handshakes();
        Simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(what == "nothing", youngest.Stream.IsClosed);
        Assert.IsType<DisconnectReason.Evicted>(Assert.Single(engine.Stopped).Reason);
    }

    [Fact(DisplayName = "With eviction off, or when all are protected, the newcomer is refused")]
    public void Nobody_makes_room()
    {
        var engine = Start("peers { listen.max-inbound = 40, eviction.enabled = off }");
        engine.Listen();
        for (var i = 1; i <= 40; i++)
        {
            Dialling(engine, from: $"30.0.{i}.1").Handshakes();
        }

        Dialling(engine, from: "50.0.0.1");
        Assert.Equal(new DisconnectReason.Refused("peers.listen.max-inbound = 40 is reached"), StoppedOnce(engine).Reason);
    }

    [Fact(DisplayName = "With distinct netgroups a second dial into one is refused before it is made; by a name it ends when the name is an address")]
    public void Distinct_netgroups()
    {
        var engine = Start("peers.outbound.distinct-netgroups = on");
        Simulation.Network.Name("seed.example", IPAddress.Parse("20.1.9.9"));
        List<RawListener> at = [.. new[] { "20.1.0.1", "20.1.0.2", "20.2.0.1", "20.1.9.9" }.Select(address => Simulation.Network.Listen(new IPEndPoint(IPAddress.Parse(address), 18444)))];
        at.ForEach(listener => Keep(ScriptedPeer.Accept(Simulation, listener)));
        engine.Dial(at[0].Endpoint);
        var second = engine.Dial(at[1].Endpoint);
        engine.Dial(at[2].Endpoint);
        engine.Dial(at[1].Endpoint, options: PeerOptions.Default with { Manual = true });
        var named = engine.Dial(new DnsEndPoint("seed.example", 18444));
        Simulation.Advance(TimeSpan.FromSeconds(2));
        var refusal = new DisconnectReason.Refused("somebody of its netgroup is connected already (peers.outbound.distinct-netgroups)");
        Assert.Equal(refusal, second.Of<PeerStopped>().Single().Reason);
        Assert.Equal(refusal, named.Of<PeerStopped>().Single().Reason);
        Assert.Equal([1, 1, 1, 1], at.Select(listener => listener.Accepted.Count));
        Assert.Equal(2, engine.Stopped.Count());
    }

    [Fact(DisplayName = "CVE-2025-54604: who connects and leaves 3,000 times makes us log 4 KiB, others are logged as ever, and what was left out is said")]
    public void Floods_of_lines()
    {
        using var simulation = new Simulation(config: ConfigurationFactory.ParseString("akka.loglevel = INFO"));
        var lines = simulation.Recorder();
        simulation.System.EventStream.Subscribe(lines.Ref, typeof(Akka.Event.Info));
        var engine = new SimulatedEngine(simulation, simulation.Network.Host("10.0.0.1"), "peers.log.per-source = 4KiB");
        var at = engine.Listen();
        for (var i = 0; i < 3000; i += 6)
        {
            var remotes = Enumerable.Range(i, 6).Select(j => simulation.Network.Dial(IPAddress.Parse($"203.0.113.{1 + (j % 250)}"), at)).ToList();
            simulation.Advance(TimeSpan.FromMilliseconds(150));
            remotes.ForEach(remote => remote.Reset());
            simulation.Advance(TimeSpan.FromMilliseconds(150));
        }

        simulation.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(3000, engine.Stopped.Count());
        Assert.InRange(lines.Of<Akka.Event.Info>().Where(Says("203.0.113.")).Sum(line => line.Message.ToString()!.Length), 100, 4096);

        var other = simulation.Network.Dial(IPAddress.Parse("203.0.114.1"), at);
        simulation.Advance(TimeSpan.FromSeconds(1));
        other.Reset();
        simulation.Advance(TimeSpan.FromSeconds(2));
        Assert.Single(lines.Of<Akka.Event.Info>(), line => Says("203.0.114.1")(line));
        Assert.Contains(lines.Of<Akka.Event.Info>(), line => Says("lines about inbound connections were left out")(line));

        static Func<Akka.Event.Info, bool> Says(string text) => line => line.Message.ToString()!.Contains(text, StringComparison.Ordinal);
    }

    private void AnswersWithinASecond(ScriptedPeer peer)
    {
        var before = Simulation.Elapsed;
        peer.Barrier();
        Assert.True(Simulation.Elapsed - before < TimeSpan.FromSeconds(1), $"the ping took {Simulation.Elapsed - before}");
    }

    private IEnumerable<PeerSummary> Peers(SimulatedEngine engine)
    {
        var asker = Simulation.Recorder();
        engine.Manager.Tell(new GetPeers(asker.Ref));
        Simulation.Run();
        return asker.Of<PeerList>().Single().Peers;
    }
}
