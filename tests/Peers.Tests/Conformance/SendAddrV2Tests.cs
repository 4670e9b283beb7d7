using System.Net;
using Akka.Actor;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Tests.Conformance;

/// <summary>btcd's TestSendAddrV2Handshake: both modern, and either side of the old kind.</summary>
public sealed class SendAddrV2Tests : InVirtualTime
{
    [Theory(DisplayName = "Two engines want addrv2 of each other only when both speak 70016; each hears one offer and one verack")]
    [InlineData(70016, 70016, true)]
    [InlineData(70015, 70016, false)]
    [InlineData(70016, 70015, false)]
    [InlineData(70015, 70015, false)]
    public void Both_or_neither(int inbound, int outbound, bool wanted)
    {
        var server = Start($"peers.protocol-version = {inbound}", "10.0.0.1");
        var client = Start($"peers.protocol-version = {outbound}", "10.0.0.2");
        var options = PeerOptions.Default with { DeliverNegotiation = true };
        var heard = Simulation.Recorder();
        server.Manager.Tell(new Listen(new IPEndPoint(server.Host.Addresses[0], 18444), ActorRefs.Nobody, heard.Ref, Options: options), ActorRefs.NoSender);
        Simulation.Until(() => server.Events.Of<Listening>().Any(), TimeSpan.FromSeconds(2));
        var (peer, listener) = client.Connect(server.Events.Of<Listening>().Single().Local, options: options);
        Simulation.Until(() => heard.Of<PeerReady>().Any(), TimeSpan.FromSeconds(2));
        Simulation.Advance(TimeSpan.FromSeconds(2));

        foreach (var (ready, recorder) in new[] { (peer, listener), (heard.Of<PeerReady>().Single(), heard) })
        {
            Assert.Equal(wanted, ready.Remote.Features.AddressV2);
            Assert.Equal(Math.Min(inbound, outbound), ready.Remote.Features.ProtocolVersion);
            string[] commands = wanted ? ["version", "sendaddrv2", "verack"] : ["version", "verack"];
            Assert.Equal(commands, recorder.Of<PeerMessage>().Select(message => message.Message.Command));
        }
    }

    [Fact(DisplayName = "A remote that offers nothing is not told of addrv2 by itself, and may be one that does not want it")]
    public void The_remote_decides_for_itself()
    {
        var engine = Start();
        var (_, plain, _) = Connected(engine);
        Assert.False(plain.Remote.Features.AddressV2);
        var old = Start("peers.handshake.address-v2 = off", "10.0.0.9");
        var (remote, listener) = Dialled(old, at: "10.0.0.8");
        remote.Says(ScriptedPeer.Version(), SendAddrV2Message.Instance, VerAckMessage.Instance);
        Simulation.Until(() => listener.Of<PeerReady>().Any(), TimeSpan.FromSeconds(5));
        Assert.True(listener.Of<PeerReady>().Single().Remote.Features.AddressV2);
        Assert.Empty(remote.Heard.OfType<SendAddrV2Message>());
    }
}
