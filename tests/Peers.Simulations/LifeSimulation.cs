using System.Net;
using Akka.Actor;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Simulations;

public sealed class LifeSimulation : EngineSimulation
{
    [Fact(DisplayName = "Refused: one typed end")]
    public void Refused()
    {
        var engine = Start();
        Simulation.Network.Host("10.0.0.2");
        engine.Dial(new IPEndPoint(RemoteAddress, 1));
        Assert.IsType<DisconnectReason.ConnectFailed>(StoppedOnce(engine).Reason);
    }

    [Fact(DisplayName = "A black hole: one typed end after the connect timeout")]
    public void Blackhole()
    {
        var engine = Start("peers.connection.connect-timeout = 5s");
        Simulation.Network.Host("10.0.0.2");
        Simulation.Network.Blackhole(RemoteAddress);
        engine.Dial(new IPEndPoint(RemoteAddress, 18444));
        Simulation.Advance(TimeSpan.FromSeconds(4));
        Assert.Empty(engine.Stopped);
        Assert.Equal(new DisconnectReason.ConnectFailed("no answer within 5 s"), StoppedOnce(engine).Reason);
    }

    [Fact(DisplayName = "A full node closes before it says its version: the phase tells")]
    public void Closed_before_version()
    {
        var engine = Start();
        var (remote, _) = Dialled(engine);
        remote.Expects<VersionMessage>();
        remote.Stream.Close();
        Assert.Equal(new DisconnectReason.RemoteClosed(PeerPhase.Handshaking, InsideMessage: false), StoppedOnce(engine).Reason);
    }

    [Fact(DisplayName = "Half-close in the middle of a message")]
    public void Closed_mid_message()
    {
        var engine = Start();
        var (remote, _, _) = Connected(engine);
        remote.SaysBytes(remote.Encode(new InvMessage([InventoryVector.Block(default)]))[..40]);
        remote.Stream.CloseWrite();
        Assert.Equal(new DisconnectReason.RemoteClosed(PeerPhase.Ready, InsideMessage: true), StoppedOnce(engine).Reason);
    }

