using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Simulations;

public sealed class HookSimulation : EngineSimulation
{
    private static readonly AddressEntry Plain = Entry("192.0.2.1:8333");
    private static readonly AddressEntry Onion = Entry("pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion:8333");

    [Theory(DisplayName = "The first getaddr of a remote that connected to us is answered, in the form that it wants; no further one is")]
    [InlineData(true)]
    [InlineData(false)]
    public void Addresses_are_told_once(bool modern)
    {
        List<RemotePeer> asked = [];
        var engine = Start(change: settings => settings with
        {
            Addresses = remote =>
            {
                asked.Add(remote);
                return [Plain, Onion];
            },
        });
        var listener = Simulation.Recorder();
        engine.Listen(listener: listener.Ref);
        using var remote = Dialling(engine);
        Handshake(remote, modern);
        remote.Says(GetAddrMessage.Instance);
        if (modern)
        {
            Assert.Equal(new AddrV2Message([Plain, Onion]), remote.Expects<AddrV2Message>());
        }
        else
        {
            Assert.Equal(new AddrMessage([Plain]), remote.Expects<AddrMessage>());
        }

        remote.Says(GetAddrMessage.Instance, GetAddrMessage.Instance);
        remote.ExpectsNothing(TimeSpan.FromSeconds(30));
        Assert.Equal(listener.Of<PeerReady>().Single().Remote, Assert.Single(asked));
        Assert.Equal(3, listener.Of<PeerMessage>().Count(heard => heard.Message is GetAddrMessage));

        using var second = Dialling(engine, from: "10.0.0.3"); // Once for each connection.
        Handshake(second, modern);
        second.Says(GetAddrMessage.Instance);
        Simulation.Until(() => second.Heard.Any(message => message is AddrMessage or AddrV2Message), TimeSpan.FromSeconds(5));
    }

    [Fact(DisplayName = "A remote that we connected to gets no answer, nor anybody when there is no hook; the listener hears it ask")]
    public void Addresses_are_not_told_to_whom_we_chose()
    {
        var engine = Start(change: settings => settings with { Addresses = _ => throw new InvalidOperationException("must not be asked") });
        var (remote, _, listener) = Connected(engine);
        remote.Says(GetAddrMessage.Instance);
        remote.ExpectsNothing(TimeSpan.FromSeconds(30));
        Assert.IsType<GetAddrMessage>(listener.Of<PeerMessage>().Single().Message);
        Assert.Empty(Simulation.Log);

        var plain = new SimulatedEngine(Simulation, Simulation.Network.Host("10.0.0.5"));
        var second = Simulation.Recorder();
        plain.Listen(listener: second.Ref);
        using var asker = Dialling(plain);
        asker.Handshakes();
        asker.Says(GetAddrMessage.Instance);
        asker.ExpectsNothing(TimeSpan.FromSeconds(30));
        Assert.IsType<GetAddrMessage>(second.Of<PeerMessage>().Single().Message);
    }

    [Fact(DisplayName = "A hook that throws, or knows nothing, answers nothing and harms nobody")]
    public void Addresses_hook_that_throws()
    {
        var calls = 0;
        var engine = Start(change: settings => settings with
        {
            Addresses = _ => ++calls switch
            {
                1 => throw new InvalidOperationException("no addresses"),
                2 => null!,
                3 => [],
                _ => [Plain],
            },
        });
        engine.Listen();
        foreach (var last in Enumerable.Range(2, 3))
        {
            using var remote = Dialling(engine, from: $"10.0.0.{last}");
            remote.Handshakes();
            remote.Says(GetAddrMessage.Instance);
            remote.ExpectsNothing(TimeSpan.FromSeconds(5));
        }

        using var lucky = Dialling(engine, from: "10.0.0.9");
        lucky.Handshakes();
        lucky.Says(GetAddrMessage.Instance);
        Assert.Equal(new AddrMessage([Plain]), lucky.Expects<AddrMessage>());
        Assert.Equal(2, Simulation.Log.Count(entry => entry is Error));
        Assert.Empty(engine.Stopped);
    }

    [Fact(DisplayName = "Of more than 1,000 addresses a choice of 1,000 goes out, and whoever sends them is told which")]
    public void Many_addresses()
    {
        var many = Enumerable.Range(0, 2_500).Select(i => Entry($"11.0.{i / 250}.{i % 250}:8333")).ToImmutableArray();
        var engine = Start();
        var (remote, peer, _) = Connected(engine);
        var asker = Simulation.Recorder();
        peer.Peer.Tell(new SendAddresses(many, asker.Ref));
        var heard = remote.Expects<AddrMessage>();
        Assert.Equal(1_000, heard.Addresses.Distinct().Count());
        Assert.Equal(heard.Addresses, asker.Expect<AddressesSent>().Addresses);

        peer.Peer.Tell(new SendAddresses([Onion], asker.Ref)); // It wants no addrv2: there is nothing to say.
        peer.Peer.Tell(new SendAddresses(default, asker.Ref));
        remote.ExpectsNothing(TimeSpan.FromSeconds(5));
        Assert.Empty(asker.Expect<AddressesSent>().Addresses);
        Assert.Empty(asker.Expect<AddressesSent>().Addresses);
    }

