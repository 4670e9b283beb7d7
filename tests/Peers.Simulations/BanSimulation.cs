using System.Net;
using Akka.Actor;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Simulations;

/// <summary>Who is kept out: discouraged, banned, and who never is.</summary>
public sealed class BanSimulation : EngineSimulation
{
    private static readonly Message TooMany = new UnknownMessage("inv", (byte[])[0xFD, 0x51, 0xC3, .. new byte[50_001 * 36]]);

    [Fact(DisplayName = "core: who sends 50,001 items is discouraged: it comes back while there is room, and is refused when one place is left")]
    public void Discouraged()
    {
        var engine = Start("peers.listen.max-inbound = 2");
        engine.Listen();
        var rude = Dialling(engine, from: "20.1.0.1");
        rude.Handshakes();
        rude.Says(TooMany);
        Assert.Equal(WireError.TooMany, Assert.IsType<DisconnectReason.Malformed>(StoppedOnce(engine).Reason).Error);

        var again = Dialling(engine, from: "20.1.0.1");
        again.Handshakes();
        again.Leaves();
        Simulation.Advance(TimeSpan.FromSeconds(1));
        Dialling(engine, from: "20.2.0.1").Handshakes();
        Dialling(engine, from: "20.1.0.1");
        Assert.IsType<DisconnectReason.Discouraged>(LastEnd(engine));
        Dialling(engine, from: "20.1.0.2").Handshakes(); // Its neighbour is another one.
    }

    [Fact(DisplayName = "core: what the user reports disconnects and discourages; whom a person chose it spares")]
    public void Reported()
    {
        var engine = Start();
        var at = Simulation.Network.Listen(new IPEndPoint(RemoteAddress, 18444));
        Keep(ScriptedPeer.Accept(Simulation, at)).AnswersHandshake();
        var (peer, listener) = engine.Connect(at.Endpoint);
        engine.Manager.Tell(new ReportMisbehaviour(peer.Id, "a block without work", Points: 1));
        Simulation.Run();
        Simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(new DisconnectReason.Discouraged("a block without work"), listener.Of<PeerStopped>().Single().Reason);

        Assert.IsType<DisconnectReason.Discouraged>(Refused(engine, at.Endpoint));
        Keep(ScriptedPeer.Accept(Simulation, at)).AnswersHandshake();
        var (chosen, second) = engine.Connect(at.Endpoint, options: PeerOptions.Default with { Manual = true });
        engine.Manager.Tell(new ReportMisbehaviour(chosen.Id, "another one"));
        Simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(second.Of<PeerStopped>());
    }

    [Fact(DisplayName = "btcd: four mempool in a row ban for a day; banned it is refused, in and out; it is back when the day is over")]
    public void Banned_for_a_day()
    {
        var engine = Start("peers { strictness = btcd, services = [bloom], ping.enabled = off, idle.enabled = off }");
        engine.Listen();
        var greedy = Dialling(engine, from: "20.1.0.1");
        greedy.Handshakes();
        greedy.Says([.. Enumerable.Repeat(MempoolMessage.Instance, 3)]);
        greedy.Barrier();
        greedy.Says(MempoolMessage.Instance);
        var banned = Assert.IsType<DisconnectReason.Banned>(StoppedOnce(engine).Reason);
        Assert.Equal((Subnet.Parse("20.1.0.1"), TimeSpan.FromDays(1)), (banned.Ban.Subject, banned.Ban.Until - banned.Ban.Since));
        Assert.Equal(new SubnetBanned(banned.Ban), engine.Events.Of<SubnetBanned>().Single());

        Dialling(engine, from: "20.1.0.1");
        Assert.Equal(banned, LastEnd(engine));
        Assert.Equal(banned, Refused(engine, new IPEndPoint(IPAddress.Parse("20.1.0.1"), 18444)));
        Dialling(engine, from: "20.1.0.2").Handshakes();

        Simulation.Advance(TimeSpan.FromDays(1));
        Dialling(engine, from: "20.1.0.1").Handshakes();
        Assert.Empty(Bans(engine));
    }

