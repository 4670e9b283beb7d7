using System.Net;
using Akka.Actor;
using Peers.TestKit;
using Peers.Wire;
using static Peers.Simulations.News;

namespace Peers.Simulations;

/// <summary>When our news goes out, and to how many: the times of a trickle as a remote can measure them, and a hundred remotes.</summary>
public sealed class TrickleSimulation
{
    private const int Gaps = 1_000;

    // Kolmogorov and Smirnov: of a thousand true samples one in a thousand is farther off.
    private static readonly double Bound = 1.95 / Math.Sqrt(Gaps);

    [Theory(DisplayName = "Poisson: the times between invs are exponential, with the mean of the direction")]
    [InlineData(Direction.Inbound, 5)]
    [InlineData(Direction.Outbound, 2)]
    public void Poisson_times(Direction direction, double mean)
    {
        var gaps = Measure("poisson", direction);
        Assert.InRange(Distance(gaps, mean), 0, Bound);
        Assert.True(Distance(gaps, 1.3 * mean) > Bound, "another mean would be seen");
        Assert.True(Distance(gaps, mean / 1.3) > Bound, "another mean would be seen");
    }

    [Fact(DisplayName = "The same measure finds out a fixed beat and uniform times, whatever mean it is told")]
    public void Other_times_are_found_out()
    {
        var beat = Measure("fixed", Direction.Outbound);
        Assert.All(beat, gap => Assert.Equal(10, gap, tolerance: 0.01));
        var random = new Random(3);
        var uniform = Enumerable.Range(0, Gaps).Select(_ => 10 * random.NextDouble()).ToList();
        foreach (var mean in (double[])[1, 2, 3.5, 5, 7, 10, 14, 20])
        {
            Assert.True(Distance(beat, mean) > 2 * Bound, $"a beat passed for exponential times of {mean} s");
            Assert.True(Distance(uniform, mean) > 2 * Bound, $"uniform times passed for exponential times of {mean} s");
        }
    }

    [Fact(DisplayName = "10,000 transactions to 100 peers: each once to each that did not tell it, by its kind of id, blocks first, at most 1,000 an inv")]
    public void Ten_thousand_transactions_to_a_hundred_peers()
    {
        using var simulation = new Simulation(7);
        var engine = Start(simulation, "poisson");
        engine.Listen();
        var remotes = Enumerable.Range(0, 100).Select(number => new Remote(simulation, engine, number)).ToList();
        var random = new Random(7);
        List<int> news = [];
        var next = 0;
        foreach (var size in (int[])[2_000, .. Enumerable.Repeat(100, 80)])
        {
            var batch = Enumerable.Range(next, size).ToList();
            next += size;
            remotes.ForEach(remote => remote.Tells(batch[random.Next(size)], batch[random.Next(size)]));
            simulation.Advance(TimeSpan.FromMilliseconds(200));
            batch.ForEach(number => engine.Manager.Tell(new AnnounceToAll(Transaction(number))));
            engine.Manager.Tell(new AnnounceToAll(Announcement.Of(InventoryVector.Block(BlockHash(-next)))));
            news.AddRange([.. batch, -next]);
            simulation.Advance(TimeSpan.FromSeconds(5));
        }

        simulation.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(10_000, next);
        Assert.Empty(engine.Stopped);
        Dictionary<InventoryVector, int> numbers = [];
        foreach (var number in news)
        {
            foreach (var item in number < 0 ? [InventoryVector.Block(BlockHash(number))] : new[] { ByTxId(number), ByWtxId(number) })
            {
                numbers.Add(item, number);
            }
        }

        remotes.ForEach(remote => remote.HasHeardAll(news, numbers));
        Assert.Equal(1_000, remotes.Max(remote => remote.LargestInv));
        remotes.ForEach(remote => remote.Dispose());
    }

    private static Announcement.OfTransaction Transaction(int number) => new(ByTxId(number).Hash, ByWtxId(number).Hash);

    private static InventoryVector ByTxId(int number) => InventoryVector.Transaction(Hash(2 * number));

    private static InventoryVector ByWtxId(int number) => InventoryVector.WitnessTransactionId(Hash((2 * number) + 1));

    private static Hash256 BlockHash(int number) => Hash(number);

    private static SimulatedEngine Start(Simulation simulation, string policy) => new(
        simulation, simulation.Network.Host("10.0.0.1"),
        $"peers {{ ping.enabled = off, idle.enabled = off, listen.max-inbound = 200, trickle.policy = {policy} }}");