    [Fact(DisplayName = "Addresses for a peer that is not ready, leaves or is gone: every asker is told that none went out")]
    public void Addresses_at_any_time()
    {
        var engine = Start();
        var asker = Simulation.Recorder();
        var send = new SendAddresses([Plain], asker.Ref);
        var (remote, listener) = Dialled(engine);
        remote.Expects<VersionMessage>();
        var peers = Simulation.Recorder();
        engine.Manager.Tell(new GetPeers(peers.Ref));
        Simulation.Run();
        var actor = peers.Of<PeerList>().Single().Peers.Single().Peer;
        actor.Tell(send);
        Simulation.Run();
        Assert.Empty(asker.Expect<AddressesSent>().Addresses);

        remote.Handshakes();
        Simulation.Until(() => listener.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
        actor.Tell(new Disconnect("enough"));
        actor.Tell(send);
        StoppedOnce(engine);
        actor.Tell(send);
        Simulation.Run();
        Assert.Empty(asker.Expect<AddressesSent>().Addresses);
        Assert.Empty(asker.Expect<AddressesSent>().Addresses);
        asker.ExpectNothing();
    }

    [Theory(DisplayName = "The user may refuse a remote by its version: the connection ends for the user's reason, whoever opened it")]
    [InlineData(true)]
    [InlineData(false)]
    public void Remotes_are_refused(bool dialled)
    {
        List<(PeerId Id, VersionMessage Version)> asked = [];
        var engine = Start(change: settings => settings with
        {
            Admit = (id, version) =>
            {
                asked.Add((id, version));
                return version.UserAgent.ToString().Contains("evil", StringComparison.Ordinal) ? "we know you" : null;
            },
        });
        ScriptedPeer remote;
        if (dialled)
        {
            (remote, _) = Dialled(engine);
            remote.Expects<VersionMessage>();
        }
        else
        {
            engine.Listen();
            remote = Dialling(engine);
        }

        var version = ScriptedPeer.Version() with { UserAgent = "/evil:6.6.6/" };
        remote.Says(version, VerAckMessage.Instance);
        var stopped = StoppedOnce(engine);
        Assert.Equal(new DisconnectReason.Refused("we know you"), stopped.Reason);
        Assert.Equal((stopped.Id, version), Assert.Single(asked));
        Simulation.Until(() => remote.Stream.IsClosed, TimeSpan.FromSeconds(5));
        Assert.DoesNotContain(remote.Heard, message => message is VerAckMessage);
        Assert.DoesNotContain(engine.Events.Messages, happened => happened is PeerReady);
    }

    [Fact(DisplayName = "The user may admit a remote: the handshake goes on as without a hook")]
    public void Remotes_are_admitted()
    {
        var engine = Start(change: settings => settings with { Admit = static (_, _) => null });
        var (remote, _, _) = Connected(engine);
        remote.Barrier();
        engine.Listen();
        using var second = Dialling(engine, from: "10.0.0.3");
        second.Handshakes();
        second.Barrier();
        Assert.Empty(engine.Stopped);
    }

    [Fact(DisplayName = "A hook that throws refuses, says so, and is asked again for the next remote")]
    public void Admission_hook_that_throws()
    {
        var calls = 0;
        var engine = Start(change: settings => settings with
        {
            Admit = (_, _) => ++calls == 1 ? throw new InvalidOperationException("no list of evil ones") : null,
        });
        engine.Listen();
        using var first = Dialling(engine);
        first.Says(ScriptedPeer.Version(), VerAckMessage.Instance);
        Assert.Equal(
            new DisconnectReason.Refused("the hook Admit threw InvalidOperationException: no list of evil ones"), StoppedOnce(engine).Reason);
        Assert.Single(Simulation.Log, entry => entry is Error);
        using var second = Dialling(engine, from: "10.0.0.3");
        second.Handshakes();
        second.Barrier();
    }

    [Fact(DisplayName = "An engine that met itself does not ask the user")]
    public void Self_connections_are_no_question()
    {
        var engine = Start(change: settings => settings with { Admit = static (_, _) => throw new InvalidOperationException("must not be asked") });
        engine.Dial(engine.Listen());
        Simulation.Until(() => engine.Stopped.Count() == 2, TimeSpan.FromSeconds(10));
        Assert.All(engine.Stopped, stopped => Assert.Equal(new DisconnectReason.SelfConnection(), stopped.Reason));
        Assert.Empty(Simulation.Log);
    }

    [Fact(DisplayName = "Calls come one at a time, in order, and none for a connection that has ended")]
    public void Calls_come_one_at_a_time()
    {
        var manager = Simulation.Recorder();
        List<string> calls = [];
        var settings = PeerSettings.From(PeerEngine.DefaultConfig) with
        {
            Admit = (id, _) =>
            {
                calls.Add($"admit {id}");
                return null;
            },
        };
        var hooks = Simulation.ActorOf(HookActor.Props(manager.Ref, settings));
        for (var id = 1; id <= 3; id++)
        {
            hooks.Tell(new JudgeVersion(new PeerId(id), ScriptedPeer.Version()));
        }

        hooks.Tell(new ForgetPeer(new PeerId(3)));
        Simulation.Run();
        Assert.Equal(["admit 1", "admit 2"], calls);
        Assert.Equal([1L, 2L], manager.Of<VersionJudged>().Select(judged => judged.Id.Value));
    }

    private static void Handshake(ScriptedPeer remote, bool modern)
    {
        if (!modern)
        {
            remote.Handshakes();
            return;
        }

        remote.Says(ScriptedPeer.Version(), SendAddrV2Message.Instance, VerAckMessage.Instance);
        remote.Barrier();
        remote.Forgets();
    }

    private static AddressEntry Entry(string endpoint) => new(1_767_225_600, ServiceFlags.Network, NetworkEndpoint.Parse(endpoint));
}
