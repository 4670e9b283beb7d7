using System.Net;
using Akka.Actor;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Simulations;

/// <summary>Addresses that are told on: docs/outbound.md. Three remotes connect to an engine that keeps connections and knows nobody yet.</summary>
public sealed class AddressRelaySimulation : EngineSimulation
{
    private const string Off = "peers { ping.enabled = off, idle.enabled = off, outbound { target = 0, block-relay-only = 0, feelers.enabled = off } }\n";
    private const string On = Off + "peers.addresses.relay = on";

    [Fact(DisplayName = "What a peer tells is told on to the two others who asked for addresses once, within minutes, once, and not back")]
    public void Told_on()
    {
        var (engine, remotes) = Town(On);
        var entry = Entry("20.1.1.1");
        remotes[0].Says(new AddrMessage([entry]));
        Assert.Equal(entry, Assert.Single(remotes[1].Expects<AddrMessage>(TimeSpan.FromMinutes(10)).Addresses.ToArray()));
        Assert.Equal(entry, Assert.Single(remotes[2].Expects<AddrMessage>(TimeSpan.FromMinutes(10)).Addresses.ToArray()));
        remotes[1].Says(new AddrMessage([entry]));
        NobodyHears(remotes);
        Assert.Empty(engine.Stopped);
    }

    [Fact(DisplayName = "What is old goes nowhere, nor what comes eleven at once, nor anything while the switch is off, nor to who has shown no interest")]
    public void Not_told_on()
    {
        var (_, remotes) = Town(On);
        remotes[0].Says(new AddrMessage([Entry("20.1.1.1", minutes: 11)]));
        remotes[0].Says(new AddrMessage([.. Enumerable.Range(1, 11).Select(i => Entry($"20.1.1.{i}"))]));
        NobodyHears(remotes);

        using var off = new AddressRelaySimulation();
        var (_, others) = off.Town(Off);
        others[0].Says(new AddrMessage([off.Entry("20.1.1.1")]));
        off.NobodyHears(others);

        using var mute = new AddressRelaySimulation();
        var (_, silent) = mute.Town(On, ask: false);
        silent[0].Says(new AddrMessage([mute.Entry("20.1.1.1")]));
        mute.NobodyHears(silent);
    }

    [Fact(DisplayName = "What a dialled peer answers is not told on, what it tells later is; an engine that dialled is told, too")]
    public void Answers()
    {
        var engine = Start(On);
        var at = Simulation.Network.Listen(IPEndPoint.Parse("20.9.9.9:18444"));
        var dialled = Keep(ScriptedPeer.Accept(Simulation, at));
        Tell(engine, new KeepOutbound());
        Tell(engine, new AddNode(at.Endpoint));
        dialled.Handshakes();
        engine.Listen();
        var other = Asking(engine, 1);
        dialled.Expects<GetAddrMessage>(TimeSpan.FromSeconds(10));
        dialled.Says(new AddrMessage([Entry("20.1.1.1")]));
        other.ExpectsNothing(TimeSpan.FromMinutes(5));
        var news = Entry("20.1.1.2");
        dialled.Says(new AddrMessage([news]));
        Assert.Equal(news, Assert.Single(other.Expects<AddrMessage>(TimeSpan.FromMinutes(10)).Addresses.ToArray()));
        var back = Entry("20.1.1.3");
        other.Says(new AddrMessage([back]));
        Assert.Equal(back, Assert.Single(dialled.Expects<AddrMessage>(TimeSpan.FromMinutes(10)).Addresses.ToArray()));
    }

    private (SimulatedEngine Engine, ScriptedPeer[] Remotes) Town(string hocon, bool ask = true)
    {
        var engine = Start(hocon);
        Tell(engine, new KeepOutbound());
        engine.Listen();
        return (engine, [.. Enumerable.Range(1, 3).Select(number => Asking(engine, number, ask))]);
    }

    /// <summary>A remote that connects and asks for addresses, of which none are known.</summary>
    private ScriptedPeer Asking(SimulatedEngine engine, int number, bool ask = true)
    {
        var remote = Dialling(engine, from: $"10.0.{number}.1");
        remote.Handshakes();
        if (ask)
        {
            remote.Says(GetAddrMessage.Instance);
        }

        Simulation.Advance(TimeSpan.FromSeconds(1));
        remote.Forgets();
        return remote;
    }

    private void NobodyHears(IEnumerable<ScriptedPeer> remotes)
    {
        Simulation.Advance(TimeSpan.FromMinutes(10));
        Assert.All(remotes, remote => remote.ExpectsNothing(TimeSpan.Zero));
    }

    private void Tell(SimulatedEngine engine, ManagerCommand command)
    {
        engine.Manager.Tell(command, ActorRefs.NoSender);
        Simulation.Run();
    }

    private AddressEntry Entry(string address, int minutes = 0) => new(
        (uint)(Simulation.Clock.GetUtcNow().ToUnixTimeSeconds() - (60 * minutes)), ServiceFlags.Network | ServiceFlags.Witness,
        new NetworkEndpoint(NetworkAddress.From(IPAddress.Parse(address)), 18444));
}
