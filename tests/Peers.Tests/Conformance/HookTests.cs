using System.Net;
using Akka.Actor;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Tests.Conformance;

/// <summary>What btcd's callbacks decide: OnVersion's reject, the one answer of OnGetAddr, and the pushes of addresses.</summary>
public sealed class HookTests : InVirtualTime
{
    [Fact(DisplayName = "Who is refused by its version is told why by a reject, and the connection ends for that reason; others stay")]
    public void Refused_by_its_version()
    {
        var engine = Start(change: settings => settings with
        {
            Admit = (_, version) => version.UserAgent.ToString() == "/scripted:1.0/" ? "no scripts here" : null,
        });
        engine.Listen();
        var remote = Dialling(engine);
        remote.Says(ScriptedPeer.Version(), VerAckMessage.Instance);
        Assert.Equal(new DisconnectReason.Refused("no scripts here"), Stopped(engine, TimeSpan.FromSeconds(1)));
        Assert.Equal(new RejectMessage("version", RejectCode.NonStandard, "no scripts here", null), remote.Expects<RejectMessage>());
        Assert.Empty(engine.Events.Of<PeerReady>());
        var other = Dialling(engine, "10.0.0.3");
        other.Handshakes(ScriptedPeer.Version() with { UserAgent = "/other:1.0/" });
        Simulation.Until(() => engine.Events.Of<PeerReady>().Any(), TimeSpan.FromSeconds(1));
    }

    [Theory(DisplayName = "The first getaddr of who connected to us is answered, in the form that it wants; the listener hears each")]
    [InlineData(true)]
    [InlineData(false)]
    public void Getaddr_is_answered_once(bool modern)
    {
        AddressEntry[] known = [Entry(1), Entry(2)];
        var engine = Start(change: settings => settings with { Addresses = _ => known });
        var heard = Simulation.Recorder();
        engine.Listen(listener: heard.Ref);
        var remote = Dialling(engine);
        remote.Says(modern ? [ScriptedPeer.Version(), SendAddrV2Message.Instance, VerAckMessage.Instance] : [ScriptedPeer.Version(), VerAckMessage.Instance]);
        Simulation.Until(() => heard.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
        Simulation.Advance(TimeSpan.FromSeconds(1));
        remote.Forgets();
        remote.Says(GetAddrMessage.Instance);
        Message answer = modern ? new AddrV2Message([.. known]) : new AddrMessage([.. known]);
        Assert.Equal(answer, remote.Expects<Message>());
        remote.Says(GetAddrMessage.Instance);
        remote.ExpectsNothing(TimeSpan.FromSeconds(10));
        Assert.Equal(2, heard.Of<PeerMessage>().Count(message => message.Message is GetAddrMessage));
    }

    [Theory(DisplayName = "W3: of 2,500 addresses 1,000 go, each once and each one of them, in both forms; of none nothing goes")]
    [InlineData(true)]
    [InlineData(false)]
    public void W3_addresses_are_chosen_without_loss(bool modern)
    {
        var engine = Start();
        var (remote, listener) = Dialled(engine);
        remote.Says(modern ? [ScriptedPeer.Version(), SendAddrV2Message.Instance, VerAckMessage.Instance] : [ScriptedPeer.Version(), VerAckMessage.Instance]);
        Simulation.Until(() => listener.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
        Simulation.Advance(TimeSpan.FromSeconds(1));
        remote.Forgets();
        var peer = listener.Of<PeerReady>().Single().Peer;
        var asker = Simulation.Recorder();
        peer.Tell(new SendAddresses([], asker.Ref), ActorRefs.NoSender);
        Assert.Empty(asker.Expect<AddressesSent>().Addresses);
        remote.ExpectsNothing(TimeSpan.FromSeconds(1));

        AddressEntry[] known = [.. Enumerable.Range(0, 2_500).Select(Entry)];
        peer.Tell(new SendAddresses([.. known], asker.Ref), ActorRefs.NoSender);
        var said = remote.Expects<Message>() switch
        {
            AddrMessage addr when !modern => addr.Addresses,
            AddrV2Message addr when modern => addr.Addresses,
            var other => throw new InvalidOperationException($"{other.Command} is not the form that was settled"),
        };
        Assert.Equal(1_000, said.Distinct().Count());
        Assert.Equal(1_000, said.Length);
        Assert.Empty(said.Except(known));
        Assert.Equal(said, asker.Expect<AddressesSent>().Addresses);
    }

    private static AddressEntry Entry(int number) =>
        new(1_767_225_600, ServiceFlags.Network, NetworkEndpoint.From(new IPEndPoint(new IPAddress([8, 8, (byte)(number / 256), (byte)(number % 256)]), 8333)));
}
