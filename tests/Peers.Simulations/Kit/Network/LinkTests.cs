using System.Net;
using Peers.TestKit;

namespace Peers.Simulations.Kit.Network;

public sealed class LinkTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly IPAddress Alice = IPAddress.Parse("10.0.0.1");
    private static readonly IPAddress Bob = IPAddress.Parse("10.0.0.2");
    private static readonly IPEndPoint BobsPort = new(Bob, 8333);
    private static readonly LinkProfile Steady = new() { Latency = TimeSpan.FromMilliseconds(100), Jitter = TimeSpan.Zero, Chunks = ReadChunks.Whole };

    [Fact(DisplayName = "Latency distributions have the medians, means and tails that their names promise")]
    public void Distributions()
    {
        var (twenty, hundred) = (TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(100));
        Assert.Equal(hundred, LatencyDistribution.Fixed(hundred).At(0.9));
        Assert.Equal(TimeSpan.FromMilliseconds(60), LatencyDistribution.Uniform(twenty, hundred).At(0.5));
        Assert.Equal(120, Mean(LatencyDistribution.Exponential(twenty, hundred)), tolerance: 0.5);
        Assert.Equal(20, LatencyDistribution.Exponential(twenty, hundred).At(0).TotalMilliseconds);
        Assert.Equal(100, Mean(LatencyDistribution.Normal(hundred, twenty)), tolerance: 0.1);
        Assert.Equal(100 + (20 * 1.959964), LatencyDistribution.Normal(hundred, twenty).At(0.975).TotalMilliseconds, tolerance: 0.001);
        Assert.Equal(TimeSpan.Zero, LatencyDistribution.Normal(twenty, hundred).At(0));
        Assert.Equal(100, LatencyDistribution.LogNormal(hundred, 0.5).At(0.5).TotalMilliseconds, tolerance: 0.001);
        Assert.Equal(320, LatencyDistribution.LogNormal(hundred, 0.5).At(0.99).TotalMilliseconds, tolerance: 1);
        Assert.Equal(TimeSpan.FromMilliseconds(7), LatencyDistribution.Of(quantile => TimeSpan.FromMilliseconds(10 * quantile)).At(0.7));

        static double Mean(LatencyDistribution distribution) =>
            Enumerable.Range(0, 100_000).Average(step => distribution.At((step + 0.5) / 100_000).TotalMilliseconds);
    }

    [Fact(DisplayName = "The logarithm and the exponential that are the same on every machine are right")]
    public void Portable_math()
    {
        for (var power = -40; power <= 40; power++)
        {
            var value = Math.Pow(1.7, power) * 1.234;
            Assert.Equal(Math.Log(value), PortableMath.Log(value), tolerance: 1e-13);
            Assert.Equal(1, PortableMath.Exp(power / 3.0) / Math.Exp(power / 3.0), tolerance: 1e-13);
        }

        Assert.Equal(0x3FE62E42FEFA39EF, BitConverter.DoubleToInt64Bits(PortableMath.Log(2)));
    }

    [Fact(DisplayName = "The latency of a connection is drawn once from its distribution, by the seed, and holds both ways")]
    public void Latency_is_drawn_for_each_connection()
    {
        var first = RoundTrips(seed: 3);

        Assert.Equal(first, RoundTrips(seed: 3));
        Assert.NotEqual(first, RoundTrips(seed: 4));
        Assert.InRange(first.Count(time => time < TimeSpan.FromMilliseconds(200)), 30, 70);
        Assert.Contains(first, time => time > TimeSpan.FromMilliseconds(400));

        static List<TimeSpan> RoundTrips(int seed)
        {
            using var simulation = new Simulation(seed);
            simulation.Network.DefaultLink = Steady with { Latencies = LatencyDistribution.LogNormal(TimeSpan.FromMilliseconds(100), 0.7) };
            List<TimeSpan> times = [];
            for (var number = 0; number < 100; number++)
            {
                var listener = simulation.Network.Listen(new IPEndPoint(Bob, 1000 + number));
                var alice = simulation.Network.Dial(Alice, listener.Endpoint);
                var start = simulation.Elapsed;
                simulation.Until(() => alice.IsConnected, 10 * Second);
                var handshake = simulation.Elapsed - start;
                alice.Send([1]);
                start = simulation.Elapsed;
                simulation.Until(() => listener.Accepted is [{ Available: 1 }], 10 * Second);
                Assert.Equal(handshake, 2 * (simulation.Elapsed - start));
                times.Add(handshake);
            }

            return times;
        }
    }

    [Fact(DisplayName = "Delays that are drawn for each packet never let bytes overtake each other")]
    public void Delays_of_packets()
    {
        using var simulation = new Simulation();
        simulation.Network.DefaultLink = Steady with { Delays = LatencyDistribution.Exponential(TimeSpan.Zero, Second) };
        var (alice, bob) = Pair(simulation);
        HashSet<TimeSpan> arrivals = [];
        for (byte number = 0; number < 100; number++)
        {
            alice.Send([number]);
            var available = bob.Available;
            simulation.Advance(Second);
            if (bob.Available > available)
                arrivals.Add(simulation.Elapsed);
        }

        simulation.Advance(60 * Second);
        Assert.Equal(Enumerable.Range(0, 100).Select(number => (byte)number), bob.Received);
        Assert.InRange(arrivals.Count, 20, 80);
    }

    [Fact(DisplayName = "A lost packet comes a retransmission time-out later, with all that is behind it; no byte is lost")]
    public void Loss()
    {
        using var simulation = new Simulation();
        simulation.Network.DefaultLink = Steady with { Loss = 0.3 };
        var (alice, bob) = Pair(simulation);
        List<TimeSpan> late = [];
        for (byte number = 0; number < 200; number++)
        {
            var sent = simulation.Elapsed;
            alice.Send([number]);
            simulation.Until(() => bob.Available == number + 1, 600 * Second);
            late.Add(simulation.Elapsed - sent - Steady.Latency);
        }

        // Lost once: round trip and 200 ms; lost twice: that and twice as much.
        var timeout = TimeSpan.FromMilliseconds(400);
        Assert.InRange(late.Count(time => time == TimeSpan.Zero), 110, 170);
        Assert.InRange(late.Count(time => time == timeout), 25, 60);
        Assert.InRange(late.Count(time => time == 3 * timeout), 5, 30);
        Assert.All(late, time => Assert.Contains((int)(time / timeout), new[] { 0, 1, 3, 7, 15, 31 }));
        Assert.Equal(Enumerable.Range(0, 200).Select(number => (byte)number), bob.Received);
    }

    [Fact(DisplayName = "A link can be slow in one direction only")]
    public void One_way()
    {
        using var simulation = new Simulation();
        simulation.Network.DefaultLink = Steady;
        simulation.Network.LinkOneWay(Alice, Bob, Steady with { BytesPerSecond = 1000 });
        var (alice, bob) = Pair(simulation);
        var start = simulation.Elapsed;

        alice.Send(new byte[10_000]);
        bob.Send(new byte[10_000]);
        simulation.Until(() => alice.Available == 10_000, 60 * Second);
        Assert.Equal(Steady.Latency, simulation.Elapsed - start);
        simulation.Until(() => bob.Available > 0, 60 * Second);
        Assert.Equal(1460, bob.Available); // Bit by bit.
        simulation.Until(() => bob.Available == 10_000, 60 * Second);
        Assert.Equal(TimeSpan.FromSeconds(10.1), simulation.Elapsed - start);
    }

    [Theory(DisplayName = "All connections of a host share what it can send and receive")]
    [InlineData(true)]
    [InlineData(false)]
    public void Shared_bandwidth(bool upload)
    {
        using var simulation = new Simulation();
        simulation.Network.DefaultLink = Steady;
        var host = simulation.Network.Host(Alice);
        host.UploadBytesPerSecond = upload ? 10_000 : null;
        host.DownloadBytesPerSecond = upload ? null : 10_000;
        List<(RawPeer From, RawPeer To)> pairs = [];
        for (var number = 0; number < 4; number++)
        {
            var listener = simulation.Network.Listen(new IPEndPoint(Bob, 1000 + number));
            var alice = simulation.Network.Dial(Alice, listener.Endpoint);
            simulation.Until(() => listener.Accepted.Count == 1, 10 * Second);
            pairs.Add(upload ? (alice, listener.Take()) : (listener.Take(), alice));
        }

        var start = simulation.Elapsed;
        foreach (var (from, _) in pairs)
            from.Send(new byte[10_000]);
        simulation.Until(() => pairs.TrueForAll(pair => pair.To.Available == 10_000), 60 * Second);

        Assert.Equal(TimeSpan.FromSeconds(4.1), simulation.Elapsed - start);
    }

    [Fact(DisplayName = "A whole network's links can follow from where two hosts are")]
    public void Links_by_place()
    {
        using var simulation = new Simulation();
        simulation.Network.LinkBetween = (from, to) =>
            from.GetAddressBytes()[1] == to.GetAddressBytes()[1] ? null : Steady with { Latency = Second };
        simulation.Network.Listen(BobsPort);

        var (near, far) = (simulation.Network.Dial(Alice, BobsPort), simulation.Network.Dial(IPAddress.Parse("10.1.0.1"), BobsPort));
        simulation.Advance(Second);
        Assert.True(near.IsConnected);
        Assert.False(far.IsConnected);
        simulation.Advance(Second);
        Assert.True(far.IsConnected);
    }

    private static (RawPeer Alice, RawPeer Bob) Pair(Simulation simulation)
    {
        var listener = simulation.Network.Listen(BobsPort);
        var alice = simulation.Network.Dial(Alice, BobsPort);
        simulation.Until(() => listener.Accepted.Count == 1, 60 * Second);
        return (alice, listener.Take());
    }
}
