using System.Net;
using Akka.IO;
using Peers.TestKit;

namespace Peers.Simulations.Kit.Network;

public sealed class HostTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly IPAddress Alice = IPAddress.Parse("10.0.0.1");
    private static readonly IPAddress Bob = IPAddress.Parse("10.0.0.2");
    private static readonly IPEndPoint BobsPort = new(Bob, 8333);

    [Fact(DisplayName = "A host that crashes says no word; who sends to it hears nothing, and a reset when it runs again")]
    public void Crash()
    {
        using var simulation = new Simulation();
        var (alice, bob) = Pair(simulation);
        var host = simulation.Network.Host(Bob);

        host.Crash();
        Assert.Equal(RawPeerEnd.HostLost, bob.HowClosed);
        alice.Send([1]);
        simulation.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(RawPeerEnd.NotClosed, alice.HowClosed);
        Assert.True(host.IsDown);

        host.Restart();
        simulation.Advance(Second);
        Assert.Equal(RawPeerEnd.Reset, alice.HowClosed);
        Assert.Empty(bob.Received);
        Assert.Empty(simulation.Network.Connections);
    }

    [Fact(DisplayName = "What a host had sent before it crashed still arrives; who never sends never learns")]
    public void Sent_before_the_crash()
    {
        using var simulation = new Simulation();
        var (alice, bob) = Pair(simulation);

        bob.Send([1, 2]);
        simulation.Network.Host(Bob).Crash();
        simulation.Advance(TimeSpan.FromHours(1));
        simulation.Network.Host(Bob).Restart();
        simulation.Advance(TimeSpan.FromHours(1));

        Assert.Equal([1, 2], alice.Received);
        Assert.Equal(RawPeerEnd.NotClosed, alice.HowClosed);
    }

    [Fact(DisplayName = "A host that is down is silent to who dials it, cannot dial or listen, and has lost its listeners when it runs again")]
    public void Down()
    {
        using var simulation = new Simulation();
        simulation.Network.Listen(BobsPort);
        var host = simulation.Network.Host(Bob);
        host.Crash();

        var patient = simulation.Network.Dial(Alice, BobsPort);
        simulation.Advance(SimulatedNetwork.SynTimeout - Second);
        Assert.Equal(RawPeerEnd.NotClosed, patient.HowClosed);
        simulation.Advance(Second);
        Assert.Equal(RawPeerEnd.ConnectFailed, patient.HowClosed);
        Assert.Equal(RawPeerEnd.ConnectFailed, host.Dial(new IPEndPoint(Alice, 1)).HowClosed);
        Assert.Throws<SimulationException>(() => host.Listen());

        host.Restart();
        var refused = simulation.Network.Dial(Alice, BobsPort);
        simulation.Advance(Second);
        Assert.Equal(RawPeerEnd.ConnectFailed, refused.HowClosed);
        simulation.Network.Listen(BobsPort);
        var welcome = simulation.Network.Dial(Alice, BobsPort);
        simulation.Advance(Second);
        Assert.True(welcome.IsConnected);
    }

    [Theory(DisplayName = "The sockets of actors on a host that crashes end with an error, also when nothing is being read or written")]
    [InlineData(true)]
    [InlineData(false)]
    public void Actors_of_a_crashed_host(bool reading)
    {
        using var simulation = new Simulation();
        var listener = simulation.Network.Listen(BobsPort);
        var handler = simulation.Recorder();
        handler.Tell(simulation.Network.Host(Alice).Tcp, new Tcp.Connect(BobsPort, pullMode: true));
        simulation.Until(() => listener.Accepted.Count == 1, Second);
        handler.Expect<Tcp.Connected>();
        handler.Tell(handler.All[0].Sender, new Tcp.Register(handler.Ref));
        if (reading)
            handler.Tell(handler.All[0].Sender, Tcp.ResumeReading.Instance);
        simulation.Run();

        simulation.Network.Host(Alice).Crash();

        handler.Expect<Tcp.ErrorClosed>();
        simulation.Advance(TimeSpan.FromMinutes(1));
        Assert.False(listener.Take().IsClosed);
    }

    [Fact(DisplayName = "A partition separates two groups; connections across it stay, and what was sent arrives after healing")]
    public void Partition()
    {
        using var simulation = new Simulation();
        var hosts = Enumerable.Range(1, 4).Select(number => simulation.Network.Host($"10.0.0.{number}")).ToArray();
        var listeners = Array.ConvertAll(hosts, host => host.Listen(8333));
        var across = hosts[0].Dial(listeners[2].Endpoint);
        var within = hosts[0].Dial(listeners[1].Endpoint);
        simulation.Advance(Second);

        using (var partition = simulation.Network.Partition(hosts[..2], hosts[2..3]))
        {
            across.Send([1]);
            within.Send([2]);
            var bystander = hosts[3].Dial(listeners[2].Endpoint);
            var blocked = hosts[2].Dial(listeners[1].Endpoint);
            simulation.Advance(TimeSpan.FromMinutes(1));
            Assert.Empty(listeners[2].Accepted[0].Received);
            Assert.Equal([2], listeners[1].Accepted[0].Received);
            Assert.True(bystander.IsConnected);
            Assert.False(blocked.IsConnected);
            Assert.False(partition.IsHealed);
        }

        simulation.Advance(Second);
        Assert.Equal([1], listeners[2].Accepted[0].Received);
        Assert.False(across.IsClosed);
    }

    [Fact(DisplayName = "A partition of one group separates it from all others; two partitions each have to heal")]
    public void Partition_from_the_rest()
    {
        using var simulation = new Simulation();
        var (alice, bob) = Pair(simulation);
        var first = simulation.Network.Partition([simulation.Network.Host(Alice)]);
        var second = simulation.Network.Partition([simulation.Network.Host(Bob)]);

        alice.Send([1]);
        simulation.Advance(Second);
        first.Heal();
        simulation.Advance(Second);
        Assert.Empty(bob.Received);
        second.Heal();
        simulation.Advance(Second);
        Assert.Equal([1], bob.Received);
    }

    [Fact(DisplayName = "What is not acknowledged for the retransmission limit ends this end of the connection, and the other when it sends next")]
    public void Retransmission_limit()
    {
        using var simulation = new Simulation();
        simulation.Network.RetransmissionLimit = SimulatedNetwork.LinuxRetransmissionLimit;
        var (alice, bob) = Pair(simulation);
        var partition = simulation.Network.Partition([simulation.Network.Host(Alice)]);

        simulation.Advance(TimeSpan.FromHours(1)); // Nothing waits for an acknowledgement.
        alice.Send([1]);
        simulation.Advance(SimulatedNetwork.LinuxRetransmissionLimit);
        Assert.Equal(RawPeerEnd.NotClosed, alice.HowClosed);
        simulation.Advance(Second);
        Assert.Equal(RawPeerEnd.TimedOut, alice.HowClosed);

        partition.Heal();
        simulation.Advance(TimeSpan.FromHours(1));
        Assert.Equal(RawPeerEnd.NotClosed, bob.HowClosed);
        bob.Send([2]);
        simulation.Advance(Second);
        Assert.Equal(RawPeerEnd.Reset, bob.HowClosed);
        Assert.Empty(bob.Received);
    }

    [Fact(DisplayName = "A cut that heals before the retransmission limit costs nothing but time, however often")]
    public void Healed_in_time()
    {
        using var simulation = new Simulation();
        simulation.Network.RetransmissionLimit = TimeSpan.FromMinutes(1);
        var (alice, bob) = Pair(simulation);
        for (byte round = 0; round < 10; round++)
        {
            simulation.Network.Cut(Alice, Bob);
            alice.Send([round]);
            simulation.Advance(TimeSpan.FromSeconds(50));
            simulation.Network.Heal(Alice, Bob);
            simulation.Advance(Second);
        }

        simulation.Advance(TimeSpan.FromHours(1));
        Assert.Equal(10, bob.Available);
        Assert.False(alice.IsClosed);
    }

    [Fact(DisplayName = "A reset into a cut way is lost: the other end learns of it when it sends")]
    public void Reset_into_a_cut()
    {
        using var simulation = new Simulation();
        var (alice, bob) = Pair(simulation);
        simulation.Network.Cut(Alice, Bob);
        alice.Send([1]);
        simulation.Advance(Second);
        alice.Reset();
        simulation.Network.Heal(Alice, Bob);
        simulation.Advance(TimeSpan.FromHours(1));
        Assert.Equal(RawPeerEnd.NotClosed, bob.HowClosed);
        Assert.Empty(bob.Received);

        bob.Send([2]);
        simulation.Advance(Second);
        Assert.Equal(RawPeerEnd.Reset, bob.HowClosed);
    }

    [Fact(DisplayName = "A listener can accept and close: at once, after so many bytes, by a reset, or when it is full")]
    public void Accept_and_close()
    {
        using var simulation = new Simulation();
        var listener = simulation.Network.Listen(BobsPort);
        RawPeer Dial(byte[] bytes)
        {
            var peer = simulation.Network.Dial(Alice, BobsPort);
            peer.Send(bytes);
            simulation.Advance(Second);
            return peer;
        }

        listener.ClosesAfter = 0;
        var atOnce = Dial([]);
        Assert.Equal((true, RawPeerEnd.Finished), (atOnce.IsConnected, atOnce.HowClosed));
        listener.ClosesAfter = 10;
        Assert.Equal(RawPeerEnd.NotClosed, Dial(new byte[9]).HowClosed);
        Assert.Equal(RawPeerEnd.Finished, Dial(new byte[10]).HowClosed);
        listener.ClosesByReset = true;
        Assert.Equal(RawPeerEnd.Reset, Dial(new byte[10]).HowClosed);

        (listener.ClosesAfter, listener.Room) = (null, 2);
        var second = Dial([]); // The first is the one that had sent nine bytes.
        Assert.Equal(RawPeerEnd.Reset, Dial([]).HowClosed);
        second.Close();
        simulation.Advance(Second);
        listener.Accepted.Single(peer => peer.HowClosed == RawPeerEnd.Finished && peer.Remote.Equals(second.Local)).Close();
        Assert.Equal(RawPeerEnd.NotClosed, Dial([]).HowClosed);
    }

    private static (RawPeer Alice, RawPeer Bob) Pair(Simulation simulation)
    {
        var listener = simulation.Network.Listen(BobsPort);
        var alice = simulation.Network.Dial(Alice, BobsPort);
        simulation.Until(() => listener.Accepted.Count == 1, 60 * Second);
        return (alice, listener.Take());
    }
}