    /// <summary>Seconds between the invs that a remote hears while something always waits.</summary>
    private static List<double> Measure(string policy, Direction direction)
    {
        using var simulation = new Simulation(11);
        simulation.Network.DefaultLink = LinkProfile.Default with { Latency = TimeSpan.FromMilliseconds(1), Jitter = TimeSpan.Zero, Chunks = ReadChunks.Whole };
        var engine = Start(simulation, policy);
        engine.Listen();
        using var remote = new Remote(simulation, engine, direction == Direction.Inbound ? 0 : 1);
        List<double> heard = [];
        while (heard.Count <= Gaps)
        {
            engine.Manager.Tell(new AnnounceToAll(Transaction(heard.Count)));
            Assert.Equal(1, remote.Peer.Expects<InvMessage>(TimeSpan.FromMinutes(5)).Items.Length);
            heard.Add(simulation.Elapsed.TotalSeconds);
        }

        return [.. heard.Zip(heard.Skip(1), (one, next) => next - one)];
    }

    /// <summary>How far samples are from exponential times: the greatest distance of the two distribution functions.</summary>
    private static double Distance(List<double> samples, double mean) => samples.Order()
        .Select((sample, index) => (Expected: 1 - Math.Exp(-sample / mean), Below: index / (double)samples.Count, UpTo: (index + 1) / (double)samples.Count))
        .Max(point => Math.Max(Math.Abs(point.Expected - point.Below), Math.Abs(point.UpTo - point.Expected)));

    /// <summary>One remote: the even ones dial, the odd ones are dialled; each second pair relays by wtxid.</summary>
    private sealed class Remote : IDisposable
    {
        private readonly bool _wtxIds;
        private readonly HashSet<int> _told = [];

        public Remote(Simulation simulation, SimulatedEngine engine, int number)
        {
            _wtxIds = number / 2 % 2 == 0;
            var ready = engine.Events.Of<PeerReady>().Count();
            if (number % 2 == 0)
            {
                Peer = ScriptedPeer.Dial(simulation, IPAddress.Parse($"10.0.1.{number + 1}"), engine.Events.Of<Listening>().Last().Local);
            }
            else
            {
                var at = simulation.Network.Listen(new IPEndPoint(IPAddress.Parse($"10.0.2.{number + 1}"), 18444));
                Peer = ScriptedPeer.Accept(simulation, at);
                engine.Dial(at.Endpoint);
            }

            Peer.Handshakes(_wtxIds);
            simulation.Until(() => engine.Events.Of<PeerReady>().Count() > ready, TimeSpan.FromSeconds(5));
        }

        public ScriptedPeer Peer { get; }

        public int LargestInv => Peer.Heard.OfType<InvMessage>().Max(inv => inv.Items.Length);

        public void Tells(params int[] numbers)
        {
            _told.UnionWith(numbers);
            Peer.Says(Inv([.. numbers.Select(Named)]));
        }

        /// <param name="news">Everything that was announced, in order; a block is negative.</param>
        /// <param name="numbers">What each item of an inv stands for.</param>
        public void HasHeardAll(List<int> news, Dictionary<InventoryVector, int> numbers)
        {
            // A million items are looked at: an assertion for each would take longer than all else.
            Dictionary<int, int> places = [];
            foreach (var inv in Peer.Heard.OfType<InvMessage>())
            {
                foreach (var item in inv.Items)
                {
                    if (!places.TryAdd(numbers[item], places.Count) || (item.IsTransaction && item.Kind == InventoryKind.WitnessTransactionId != _wtxIds))
                    {
                        Assert.Fail($"{item} was announced twice, or by the wrong id");
                    }
                }
            }

            var nextBlock = int.MaxValue;
            foreach (var number in Enumerable.Reverse(news))
            {
                if (places.TryGetValue(number, out var place) == _told.Contains(number))
                {
                    Assert.Fail($"{number} was announced to who told it, or not announced");
                }

                nextBlock = number < 0 ? place : nextBlock;
                if (number >= 0 && place < nextBlock && !_told.Contains(number))
                {
                    Assert.Fail($"the block behind {number} did not go past it");
                }
            }
        }

        public void Dispose() => Peer.Dispose();

        private InventoryVector Named(int number) => _wtxIds ? ByWtxId(number) : ByTxId(number);
    }
}