    [Theory(DisplayName = "Reset in every phase: one typed end that names the phase")]
    [InlineData(PeerPhase.Handshaking)]
    [InlineData(PeerPhase.Ready)]
    public void Reset(PeerPhase phase)
    {
        var engine = Start();
        var (remote, listener) = Dialled(engine);
        remote.Expects<VersionMessage>();
        if (phase == PeerPhase.Ready)
        {
            remote.Handshakes();
            Simulation.Until(() => listener.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
        }

        remote.Stream.Reset();
        Assert.Equal(phase, Assert.IsType<DisconnectReason.ConnectionReset>(StoppedOnce(engine).Reason).Phase);
        Assert.Single(listener.Of<PeerStopped>());
    }

    [Fact(DisplayName = "A disconnect writes what is queued first, then ends with the user's word")]
    public void Disconnect_flushes()
    {
        var engine = Start();
        var (remote, peer, listener) = Connected(engine);
        for (var i = 0; i < 50; i++)
        {
            peer.Peer.Tell(new Send(new UnknownMessage("bulk", new byte[10_000])));
        }

        peer.Peer.Tell(new Disconnect("enough"));
        var stopped = StoppedOnce(engine);
        Assert.Equal(new DisconnectReason.Requested("enough"), stopped.Reason);
        Simulation.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(50, remote.Heard.OfType<UnknownMessage>().Count());
        Assert.Equal(50, stopped.Stats!.Sent["*other*"].Messages);
        Assert.Single(listener.Of<PeerStopped>());
    }

    [Fact(DisplayName = "A disconnect does not wait for ever on a remote that does not read")]
    public void Disconnect_is_bounded()
    {
        var engine = Start("peers.connection.close-timeout = 2s");
        var (remote, peer, _) = Connected(engine);
        remote.Stream.PauseReading();
        for (var i = 0; i < 100; i++)
        {
            peer.Peer.Tell(new Send(new UnknownMessage("bulk", new byte[50_000])));
        }

        peer.Peer.Tell(new Disconnect("enough"));
        Assert.Equal(new DisconnectReason.Requested("enough"), StoppedOnce(engine, TimeSpan.FromSeconds(3)).Reason);
    }

    [Theory(DisplayName = "An end without a flush while a write is under way: one typed end with its last snapshot, every receipt answered once")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void End_during_a_write(int seed)
    {
        using var simulation = new Simulation(seed);
        var engine = new SimulatedEngine(simulation, simulation.Network.Host("10.0.0.1"));
        var at = simulation.Network.Listen(new IPEndPoint(RemoteAddress, 18444));
        var listener = engine.Dial(at.Endpoint);
        using var remote = ScriptedPeer.Accept(simulation, at);
        remote.Handshakes();
        simulation.Until(() => listener.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
        var receipts = simulation.Recorder();
        remote.Says(SendAddrV2Message.Instance); // Too late an offer: the connection ends.
        var sent = 0;
        simulation.Until(
            () =>
            {
                listener.Of<PeerReady>().Single().Peer.Tell(new Send(new FeeFilterMessage(sent++), receipts.Ref));
                return engine.Stopped.Any();
            },
            TimeSpan.FromSeconds(5));
        simulation.Advance(TimeSpan.FromSeconds(1));
        var stopped = Assert.Single(engine.Stopped);
        Assert.Equal(new DisconnectReason.Unexpected("sendaddrv2", PeerPhase.Ready), stopped.Reason);
        Assert.NotNull(stopped.Stats);
        Assert.Empty(simulation.Log);
        Assert.Equal(sent, receipts.Of<SendResult>().Count());
    }

    [Fact(DisplayName = "An acknowledgement that comes behind the order to end is nobody's any more, and the snapshot is not lost")]
    public void Late_acknowledgement()
    {
        var (peer, socket) = (Simulation.Recorder(), Simulation.Recorder());
        var settings = PeerSettings.From(PeerEngine.DefaultConfig) with { Clock = Simulation.Clock };
        var endpoint = new IPEndPoint(RemoteAddress, 1);
        var connection = Simulation.ActorOf(TcpConnectionActor.Props(
            peer.Ref, new AkkaNetwork(ActorRefs.Nobody), new ConnectionOrigin.Accepted(new AkkaSocket(socket.Ref), endpoint, endpoint), settings, new ReceiveBudget<IActorRef>(1), ActorRefs.Nobody,
            new PeerLogContext(new PeerId(1), endpoint, Direction.Inbound)));
        connection.Tell(new Write(SendHeadersMessage.Instance, peer.Ref));
        Simulation.Run();
        connection.Tell(new Close("over", Flush: false));
        connection.Tell(socket.Of<Akka.IO.Tcp.Write>().Single().Ack);
        Simulation.System.Stop(socket.Ref);
        Simulation.Until(() => peer.Of<ConnectionLost>().Any(), TimeSpan.FromSeconds(5));
        Assert.Equal(new SendResult.Dropped(SendHeadersMessage.Instance, "over"), Assert.Single(peer.Of<SendResult>()));
        Assert.Empty(Simulation.Log);
    }

    [Fact(DisplayName = "The events of a connection come in order, and its end after everything it delivered")]
    public void Events_are_ordered()
    {
        var engine = Start();
        var (remote, _, listener) = Connected(engine);
        remote.Says(Enumerable.Range(0, 100).Select(i => (Message)new FeeFilterMessage(i)).ToArray());
        remote.Stream.CloseWrite();
        StoppedOnce(engine);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i), listener.Of<PeerMessage>().Select(heard => ((FeeFilterMessage)heard.Message).FeeRate));
        Assert.IsType<PeerStopped>(listener.All[^1].Message);
        Assert.Equal(
            [typeof(PeerConnecting), typeof(PeerOpened), typeof(VersionHeard), typeof(PeerReady), typeof(PeerStopped)],
            engine.Events.Of<PeerEvent>().Where(happened => happened is not PingMeasured).Select(happened => happened.GetType()));
    }

    [Theory(DisplayName = "A part that crashes ends its connection, with the exception as the reason, and no other")]
    [InlineData("connection")]
    [InlineData("ping")]
    [InlineData("trickle")]
    [InlineData("")]
    public void Crash(string child)
    {
        var engine = Start();
        var (_, peer, _) = Connected(engine);
        var (other, second) = (Simulation.Network.Listen(new IPEndPoint(IPAddress.Parse("10.0.0.9"), 18444)), Simulation.Recorder());
        engine.Manager.Tell(new Connect(other.Endpoint, second.Ref));
        using var healthy = ScriptedPeer.Accept(Simulation, other);
        healthy.Handshakes();
        Simulation.Until(() => second.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));

        Simulation.Declare(_ => true); // What the crashed actor leaves unread.
        peer.Peer.Tell(PingNow.Instance); // These two are born with the first word for them.
        peer.Peer.Tell(new AddKnownInventory([InventoryVector.Block(default)]));
        Simulation.Run();
        var victim = child.Length == 0 ? peer.Peer : Child(peer.Peer, child);
        victim.Tell(Kill.Instance);
        Assert.IsType<DisconnectReason.InternalError>(StoppedOnce(engine).Reason);
        healthy.Barrier();
    }

