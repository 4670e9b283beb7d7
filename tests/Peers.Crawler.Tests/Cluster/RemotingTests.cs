using System.Collections.Immutable;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace Peers.Crawler.Tests.Cluster;

/// <summary>Two actor systems with the configuration of a cluster, over TCP on loopback.</summary>
public sealed class RemotingTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Channel<object> _arrived = Channel.CreateUnbounded<object>();
    private readonly List<ActorSystem> _systems = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => Task.WhenAll(_systems.Select(system => system.Terminate()));

    [Fact(DisplayName = "The longest message crosses, with its sender's path, and can be answered")]
    public async Task Longest()
    {
        var (sender, remote) = Pair();
        var worker = sender.ActorOf(Props.Create(() => new Recorder(_arrived.Writer)), "worker");
        var nodes = Enumerable.Range(0, CrawlSerializer.MaxNodes).Select(SomeMessages.Longest).ToImmutableArray();

        remote.Tell(new Learned(255, 1, worker, 1, nodes));

        var learned = Assert.IsType<Learned>(await NextAsync());
        Assert.Equal(nodes.Length, learned.Nodes.Length);
        Assert.All(nodes.Zip(learned.Nodes), pair => Assert.Equal(pair.First, pair.Second));
        learned.Worker.Tell(new LearnedKept(255, 1));
        Assert.Equal(new LearnedKept(255, 1), await NextAsync());
    }

    [Fact(DisplayName = "A poisoned message is dropped alone: what was sent before and after it arrives")]
    public async Task Poisoned()
    {
        var (sender, remote) = Pair("akka.actor.serializers.peers-crawler = \"" + typeof(PoisonSerializer).AssemblyQualifiedName + "\"");
        var worker = sender.ActorOf(Props.Empty, "worker");

        remote.Tell(new Lease(1, 1, worker, 1));
        for (var kind = 0; kind < PoisonSerializer.Kinds; kind++)
        {
            remote.Tell(new Lease(66, kind, worker, 1));
        }

        remote.Tell(new Lease(2, 1, worker, 1));

        Assert.Equal(1, Assert.IsType<Lease>(await NextAsync()).Partition);
        Assert.Equal(2, Assert.IsType<Lease>(await NextAsync()).Partition);
    }

    [Fact(DisplayName = "An object of any other type is refused where it is sent, though Akka could send it by reflection")]
    public async Task Other_types()
    {
        var (sender, remote) = Pair();
        var worker = sender.ActorOf(Props.Empty, "worker");

        remote.Tell(new Stray("of a user"));
        remote.Tell(LeaveCrawl.Instance);
        remote.Tell(new List<int> { 1 });
        remote.Tell(new Lease(1, 1, worker, 1));

        Assert.IsType<Lease>(await NextAsync());
    }

    [Fact(DisplayName = "A message by reflection, of a system that sends such, makes no object here")]
    public async Task Reflection()
    {
        var (sender, remote) = Pair(
            "akka.actor.serializers.json = \"Akka.Serialization.NewtonSoftJsonSerializer, Akka\", akka.actor.serialization-settings.allow-unregistered-types = on");
        var worker = sender.ActorOf(Props.Empty, "worker");
        Stray.Made = 0;

        var stray = new Stray("of a user");
        remote.Tell(stray);
        remote.Tell(new Lease(1, 1, worker, 1));

        Assert.IsType<Lease>(await NextAsync());
        Assert.Equal(1, Stray.Made);
    }

    private async Task<object> NextAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        return await _arrived.Reader.ReadAsync(deadline.Token);
    }

    /// <summary>A system that sends, and an actor of another that records what arrives.</summary>
    private (ActorSystem Sender, IActorRef Remote) Pair(string ofSender = "")
    {
        const string quiet = "akka { actor.provider = remote, loglevel = OFF, stdout-loglevel = OFF }";
        var config = ConfigurationFactory.ParseString(quiet).WithFallback(ClusterCrawl.Configure(Config.Empty, "127.0.0.1:0", []));
        var receiver = ActorSystem.Create(ClusterCrawl.SystemName, config);
        var sender = ActorSystem.Create(ClusterCrawl.SystemName, ConfigurationFactory.ParseString(ofSender).WithFallback(config));
        _systems.AddRange([receiver, sender]);
        receiver.ActorOf(Props.Create(() => new Recorder(_arrived.Writer)), "recorder");
        var address = ((ExtendedActorSystem)receiver).Provider.DefaultAddress;
        return (sender, ((ExtendedActorSystem)sender).Provider.ResolveActorRef($"{address}/user/recorder"));
    }

    private sealed class Recorder(ChannelWriter<object> arrived) : UntypedActor
    {
        protected override void OnReceive(object message) => arrived.TryWrite(message);
    }

    private sealed class Stray
    {
        public Stray(string text)
        {
            Text = text;
            Made++;
        }

        public static int Made { get; set; }

        public string Text { get; }
    }

    /// <summary>Sends partition 66's messages broken, each in another way.</summary>
    private sealed class PoisonSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
    {
        public const int Kinds = 6;

        private readonly CrawlSerializer _honest = new(system);

        public override int Identifier => _honest.Identifier;

        public override string Manifest(object o) => o is Lease { Partition: 66, Snapshot: 0 } ? "L9" : _honest.Manifest(o);

        public override byte[] ToBinary(object obj)
        {
            var bytes = _honest.ToBinary(obj);
            return obj is not Lease { Partition: 66 } lease
                ? bytes
                : lease.Snapshot switch
                {
                    1 => [],
                    2 => bytes[..^1],
                    3 => [.. bytes, 1],
                    4 => [.. bytes[..2], 0xFE, 0xFF, 0xFF, 0xFF, 0x7F],
                    5 => [.. bytes[..2], 3, (byte)'a', (byte)':', (byte)'/', 1],
                    _ => bytes,
                };
        }

        public override object FromBinary(byte[] bytes, string manifest) => _honest.FromBinary(bytes, manifest);
    }
}
