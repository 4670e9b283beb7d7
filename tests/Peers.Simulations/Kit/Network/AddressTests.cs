using System.Net;
using Peers.TestKit;

namespace Peers.Simulations.Kit.Network;

public sealed class AddressTests
{
    private const string Onion = "expyuzz4wqqyqhjnpuyfgnhwrdhsd6wnvbxtavf5ndamhzaqppqqc3yd.onion";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact(DisplayName = "A host behind a NAT dials out, and the world sees the address and a port of the NAT; who dials that address finds nobody")]
    public void Nat()
    {
        using var simulation = new Simulation();
        var (nat, world) = (simulation.Network.Nat("203.0.113.5"), simulation.Network.Host("198.51.100.1"));
        var inside = nat.Host("192.168.0.2");
        var listener = world.Listen(8333);
        inside.Listen(8333);

        var dialled = inside.Dial(listener.Endpoint);
        simulation.Advance(Second);
        Assert.Equal(IPAddress.Parse("192.168.0.2"), dialled.Local.Address);
        var seen = listener.Take();
        Assert.Equal(new IPEndPoint(nat.Outside, 1024), seen.Remote);
        seen.Send([1]);
        dialled.Send([2]);
        simulation.Advance(Second);
        Assert.Equal([1], dialled.Received);
        Assert.Equal([2], seen.Received);

        var silent = world.Dial(new IPEndPoint(nat.Outside, 8333));
        simulation.Advance(60 * Second);
        Assert.False(silent.IsClosed);
        nat.Refuses = true;
        var refused = world.Dial(new IPEndPoint(nat.Outside, 8333));
        var inner = world.Dial(new IPEndPoint(IPAddress.Parse("192.168.0.2"), 8333));
        simulation.Advance(Second);
        Assert.Equal(RawPeerEnd.ConnectFailed, refused.HowClosed);
        Assert.False(inner.IsConnected);
    }

    [Fact(DisplayName = "Hosts behind one NAT reach each other, those behind two may have the same address, and a forwarded port can be dialled")]
    public void Nat_inside()
    {
        using var simulation = new Simulation();
        var (one, two) = (simulation.Network.Nat("203.0.113.5"), simulation.Network.Nat("203.0.113.6"));
        var (first, neighbour, other) = (one.Host("192.168.0.2"), one.Host("192.168.0.3"), two.Host("192.168.0.2"));
        Assert.NotSame(first, other);
        Assert.Same(first, one.Host("192.168.0.2"));
        var (here, there) = (first.Listen(8333), other.Listen(8333));

        var near = neighbour.Dial(here.Endpoint);
        two.Forward(8333, other);
        var far = neighbour.Dial(new IPEndPoint(two.Outside, 8333));
        simulation.Advance(Second);

        Assert.True(near.IsConnected);
        Assert.Equal(near.Local, here.Take().Remote);
        Assert.True(far.IsConnected);
        var accepted = there.Take();
        Assert.Equal(one.Outside, accepted.Remote.Address);
        Assert.Equal(there.Endpoint, accepted.Local);
    }

    [Fact(DisplayName = "An onion service is dialled by its name from any host, and does not see who dials it")]
    public void Onion_service()
    {
        using var simulation = new Simulation();
        var service = simulation.Network.Host(Onion);
        var listener = service.Listen(8333);
        var start = simulation.Elapsed;

        var dialled = simulation.Network.Host("10.0.0.1").Dial(new DnsEndPoint(Onion, 8333));
        var hidden = simulation.Network.Host("alice.onion").Dial(new DnsEndPoint(Onion.ToUpperInvariant(), 8333));
        simulation.Until(() => dialled.IsConnected && hidden.IsConnected, 10 * Second);
        Assert.True(simulation.Elapsed - start > TimeSpan.FromMilliseconds(500)); // Six relays each way.
        simulation.Advance(Second);

        Assert.Equal(IPAddress.Loopback, listener.Take().Remote.Address);
        Assert.Equal(IPAddress.Loopback, listener.Take().Remote.Address);
        Assert.Equal(new IPEndPoint(service.Addresses[0], 8333), dialled.Remote);
    }

    [Fact(DisplayName = "Tor hands what comes for an onion service to a port on the host's own loopback or any address")]
    public void Onion_service_behind_a_local_port()
    {
        using var simulation = new Simulation();
        var service = simulation.Network.Host("10.0.0.2", "bob.onion");
        var recorder = simulation.Recorder();
        recorder.Tell(service.Tcp, new Akka.IO.Tcp.Bind(recorder.Ref, new IPEndPoint(IPAddress.Any, 8333)));
        recorder.Expect<Akka.IO.Tcp.Bound>();
        var dialled = simulation.Network.Host("10.0.0.1").Dial(new DnsEndPoint("bob.onion", 8333));
        simulation.Advance(2 * Second);
        Assert.True(dialled.IsConnected);
        recorder.Expect<Akka.IO.Tcp.Connected>();
    }

    [Fact(DisplayName = "A host with onion addresses alone dials through Tor, and is seen at the exit")]
    public void Tor_only()
    {
        using var simulation = new Simulation();
        var listener = simulation.Network.Host("10.0.0.2").Listen(8333);
        var dialled = simulation.Network.Host("alice.onion").Dial(listener.Endpoint);
        simulation.Advance(2 * Second);
        Assert.True(dialled.IsConnected);
        Assert.Equal(SimulatedNetwork.TorExit, listener.Take().Remote.Address);
    }

    [Fact(DisplayName = "Engines meet over an onion service, behind a NAT and by name")]
    public void Engines()
    {
        using var simulation = new Simulation();
        simulation.Network.Name("seed.example", IPAddress.Parse("10.0.0.3"));
        var onion = new SimulatedEngine(simulation, simulation.Network.Host(Onion));
        var public_ = new SimulatedEngine(simulation, simulation.Network.Host("10.0.0.3"));
        var hidden = new SimulatedEngine(simulation, simulation.Network.Nat("203.0.113.5").Host("192.168.0.2"));
        onion.Listen(8333);
        public_.Listen(8333);

        hidden.Connect(new DnsEndPoint(Onion, 8333));
        hidden.Connect(new DnsEndPoint("seed.example", 8333));
        var (unknown, known) = (hidden.Dial(new DnsEndPoint("nowhere.example", 8333)), hidden.Events.Of<PeerReady>().Count());
        simulation.Advance(Second);

        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)onion.Events.Of<PeerOpened>().Single().Remote).Address);
        Assert.Equal(IPAddress.Parse("203.0.113.5"), ((IPEndPoint)public_.Events.Of<PeerOpened>().Single().Remote).Address);
        Assert.Equal((1, 1), (onion.Events.Of<PeerReady>().Count(), public_.Events.Of<PeerReady>().Count()));
        Assert.IsType<DisconnectReason.ConnectFailed>(unknown.Of<PeerStopped>().Single().Reason);
    }
}