    [Fact(DisplayName = "A ban of a subnet ends who is connected, in and out and in every phase, and nobody of it is dialled; others stay; lifted, all is as before")]
    public void Subnet_ban()
    {
        var engine = Start("peers { ping.enabled = off, idle.enabled = off, handshake.timeout = 10m, connection.connect-timeout = 10m }");
        var home = engine.Listen();
        var at = Simulation.Network.Listen(new IPEndPoint(IPAddress.Parse("20.1.2.3"), 18444));
        Keep(ScriptedPeer.Accept(Simulation, at)).AnswersHandshake();
        engine.Connect(at.Endpoint);
        var inbound = Dialling(engine, from: "20.1.0.1");
        inbound.Handshakes();
        Simulation.Network.Dial(IPAddress.Parse("20.1.0.2"), home); // Says nothing.
        Simulation.Network.Blackhole(IPAddress.Parse("20.1.0.3"));
        engine.Dial(new IPEndPoint(IPAddress.Parse("20.1.0.3"), 18444)); // Still being dialled.
        var other = Dialling(engine, from: "20.2.0.1");
        other.Handshakes();
        Simulation.Advance(TimeSpan.FromSeconds(1));
        Simulation.Declare(lost => lost.Message is Akka.IO.Tcp.CommandFailed);

        var subnet = Subnet.Parse("20.1.0.0/16");
        var ban = Assert.IsType<SubnetBanned>(Ask(engine, asker => new BanSubnet(subnet, asker, TimeSpan.FromHours(1), "flood"))).Ban;
        Simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(4, engine.Stopped.Count());
        Assert.All(engine.Stopped, stopped => Assert.Equal(new DisconnectReason.Banned(ban), stopped.Reason));
        Assert.Equal([ban], Bans(engine));
        var dials = at.Accepted.Count;
        Assert.Equal(new DisconnectReason.Banned(ban), Refused(engine, at.Endpoint, PeerOptions.Default with { Manual = true }));
        Assert.Equal(dials, at.Accepted.Count);
        other.Barrier();

        Assert.Equal(new SubnetUnbanned(subnet, WasBanned: true), Ask(engine, asker => new UnbanSubnet(subnet, asker)));
        Assert.Equal(new SubnetUnbanned(subnet, WasBanned: false), Ask(engine, asker => new UnbanSubnet(subnet, asker)));
        Keep(ScriptedPeer.Accept(Simulation, at)).AnswersHandshake();
        engine.Connect(at.Endpoint);
        Dialling(engine, from: "20.1.0.1").Handshakes();
        Assert.Equal(2, engine.Events.Of<SubnetUnbanned>().Count());
    }

    [Fact(DisplayName = "A name that turns out to be a banned address is ended when it is known to be")]
    public void Banned_by_name()
    {
        var engine = Start();
        Simulation.Network.Name("seed.example", RemoteAddress);
        Keep(ScriptedPeer.Accept(Simulation, Simulation.Network.Listen(new IPEndPoint(RemoteAddress, 18444))));
        Ask(engine, asker => new BanSubnet(Subnet.Of(RemoteAddress), asker));
        engine.Dial(new DnsEndPoint("seed.example", 18444));
        Assert.IsType<DisconnectReason.Banned>(StoppedOnce(engine).Reason);
    }

    [Theory(DisplayName = "Whoever comes through the proxy's address may misbehave as often as it likes: it is disconnected, and the next one is let in")]
    [InlineData("core")]
    [InlineData("btcd")]
    public void The_proxy_is_never_banned(string strictness)
    {
        var engine = Start($"peers {{ proxy = \"10.0.0.9:9050\", strictness = {strictness}, listen.max-inbound = 1 }}");
        engine.Listen();
        for (var i = 1; i <= 5; i++)
        {
            var rude = Dialling(engine, from: "10.0.0.9");
            rude.Handshakes();
            rude.Says(TooMany);
            Simulation.Until(() => engine.Stopped.Count() == i, TimeSpan.FromSeconds(5));
        }

        Assert.All(engine.Stopped, stopped => Assert.IsType<DisconnectReason.Malformed>(stopped.Reason));
        Assert.Empty(Bans(engine));
        var not = Assert.IsType<NotBanned>(Ask(engine, asker => new BanSubnet(Subnet.Parse("10.0.0.9"), asker)));
        Assert.Equal("it is the proxy's address (peers.proxy, peers.proxies), behind which anybody may be", not.Why);
        Ask(engine, asker => new BanSubnet(Subnet.Parse("10.0.0.0/8"), asker));
        Dialling(engine, from: "10.0.0.9").Handshakes();
        Dialling(engine, from: "10.0.0.8");
        Assert.IsType<DisconnectReason.Banned>(LastEnd(engine));
    }

