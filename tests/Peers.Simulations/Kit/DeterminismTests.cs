using System.Net;
using Akka.Actor;
using Akka.IO;
using Peers.TestKit;

namespace Peers.Simulations.Kit;

/// <summary>A small swarm of actors that talk over the network, with timers and a fault: everything that could differ between two runs.</summary>
public sealed class DeterminismTests
{
    [Fact(DisplayName = "Two runs with one seed have one trace, to the byte and the instant")]
    public void Same_seed_same_trace()
    {
        var first = Swarm(seed: 11);

        Assert.True(first.Lines.Count > 1000, $"{first.Lines.Count} lines");
        Assert.Equal(first.Text, Swarm(seed: 11).Text);
    }

    [Fact(DisplayName = "Runs with different seeds differ")]
    public void Other_seed_other_trace() =>
        Assert.Equal(5, Enumerable.Range(0, 5).Select(seed => Swarm(seed).Digest).Distinct().Count());

    // The digest is a constant, so that every process on every machine has to agree. It changes when the kit's draws change: then it is renewed.
    [Fact(DisplayName = "A seed means the same in every process")]
    public void Same_trace_in_every_process() =>
        Assert.Equal("3f199a53", Swarm(seed: 11).Digest[..8]);

    [Fact(DisplayName = "Latencies, losses, crashes, partitions, routers, onions and proxies mean the same in every process, too")]
    public void Same_faults_in_every_process()
    {
        Assert.NotEqual(Faults(seed: 12), Faults(seed: 11));
        Assert.Equal("0b852ef6", Faults(seed: 11));
    }

    private static string Faults(int seed)
    {
        using var simulation = new Simulation(seed);
        var network = simulation.Network;
        network.RetransmissionLimit = TimeSpan.FromSeconds(30);
        network.DefaultLink = LinkProfile.Default with
        {
            Latencies = LatencyDistribution.LogNormal(TimeSpan.FromMilliseconds(80), 0.6),
            Delays = LatencyDistribution.Exponential(TimeSpan.Zero, TimeSpan.FromMilliseconds(10)),
            Loss = 0.05,
            BytesPerSecond = 50_000,
        };
        var nat = network.Nat("203.0.113.5");
        SimulatedHost[] hosts = [network.Host("10.0.0.1"), network.Host("2001:db8::2", "10.0.0.2"), network.Host("carol.onion"), nat.Host("192.168.0.4")];
        hosts[0].UploadBytesPerSecond = hosts[1].DownloadBytesPerSecond = 60_000;
        var listeners = Array.ConvertAll(hosts, host => host.Listen(8333));
        var proxy = network.Proxy(new IPEndPoint(IPAddress.Parse("10.0.0.9"), 1), listeners[0].Endpoint);
        proxy.Forth = new ProxyFaults { Split = 300, Delay = TimeSpan.FromMilliseconds(5), Corrupt = 1000 };
        RawPeer[] dialled =
        [
            hosts[0].Dial(new IPEndPoint(IPAddress.Parse("10.0.0.2"), 8333)), hosts[0].Dial(new DnsEndPoint("carol.onion", 8333)),
            hosts[3].Dial(listeners[0].Endpoint), hosts[3].Dial(proxy.Endpoint), hosts[2].Dial(listeners[0].Endpoint),
        ];
        for (var round = 0; round < 100; round++)
        {
            foreach (var peer in dialled)
                peer.Send(new byte[500 + round]);
            simulation.Advance(TimeSpan.FromMilliseconds(200));
            switch (round)
            {
                case 30: network.Partition(hosts[..1]); break;
                case 60: hosts[1].Crash(); break;
                case 80: hosts[1].Restart(); break;
            }
        }

        simulation.Advance(TimeSpan.FromMinutes(1));
        return simulation.Trace.Digest[..8];
    }

    private static SimulationTrace Swarm(int seed)
    {
        using var simulation = new Simulation(seed);
        var endpoints = Enumerable.Range(1, 6).Select(number => new IPEndPoint(IPAddress.Parse($"10.0.0.{number}"), 8333)).ToArray();
        foreach (var endpoint in endpoints)
        {
            var tcp = simulation.Network.Host(endpoint.Address).Tcp;
            var random = simulation.Random($"node {endpoint}");
            simulation.ActorOf(Props.Create(() => new Node(tcp, endpoint, endpoints, random)), $"node-{endpoint.Address}");
        }

        simulation.Advance(TimeSpan.FromMinutes(2));
        simulation.Network.Blackhole(endpoints[2].Address);
        simulation.Advance(TimeSpan.FromMinutes(2));
        simulation.Network.Restore(endpoints[2].Address);
        simulation.Network.Connections[3].ResetAfter(100);
        simulation.Advance(TimeSpan.FromMinutes(2));

        // Akka stops children in the order of their names' hash codes, which no two processes share.
        simulation.ActorOf(Props.Create(() => new Family(simulation.Trace))).Tell(PoisonPill.Instance);
        simulation.Run();
        return simulation.Trace;
    }

    private sealed class Family(SimulationTrace trace) : UntypedActor
    {
        protected override void PreStart()
        {
            foreach (var name in new[] { "connection", "handshake", "ping", "trickle", "inbox", "spare" })
                Context.ActorOf(Props.Create(() => new Child(trace)), name);
        }

        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class Child(SimulationTrace trace) : UntypedActor
    {
        protected override void PostStop() => trace.Write($"stopped {Self.Path.Name}");

        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class Node(IActorRef tcp, IPEndPoint own, IPEndPoint[] all, Random random) : UntypedActor, IWithTimers
    {
        private readonly List<IActorRef> _connections = [];

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreStart()
        {
            tcp.Tell(new Tcp.Bind(Self, own, pullMode: true));
            Timers.StartPeriodicTimer("talk", Talk.Instance, TimeSpan.FromMilliseconds(2000 + random.Next(500)));
            foreach (var endpoint in all.Where(_ => random.Next(2) == 0))
                tcp.Tell(new Tcp.Connect(endpoint, pullMode: true, timeout: TimeSpan.FromSeconds(5)));
        }

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case Tcp.Connected:
                    _connections.Add(Sender);
                    Sender.Tell(new Tcp.Register(Self));
                    Sender.Tell(Tcp.ResumeReading.Instance);
                    break;
                case Tcp.Received received:
                    if (received.Data.Count % 3 == 0)
                        Sender.Tell(Tcp.Write.Create(received.Data.Slice(0, received.Data.Count / 3)));
                    Sender.Tell(Tcp.ResumeReading.Instance);
                    break;
                case Talk when _connections.Count > 0:
                    var bytes = new byte[random.Next(1, 3000)];
                    random.NextBytes(bytes);
                    _connections[random.Next(_connections.Count)].Tell(Tcp.Write.Create(ByteString.FromBytes(bytes)));
                    break;
                case Tcp.ConnectionClosed:
                    _connections.Remove(Sender);
                    break;
            }
        }

        private sealed class Talk
        {
            public static readonly Talk Instance = new();
        }
    }
}