    [Fact(DisplayName = "A manager that is killed ends all its connections, and each end is told once")]
    public void Manager_crash()
    {
        var engine = Start();
        var (_, _, listener) = Connected(engine);
        Simulation.Declare(_ => true); // What a crash leaves unread.
        engine.Manager.Tell(Kill.Instance);
        Simulation.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(new DisconnectReason.Requested("the engine is gone"), listener.Of<PeerStopped>().Single().Reason);
        Assert.Single(engine.Stopped);
    }

    [Fact(DisplayName = "Limits: one inbound too many is closed and told, one outbound too many is refused")]
    public void Limits()
    {
        var engine = Start("peers { listen.max-inbound = 1, outbound.max = 0 }");
        engine.Listen();
        using var first = Dialling(engine);
        first.Handshakes();
        using var second = Dialling(engine, from: "10.0.0.3");
        Assert.Equal(new DisconnectReason.Refused("peers.listen.max-inbound = 1 is reached"), StoppedOnce(engine).Reason);
        Simulation.Until(() => second.Stream.IsClosed, TimeSpan.FromSeconds(5));
        var listener = engine.Dial(new IPEndPoint(RemoteAddress, 1));
        Simulation.Run();
        Assert.Equal(new DisconnectReason.Refused("peers.outbound.max = 0 is reached"), listener.Of<PeerStopped>().Single().Reason);
        first.Barrier();
    }

    [Fact(DisplayName = "Stopping an engine ends every connection once, whatever its phase, and leaves no socket")]
    public void Stop()
    {
        var engine = Start("peers { outbound.max = 1000, listen.max-inbound = 1000, admission.pending-per-prefix = 0 }");
        var at = engine.Listen();
        List<ScriptedPeer> remotes = [];
        for (var i = 0; i < 20; i++)
        {
            var remote = ScriptedPeer.Dial(Simulation, IPAddress.Parse($"10.0.1.{i}"), at);
            remotes.Add(remote);
            if (i % 2 == 0)
            {
                remote.Handshakes();
            }
        }

        Simulation.Network.Host("10.0.0.7");
        Simulation.Network.Blackhole(IPAddress.Parse("10.0.0.7"));
        engine.Dial(new IPEndPoint(IPAddress.Parse("10.0.0.7"), 1)); // Still being dialled when the engine stops.
        Simulation.Declare(lost => lost.Message is Akka.IO.Tcp.CommandFailed);
        Simulation.Advance(TimeSpan.FromSeconds(1));
        var before = Simulation.Elapsed;
        engine.Stop();
        Assert.True(Simulation.Elapsed - before < TimeSpan.FromSeconds(4));
        Simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(21, engine.Stopped.Count());
        Assert.Equal(21, engine.Stopped.Select(stopped => stopped.Id).Distinct().Count());
        Assert.All(engine.Stopped, stopped => Assert.Equal(new DisconnectReason.Requested("the engine stops"), stopped.Reason));
        Assert.All(remotes, remote => Assert.True(remote.Stream.IsClosed));
        remotes.ForEach(remote => remote.Stream.Close());
        Simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(Simulation.Network.Connections);
    }

    [Fact(DisplayName = "Listening twice is told, and an address is free again after Unlisten")]
    public void Unlisten()
    {
        var engine = Start();
        var at = engine.Listen();
        engine.Manager.Tell(new Listen(at, engine.Events.Ref));
        Simulation.Until(() => engine.Events.Of<ListenFailed>().Any(), TimeSpan.FromSeconds(1));
        engine.Manager.Tell(new Unlisten(at, ActorRefs.Nobody));
        Simulation.Until(() => engine.Events.Of<Unlistened>().Any(), TimeSpan.FromSeconds(1));
        Assert.Equal(at, engine.Listen());
    }

    private IActorRef Child(IActorRef peer, string name)
    {
        var asker = Simulation.Recorder();
        Simulation.System.ActorSelection(peer.Path / name).Tell(new Identify(1), asker.Ref);
        Simulation.Run();
        return asker.Of<ActorIdentity>().Single().Subject;
    }
}