    [Fact(DisplayName = "One address that fails cools down; when our own line breaks nobody is blamed, and all may be dialled at once")]
    public void Local_outage()
    {
        var engine = Start("peers.outbound.cool-down = 10m");
        string[] addresses = ["20.1.0.1", "20.2.0.1", "20.3.0.1", "20.4.0.1", "20.5.0.1"];
        List<RawListener> at = [.. addresses.Select(address => Simulation.Network.Listen(new IPEndPoint(IPAddress.Parse(address), 18444)))];

        // One alone: it is its own fault, unless a person says to dial it.
        Connect(at[0]).Resets();
        Simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("cools down", Assert.IsType<DisconnectReason.Refused>(Refused(engine, at[0].Endpoint)).Why, StringComparison.Ordinal);
        Connect(at[0], PeerOptions.Default with { Manual = true }).Leaves();
        Simulation.Advance(TimeSpan.FromMinutes(11));

        // All at once: it is ours.
        var remotes = at.Select(listener => Connect(listener)).ToList();
        remotes.ForEach(remote => remote.Resets());
        Simulation.Advance(TimeSpan.FromSeconds(1));
        at.ForEach(listener => Connect(listener));

        ScriptedPeer Connect(RawListener listener, PeerOptions? options = null)
        {
            var remote = Keep(ScriptedPeer.Accept(Simulation, listener));
            remote.AnswersHandshake();
            engine.Connect(listener.Endpoint, options: options);
            return remote;
        }
    }

    [Fact(DisplayName = "Bans may come and go at any moment of any handshake: one typed end for each connection, and nobody banned stays")]
    public void Bans_at_any_moment()
    {
        var engine = Start("peers { ping.enabled = off, idle.enabled = off, handshake.timeout = 10m }");
        var at = engine.Listen();
        var subnet = Subnet.Parse("20.1.0.0/16");
        for (var step = 0; step < 60; step++)
        {
            var remote = Keep(ScriptedPeer.Dial(Simulation, IPAddress.Parse("20.1.0.1"), at));
            remote.AnswersHandshake();
            remote.Says(ScriptedPeer.Version(), VerAckMessage.Instance);
            Simulation.Advance(TimeSpan.FromMilliseconds(step * 2));
            engine.Manager.Tell(new BanSubnet(subnet, ActorRefs.Nobody));
            Simulation.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(step + 1, engine.Stopped.Count());
            Assert.IsType<DisconnectReason.Banned>(engine.Stopped.Last().Reason);
            engine.Manager.Tell(new UnbanSubnet(subnet, ActorRefs.Nobody));
            Simulation.Run();
        }
    }

    private object Ask(SimulatedEngine engine, Func<IActorRef, ManagerCommand> command)
    {
        var asker = Simulation.Recorder();
        engine.Manager.Tell(command(asker.Ref));
        Simulation.Run();
        return Assert.Single(asker.Messages);
    }

    private IEnumerable<Ban> Bans(SimulatedEngine engine) => ((BanList)Ask(engine, asker => new GetBans(asker))).Bans;

    /// <summary>Why a dial is refused, without any time passing.</summary>
    private DisconnectReason Refused(SimulatedEngine engine, EndPoint remote, PeerOptions? options = null)
    {
        var listener = engine.Dial(remote, options: options);
        Simulation.Run();
        return Assert.Single(listener.Of<PeerStopped>()).Reason;
    }

    private DisconnectReason LastEnd(SimulatedEngine engine)
    {
        Simulation.Advance(TimeSpan.FromSeconds(1));
        return engine.Stopped.Last().Reason;
    }
}
