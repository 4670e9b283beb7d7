using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Event;
using CsCheck;
using Peers.Wire;

namespace Peers.Crawler.Tests.Cluster;

public sealed class CrawlSerializerTests : IAsyncLifetime
{
    private const int FrameBytes = 128_000;

    private readonly ActorSystem _system = ActorSystem.Create("crawl");
    private readonly CrawlSerializer _serializer;
    private readonly SomeMessages _some;
    private readonly IActorRef _actor;

    public CrawlSerializerTests()
    {
        _serializer = new CrawlSerializer((ExtendedActorSystem)_system);
        _actor = _system.ActorOf(Props.Empty, "worker");
        _some = new SomeMessages([_actor, _system.ActorOf(Props.Empty, "coordinator")]);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _system.Terminate();

    [Fact(DisplayName = "Every type of the protocol has a form, and is the same after its journey")]
    public void Round_trip()
    {
        var types = new HashSet<Type>();
        foreach (var messages in _some.Each)
        {
            messages.Sample(
                message =>
                {
                    lock (types)
                    {
                        types.Add(message.GetType());
                    }

                    var arrived = Read(_serializer.ToBinary(message), _serializer.Manifest(message));
                    return SomeMessages.InWords(message) == SomeMessages.InWords(arrived);
                },
                iter: 300);
        }

        var all = typeof(CrawlMessage).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(CrawlMessage)) && !type.IsAbstract);
        Assert.Equal(all.OrderBy(type => type.Name), types.OrderBy(type => type.Name));
    }

    [Fact(DisplayName = "However many messages are refused, the log has one line of it, in which nothing of the sender's breaks a line")]
    public void One_line()
    {
        var lines = new BlockingCollection<Warning>();
        var listener = _system.ActorOf(ActorFactory.Props(() => new Listener(lines)));
        _system.EventStream.Subscribe(listener, typeof(Warning));

        for (var number = 0; number < 1_000; number++)
        {
            Assert.Throws<SerializationException>(() => _serializer.FromBinary([], "L9\r\n\u001b[2J"));
        }

        _system.EventStream.Publish(new Warning("", typeof(string), "the last"));
        Assert.Equal(
            "Messages of other machines that were refused and dropped: 1, the last of them a message of the unknown kind 'L9???[2J': is that machine of another version?",
            $"{lines.Take().Message}");
        Assert.Equal("the last", lines.Take().Message);
    }

    [Fact(DisplayName = "A minute after a line of the log, the next refusal makes another one, with the number of those between")]
    public void Next_line()
    {
        var refused = new RefusedMessages();

        Assert.Equal(1, refused.Add(TimeSpan.Zero));
        Assert.Equal(0, refused.Add(TimeSpan.FromSeconds(1)));
        Assert.Equal(0, refused.Add(RefusedMessages.Silence - TimeSpan.FromTicks(1)));
        Assert.Equal(3, refused.Add(RefusedMessages.Silence));
        Assert.Equal(0, refused.Add(RefusedMessages.Silence));
    }

    [Fact(DisplayName = "A message that was cut anywhere is refused")]
    public void Truncated()
    {
        foreach (var messages in _some.Each)
        {
            var message = messages.Single(_ => true, "0000KOIPe036");
            var bytes = _serializer.ToBinary(message);
            for (var length = 0; length < bytes.Length; length++)
            {
                Assert.Throws<SerializationException>(() => Read(bytes[..length], _serializer.Manifest(message)));
            }

            Assert.Throws<SerializationException>(() => Read([.. bytes, 0], _serializer.Manifest(message)));
        }
    }

    [Fact(DisplayName = "A message with a wrong bit is refused, or says what exactly those bytes say")]
    public void Flipped()
    {
        foreach (var messages in _some.Each)
        {
            messages.Sample(
                message =>
                {
                    var bytes = _serializer.ToBinary(message);
                    for (var bit = 0; bit < bytes.Length * 8; bit++)
                    {
                        var flipped = (byte[])bytes.Clone();
                        flipped[bit / 8] ^= (byte)(1 << (bit % 8));
                        // An actor's path has several spellings; all else has one.
                        if (TryRead(flipped, _serializer.Manifest(message)) is { } read && ActorOf(read) is null)
                        {
                            Assert.Equal(flipped, _serializer.ToBinary(read));
                        }
                    }
                },
                iter: 5);
        }
    }

    [Theory(DisplayName = "A count that lies is found before room is made for it")]
    [InlineData("N1", new byte[] { 0xFE, 0xFF, 0xFF, 0xFF, 0x7F })]
    [InlineData("N1", new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF })]
    [InlineData("N1", new byte[] { 0xFD, 0xD0, 0x07 })]
    [InlineData("R1", new byte[] { 0xFE, 0xFF, 0xFF, 0xFF, 0x7F })]
    public void Lying_count(string manifest, byte[] count)
    {
        var honest = manifest == "N1"
            ? _serializer.ToBinary(new Learned(1, 1, _actor, 1, []))
            : _serializer.ToBinary(new Report(1, 1, _actor, 1, []));
        byte[] lie = [.. honest[..^1], .. count];
        TryRead(lie, manifest);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Null(TryRead(lie, manifest));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000);
    }

    [Theory(DisplayName = "A message of an unknown kind or version is refused")]
    [InlineData("L2")]
    [InlineData("")]
    [InlineData("Peers.Crawler.Lease, Peers.Crawler")]
    public void Unknown_manifest(string manifest) =>
        Assert.Throws<SerializationException>(() => Read(_serializer.ToBinary(new Lease(1, 1, _actor, 1)), manifest));

    [Fact(DisplayName = "A path that is none, an outcome that is none, an address of an unknown network, a rate that is no number are refused")]
    public void Values_that_are_none()
    {
        Assert.Throws<SerializationException>(() => Read([1, 1, 4, (byte)'n', (byte)'o', (byte)'p', (byte)'e', 1], "L1"));
        var report = _serializer.ToBinary(new Report(1, 1, _actor, 1, [new VisitReport(Node(1), VisitOutcome.Complete, DateTimeOffset.UnixEpoch, false)]));
        report[^10] = 16;
        Assert.Throws<SerializationException>(() => Read(report, "R1"));
        Assert.Throws<SerializationException>(() => Read([1, 1, 9, 2, 1, 1, 0, 80, 0, .. new byte[16]], "LD1"));
        var orders = new WorkerOrders(_actor, 1, "main", double.NaN, 1, 1, default, CrawlPhase.Running, CrawlProgress.None);
        Assert.Throws<SerializationException>(() => _serializer.ToBinary(orders));
        Assert.Throws<SerializationException>(() => _serializer.ToBinary(new Lease(256, 1, _actor, 1)));
        Assert.Throws<SerializationException>(() => _serializer.ToBinary(new Lease(1, 1, ActorRefs.Nobody, 1)));
        Assert.Throws<SerializationException>(() => _serializer.ToBinary(new Lease(1, -1, _actor, 1)));
    }

    [Fact(DisplayName = "The longest message fits into a frame, and one node more is refused where it is sent")]
    public void Longest()
    {
        var nodes = Enumerable.Range(0, CrawlSerializer.MaxNodes).Select(SomeMessages.Longest).ToImmutableArray();
        var learned = new Learned(255, long.MaxValue, _actor, long.MaxValue, nodes);

        Assert.InRange(_serializer.ToBinary(learned).Length, FrameBytes / 2, FrameBytes - 8_192);

        var fault = Assert.Throws<SerializationException>(() => _serializer.ToBinary(learned with { Nodes = nodes.Add(nodes[0]) }));
        Assert.Contains("2000", fault.Message, StringComparison.Ordinal);
        Assert.True(CrawlWorkerActor.MostPerMessage <= CrawlSerializer.MaxNodes);
    }

    [Fact(DisplayName = "A long account of a fault is cut, and its message arrives")]
    public void Long_fault()
    {
        var progress = CrawlProgress.None with { Fault = new string('ß', 5_000) };
        var orders = new WorkerOrders(_actor, 1, "main", 1, 1, 1, default, CrawlPhase.Running, progress);

        var arrived = Assert.IsType<WorkerOrders>(Read(_serializer.ToBinary(orders), "O1"));

        Assert.Equal(new string('ß', 1_000), arrived.Progress.Fault);
    }

    [Fact(DisplayName = "The form does not change: these bytes are on their way between machines of two versions")]
    public void Known_bytes()
    {
        var leased = new Leased(7, [new LeasedNode(NetworkEndpoint.Parse("1.2.3.4:8333"), true)], TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(2));

        Assert.Equal("0701010401020304208D01E8030000000000000200000000000000", Convert.ToHexString(_serializer.ToBinary(leased)));
        Assert.Equal("05FDE803", Convert.ToHexString(_serializer.ToBinary(new Reported(5, 1000))));
        Assert.Equal(8333, _serializer.Identifier);
    }

    [Fact(DisplayName = "An object of any other type has no form")]
    public void Other_types()
    {
        Assert.Throws<SerializationException>(() => _serializer.Manifest("text"));
        Assert.Throws<SerializationException>(() => _serializer.Manifest(LeaveCrawl.Instance));
    }

    private static NetworkEndpoint Node(byte number) => NetworkEndpoint.Parse($"1.2.3.{number}:8333");

    private static IActorRef? ActorOf(object message) => message switch
    {
        Lease lease => lease.Worker,
        Report report => report.Worker,
        Learned learned => learned.Worker,
        GetPartitionStatus get => get.Coordinator,
        WorkerStatus status => status.Worker,
        WorkerOrders orders => orders.Coordinator,
        _ => null,
    };

    private object Read(byte[] bytes, string manifest) => _serializer.FromBinary(bytes, manifest);

    private object? TryRead(byte[] bytes, string manifest)
    {
        try
        {
            return Read(bytes, manifest);
        }
        catch (SerializationException)
        {
            return null;
        }
    }

    private sealed class Listener(BlockingCollection<Warning> lines) : UntypedActor
    {
        protected override void OnReceive(object message) => lines.Add((Warning)message);
    }
}
