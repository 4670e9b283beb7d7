using System.Net;
using Akka.IO;
using Peers.TestKit;

namespace Peers.Simulations.Kit;

public sealed class SimulatedNetworkTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly IPAddress Alice = IPAddress.Parse("10.0.0.1");
    private static readonly IPAddress Bob = IPAddress.Parse("10.0.0.2");
    private static readonly IPEndPoint BobsPort = new(Bob, 8333);
    private static readonly LinkProfile Steady = new() { Latency = TimeSpan.FromMilliseconds(100), Jitter = TimeSpan.Zero, Chunks = ReadChunks.Whole };

    [Fact(DisplayName = "Two raw peers talk: every byte arrives in order, once, after the latency of the link")]
    public void Raw_peers_talk()
    {
        using var simulation = new Simulation();
        simulation.Network.DefaultLink = Steady;
        var (alice, bob) = Pair(simulation);
        var sent = simulation.Elapsed;

        alice.Send([1, 2]);
        alice.Send([3]);
        bob.Send([9]);
        simulation.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Empty(bob.Received);
        simulation.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(TimeSpan.FromMilliseconds(100), simulation.Elapsed - sent);
        Assert.Equal([1, 2, 3], bob.Received);
        Assert.Equal([1, 2], bob.Take(2));
        Assert.Equal([3], bob.Take());
        Assert.Equal(0, bob.Available);
        Assert.Equal([9], alice.Received);
    }

    [Fact(DisplayName = "Jitter and chunks change with the seed, never the bytes")]
    public void Jitter_and_chunks_follow_the_seed()
    {
        var bytes = new byte[300_000];
        new Random(1).NextBytes(bytes);
        var traces = new HashSet<string>();

        foreach (var seed in new[] { 1, 1, 2, 3 })
        {
            using var simulation = new Simulation(seed);
            var (alice, bob) = Pair(simulation);
            foreach (var part in bytes.Chunk(10_000))
            {
                alice.Send(part);
                simulation.Advance(TimeSpan.FromMilliseconds(1));
            }

            simulation.Until(() => bob.Available == bytes.Length, 10 * Second);
            Assert.Equal(bytes, bob.Received);
            traces.Add(simulation.Trace.Digest);
        }

        Assert.Equal(3, traces.Count);
    }

    [Theory(DisplayName = "A read returns as much of the stream as the link's chunks say")]
    [InlineData(ReadChunks.Single)]
    [InlineData(ReadChunks.Whole)]
    [InlineData(ReadChunks.Any)]
    public void Chunks(ReadChunks chunks)
    {
        using var simulation = new Simulation();
        simulation.Network.DefaultLink = Steady with { Chunks = chunks };
        var listener = simulation.Network.Listen(BobsPort);
        var reader = simulation.Recorder();
        reader.Tell(simulation.Network.Host(Alice).Tcp, new Tcp.Connect(BobsPort));
        simulation.Until(() => listener.Accepted.Count == 1, Second);
        reader.Expect<Tcp.Connected>();
        reader.Tell(reader.All[0].Sender, new Tcp.Register(reader.Ref));

        listener.Take().Send(new byte[1000]);
        simulation.Advance(Second);

        var parts = reader.Of<Tcp.Received>().Select(received => received.Data.Count).ToArray();
        Assert.Equal(1000, parts.Sum());
        switch (chunks)
        {
            case ReadChunks.Single: Assert.Equal(1000, parts.Length); break;
            case ReadChunks.Whole: Assert.Single(parts); break;
            default: Assert.InRange(parts.Length, 2, 999); break;
        }
    }

    [Fact(DisplayName = "A link with a bandwidth takes as long as the bytes need")]
    public void Bandwidth()
    {
        using var simulation = new Simulation();
        simulation.Network.DefaultLink = Steady with { BytesPerSecond = 10_000 };
        var (alice, bob) = Pair(simulation);
        var start = simulation.Elapsed;

        for (var part = 0; part < 10; part++)
            alice.Send(new byte[5_000]);
        simulation.Until(() => bob.Available == 50_000, 10 * Second);

        Assert.Equal(TimeSpan.FromSeconds(5.1), simulation.Elapsed - start);
    }

    [Fact(DisplayName = "A receiver that does not read stops the sender at the window, and one that reads again lets it go on")]
    public void Window()
    {
        using var simulation = new Simulation();
        simulation.Network.DefaultLink = Steady with { Window = 1000 };
        var (alice, bob) = Pair(simulation);

        bob.PauseReading();
        alice.Send(new byte[5000]);
        simulation.Advance(10 * Second);
        // One read was outstanding when bob paused, as it is for a socket.
        Assert.Equal(1000, bob.Available);
        Assert.Equal(5000, alice.Unsent);
        Assert.Equal(2000, simulation.Network.Connections[0].Carried);

        bob.ResumeReading();
        simulation.Until(() => bob.Available == 5000, 10 * Second);
        Assert.Equal(0, alice.Unsent);
    }

    [Fact(DisplayName = "Writes of an actor are acknowledged only as far as the window lets them out")]
    public void Acks_stop_at_the_window()
    {
        using var simulation = new Simulation();
        var listener = simulation.Network.Listen(BobsPort);
        var writer = simulation.Recorder();
        writer.Tell(simulation.Network.Host(Alice).Tcp, new Tcp.Connect(BobsPort, pullMode: true));
        simulation.Until(() => listener.Accepted.Count == 1, Second);
        var bob = listener.Take();
        bob.PauseReading();
        writer.Expect<Tcp.Connected>();
        var connection = writer.All[0].Sender;
        writer.Tell(connection, new Tcp.Register(writer.Ref));

        for (var number = 0; number < 20; number++)
            writer.Tell(connection, Tcp.Write.Create(ByteString.FromBytes(new byte[65_536]), new Acked()));
        simulation.Advance(60 * Second);
        var acked = writer.Of<Acked>().Count();
        bob.ResumeReading();
        simulation.Advance(60 * Second);

        Assert.InRange(acked, 4, 8);
        Assert.Equal(20, writer.Of<Acked>().Count());
        Assert.Equal(20 * 65_536, bob.Available);
    }

    [Fact(DisplayName = "A stream can be finished in one direction while the other goes on; queued bytes come first")]
    public void Half_close()
    {
        using var simulation = new Simulation();
        var (alice, bob) = Pair(simulation);

        alice.Send(new byte[600_000]);
        alice.CloseWrite();
        simulation.Until(() => bob.IsClosed, 10 * Second);
        Assert.Equal(RawPeerEnd.Finished, bob.HowClosed);
        Assert.Equal(600_000, bob.Available);
        Assert.Throws<InvalidOperationException>(() => alice.Send([1]));

        bob.Send([1, 2, 3]);
        simulation.Advance(Second);
        Assert.Equal([1, 2, 3], alice.Received);
        Assert.False(alice.IsClosed);

        bob.Close();
        simulation.Advance(Second);
        Assert.Equal(RawPeerEnd.Finished, alice.HowClosed);
    }

    [Fact(DisplayName = "A reset is heard by the other end, and nothing sent afterwards arrives")]
    public void Reset()
    {
        using var simulation = new Simulation();
        var (alice, bob) = Pair(simulation);

        alice.Reset();
        bob.Send([1]);
        simulation.Advance(Second);

        Assert.Equal(RawPeerEnd.ResetHere, alice.HowClosed);
        Assert.Equal(RawPeerEnd.Reset, bob.HowClosed);
        Assert.Empty(alice.Received);
        Assert.DoesNotContain(simulation.Network.Connections, connection => connection.IsOpen);
    }

    [Fact(DisplayName = "Bytes sent to an end that has closed are answered by a reset")]
    public void Data_for_a_closed_end()
    {
        using var simulation = new Simulation();
        var (alice, bob) = Pair(simulation);
        alice.Close();
        simulation.Advance(Second);
        Assert.Equal(RawPeerEnd.Finished, bob.HowClosed);

        bob.Send([1]);
        simulation.Advance(Second);
        bob.Send([2]);
        simulation.Advance(Second);

        Assert.Equal(RawPeerEnd.Reset, bob.HowClosed);
        Assert.Equal(RawPeerEnd.ClosedHere, alice.HowClosed);
    }

    [Fact(DisplayName = "A connection reset after so many bytes ends in the middle of what was sent")]
    public void Reset_after_bytes()
    {
        using var simulation = new Simulation();
        simulation.Network.ResetAfter(BobsPort, 10);
        var (alice, bob) = Pair(simulation);

        alice.Send(new byte[24]);
        simulation.Advance(Second);

        Assert.Equal(10, bob.Available);
        Assert.Equal(RawPeerEnd.Reset, bob.HowClosed);
        Assert.Equal(RawPeerEnd.Reset, alice.HowClosed);
    }

    [Fact(DisplayName = "The network can reset a connection between two ends that did nothing")]
    public void Reset_from_the_middle()
    {
        using var simulation = new Simulation();
        var (alice, bob) = Pair(simulation);

        Assert.Single(simulation.Network.Connections).Reset();

        Assert.Equal(RawPeerEnd.Reset, bob.HowClosed);
        Assert.Equal(RawPeerEnd.Reset, alice.HowClosed);
    }

    [Fact(DisplayName = "A port where nobody listens refuses, and so does one told to refuse, until it is restored")]
    public void Refuse()
    {
        using var simulation = new Simulation();
        simulation.Network.Host(Bob);
        var nobody = simulation.Network.Dial(Alice, BobsPort);
        simulation.Advance(Second);
        Assert.Equal(RawPeerEnd.ConnectFailed, nobody.HowClosed);

        simulation.Network.Listen(BobsPort);
        simulation.Network.Refuse(BobsPort);
        var refused = simulation.Network.Dial(Alice, BobsPort);
        simulation.Advance(Second);
        Assert.Equal(RawPeerEnd.ConnectFailed, refused.HowClosed);

        simulation.Network.Restore(BobsPort);
        var accepted = simulation.Network.Dial(Alice, BobsPort);
        simulation.Advance(Second);
        Assert.True(accepted.IsConnected);
    }

    [Fact(DisplayName = "Connecting into silence fails after the connect timeout, without one after the kernel's")]
    public void Silence()
    {
        using var simulation = new Simulation();
        var host = simulation.Network.Host(Alice);
        var (patient, impatient) = (simulation.Recorder(), simulation.Recorder());
        simulation.Network.Listen(BobsPort);
        simulation.Network.Blackhole(BobsPort);
        var settings = TcpSettings.Create(simulation.System) with { FinishConnectRetries = 0 };

        impatient.Tell(host.Tcp, new Tcp.Connect(BobsPort, timeout: 10 * Second) { TcpSettings = settings });
        patient.Tell(host.Tcp, new Tcp.Connect(new IPEndPoint(IPAddress.Parse("203.0.113.9"), 8333)) { TcpSettings = settings });
        simulation.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(10 * Second, impatient.All[0].At);
        Assert.Contains("timeout", impatient.Expect<Tcp.CommandFailed>().Cause.Value.Message, StringComparison.Ordinal);
        Assert.Equal(SimulatedNetwork.SynTimeout, patient.All[0].At);
        patient.Expect<Tcp.CommandFailed>();
    }

    [Fact(DisplayName = "A way that is cut delivers nothing; when it heals everything arrives in order, once")]
    public void Cut_and_heal()
    {
        using var simulation = new Simulation();
        var (alice, bob) = Pair(simulation);

        simulation.Network.Cut(Alice, Bob);
        for (byte number = 0; number < 10; number++)
        {
            alice.Send([number]);
            simulation.Advance(TimeSpan.FromMinutes(1));
        }

        alice.CloseWrite();
        simulation.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(bob.Received);
        Assert.False(bob.IsClosed);

        simulation.Network.Heal(Alice, Bob);
        alice.CloseWrite();
        simulation.Advance(Second);
        Assert.Equal(Enumerable.Range(0, 10).Select(number => (byte)number), bob.Received);
        Assert.Equal(RawPeerEnd.Finished, bob.HowClosed);
    }

    [Fact(DisplayName = "A host that falls silent and comes back keeps its connections")]
    public void Silent_host()
    {
        using var simulation = new Simulation();
        var (alice, bob) = Pair(simulation);

        simulation.Network.Blackhole(Bob);
        alice.Send([1]);
        bob.Send([2]);
        simulation.Advance(TimeSpan.FromHours(1));
        Assert.Empty(alice.Received);
        simulation.Network.Restore(Bob);
        simulation.Advance(Second);

        Assert.Equal([2], alice.Received);
        Assert.Equal([1], bob.Received);
    }

    [Fact(DisplayName = "IPv6 works as IPv4 does; a host without an address of the kind cannot connect")]
    public void Both_families()
    {
        using var simulation = new Simulation();
        var both = simulation.Network.Host("10.0.0.1", "2001:db8::1");
        var old = simulation.Network.Host("10.0.0.2");
        var endpoint = new IPEndPoint(both.Addresses[1], 8333);
        var (binder, newer, older) = (simulation.Recorder(), simulation.Recorder(), simulation.Recorder());
        binder.Tell(both.Tcp, new Tcp.Bind(binder.Ref, new IPEndPoint(IPAddress.IPv6Any, 8333)));
        binder.Expect<Tcp.Bound>();

        newer.Tell(simulation.Network.Host("2001:db8::2").Tcp, new Tcp.Connect(endpoint));
        older.Tell(old.Tcp, new Tcp.Connect(endpoint));
        simulation.Advance(Second);

        Assert.Equal(endpoint, newer.Expect<Tcp.Connected>().RemoteAddress);
        Assert.Equal(endpoint, binder.Expect<Tcp.Connected>().LocalAddress);
        older.Expect<Tcp.CommandFailed>();
    }

    [Fact(DisplayName = "A name leads to its address, by its second one when the first refuses; an unknown name fails at once")]
    public void Names()
    {
        using var simulation = new Simulation();
        var alice = simulation.Network.Host("10.0.0.1", "2001:db8::1");
        var second = IPAddress.Parse("2001:db8::2");
        simulation.Network.Host(Bob);
        simulation.Network.Listen(new IPEndPoint(second, 8333));
        simulation.Network.Name("seed.example", Bob, second);
        var (known, unknown) = (simulation.Recorder(), simulation.Recorder());

        known.Tell(alice.Tcp, new Tcp.Connect(new DnsEndPoint("seed.example", 8333)));
        unknown.Tell(alice.Tcp, new Tcp.Connect(new DnsEndPoint("nowhere.example", 8333)));
        unknown.Expect<Tcp.CommandFailed>();
        simulation.Advance(Second);

        Assert.Equal(new IPEndPoint(second, 8333), known.Expect<Tcp.Connected>().RemoteAddress);
    }

    [Fact(DisplayName = "A host reaches itself by its loopback address")]
    public void Loopback()
    {
        using var simulation = new Simulation();
        var host = simulation.Network.Host(Alice);
        var (binder, dialler) = (simulation.Recorder(), simulation.Recorder());
        binder.Tell(host.Tcp, new Tcp.Bind(binder.Ref, new IPEndPoint(IPAddress.Any, 0)));
        var port = ((IPEndPoint)binder.Expect<Tcp.Bound>().LocalAddress).Port;

        dialler.Tell(host.Tcp, new Tcp.Connect(new IPEndPoint(IPAddress.Loopback, port)));
        simulation.Advance(TimeSpan.FromMilliseconds(1));

        dialler.Expect<Tcp.Connected>();
        binder.Expect<Tcp.Connected>();
    }

    [Fact(DisplayName = "An address the host does not have cannot be bound, a port in use cannot be listened on twice")]
    public void Addresses_and_ports_are_checked()
    {
        using var simulation = new Simulation();
        var binder = simulation.Recorder();
        simulation.Network.Listen(BobsPort);

        binder.Tell(simulation.Network.Host(Alice).Tcp, new Tcp.Bind(binder.Ref, BobsPort));

        binder.Expect<Tcp.CommandFailed>();
        Assert.Throws<SimulationException>(() => simulation.Network.Listen(BobsPort));
        Assert.Throws<SimulationException>(() => simulation.Network.Listen(new IPEndPoint(Bob, 0)).Take());
    }

    [Fact(DisplayName = "A listener that closed refuses, its accepted connections stay")]
    public void Listener_closes()
    {
        using var simulation = new Simulation();
        var listener = simulation.Network.Listen(BobsPort);
        var early = simulation.Network.Dial(Alice, BobsPort);
        simulation.Advance(Second);

        listener.Close();
        var late = simulation.Network.Dial(Alice, BobsPort);
        early.Send([1]);
        simulation.Advance(Second);

        Assert.Equal(RawPeerEnd.ConnectFailed, late.HowClosed);
        Assert.Equal([1], listener.Take().Received);
    }

    [Fact(DisplayName = "A dial given up before the answer leaves nothing on the other side")]
    public void Dial_given_up()
    {
        using var simulation = new Simulation();
        var listener = simulation.Network.Listen(BobsPort);

        simulation.Network.Dial(Alice, BobsPort).Reset();
        simulation.Advance(Second);

        Assert.Empty(listener.Accepted);
        Assert.Null(simulation.Scheduler.NextDue);
    }

    [Fact(DisplayName = "Links between two addresses can differ from the rest")]
    public void Own_link()
    {
        using var simulation = new Simulation();
        simulation.Network.DefaultLink = Steady;
        simulation.Network.Link(Alice, Bob, Steady with { Latency = Second });

        var dialled = simulation.Network.Dial(Alice, BobsPort);
        simulation.Network.Listen(BobsPort);
        simulation.Until(() => dialled.IsConnected, 10 * Second);

        Assert.Equal(2 * Second, simulation.Elapsed);
    }

    private static (RawPeer Alice, RawPeer Bob) Pair(Simulation simulation)
    {
        var listener = simulation.Network.Listen(BobsPort);
        var alice = simulation.Network.Dial(Alice, BobsPort);
        simulation.Until(() => listener.Accepted.Count == 1, 10 * Second);
        return (alice, listener.Take());
    }

    private sealed class Acked : Tcp.Event;
}
