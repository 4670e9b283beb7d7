using Akka.Actor;
using CsCheck;
using Peers.Wire;

namespace Peers.Crawler.Tests.Cluster;

/// <summary>Messages of every type that crosses machines, and what makes two of them the same.</summary>
internal sealed class SomeMessages(IReadOnlyList<IActorRef> actors)
{
    private static readonly Gen<NetworkEndpoint> Endpoint =
        from kind in OneOf(NetworkKind.IPv4, NetworkKind.IPv6, NetworkKind.TorV2, NetworkKind.TorV3, NetworkKind.I2P, NetworkKind.Cjdns)
        from bytes in Gen.Byte.Array[LengthOf(kind)]
        from port in Gen.UShort
        select new NetworkEndpoint(new NetworkAddress(kind, bytes), port);

    private static readonly Gen<TimeSpan> Length = Gen.Long[-1_000, 10_000_000_000].Select(TimeSpan.FromMilliseconds);

    private static readonly Gen<long> Whole = Gen.OneOf(Gen.Long[0, 300], Gen.Long[0, long.MaxValue]);

    private static readonly Gen<int> Count = Gen.OneOf(Gen.Int[0, 300], Gen.Int[0, int.MaxValue]);

    private static readonly Gen<int> Partition = Gen.Int[0, 255];

    private static readonly Gen<VisitReport> Visit =
        from endpoint in Endpoint
        from outcome in OneOf([.. VisitOutcomes.All])
        from at in Gen.Long[0, 4_000_000_000_000]
        from answered in Gen.Bool
        select new VisitReport(endpoint, outcome, DateTimeOffset.FromUnixTimeMilliseconds(at), answered);

    private static readonly Gen<LearnedNode> Heard =
        from endpoint in Endpoint
        from seen in Gen.UInt
        from services in Gen.ULong
        select new LearnedNode(endpoint, seen, (ServiceFlags)services);

    private static readonly Gen<LeasedNode> Given = Gen.Select(Endpoint, Gen.Bool, (endpoint, ask) => new LeasedNode(endpoint, ask));

    private static readonly Gen<WorkerFigures> Figures =
        from counts in Whole.Array[WorkerFigures.None.Outcomes.Length + WorkerFigures.None.Reached.Length + 5]
        from few in Count.Array[2]
        from rate in Gen.Double[0, 1e9]
        select new WorkerFigures(
            counts[0], [.. counts[5..(5 + WorkerFigures.None.Outcomes.Length)]], [.. counts[(5 + WorkerFigures.None.Outcomes.Length)..]], few[0], few[1], rate,
            counts[1], counts[2], counts[3], counts[4]);

    private static readonly Gen<CrawlProgress> Progress =
        from phase in OneOf(Enum.GetValues<CrawlPhase>())
        from counts in Whole.Array[7]
        from workers in Count
        from lengths in Length.Array[2]
        from figures in Figures
        from fault in Gen.Char.AlphaNumeric.Array[0, 40]
        select new CrawlProgress(
            phase, counts[0], lengths[0], counts[1], counts[2], counts[3], counts[4], counts[5], counts[6], workers, lengths[1], figures, "„" + new string(fault));

    private readonly Gen<IActorRef> _actor = OneOf([.. actors]);

    /// <summary>One generator for each type.</summary>
    public IReadOnlyList<Gen<CrawlMessage>> Each =>
    [
        from actor in _actor
        from partition in Partition
        from snapshot in Whole
        from capacity in Count
        select (CrawlMessage)new Lease(partition, snapshot, actor, capacity),
        from actor in _actor
        from partition in Partition
        from snapshot in Whole
        from number in Whole
        from visits in Visit.Array[0, 20]
        select (CrawlMessage)new Report(partition, snapshot, actor, number, [.. visits]),
        from actor in _actor
        from partition in Partition
        from snapshot in Whole
        from number in Whole
        from nodes in Heard.Array[0, 20]
        select (CrawlMessage)new Learned(partition, snapshot, actor, number, [.. nodes]),
        from actor in _actor
        from partition in Partition
        from snapshot in Whole
        from reload in Gen.Bool
        select (CrawlMessage)new GetPartitionStatus(partition, snapshot, actor, reload),
        from partition in Partition
        from nodes in Given.Array[0, 20]
        from lengths in Length.Array[2]
        select (CrawlMessage)new Leased(partition, [.. nodes], lengths[0], lengths[1]),
        Gen.Select(Partition, Whole, (partition, number) => (CrawlMessage)new Reported(partition, number)),
        Gen.Select(Partition, Whole, (partition, number) => (CrawlMessage)new LearnedKept(partition, number)),
        from partition in Partition
        from counts in Count.Array[5]
        from dropped in Whole
        from due in Length
        from reloaded in Gen.Bool
        select (CrawlMessage)new PartitionStatus(partition, counts[0], counts[1], counts[2], counts[3], counts[4], dropped, due, reloaded),
        from actor in _actor
        from figures in Figures
        from snapshot in Whole
        from phase in OneOf(Enum.GetValues<CrawlPhase>())
        select (CrawlMessage)new WorkerStatus(actor, figures, snapshot, phase),
        from actor in _actor
        from snapshot in Whole
        from network in Gen.Char.AlphaNumeric.Array[0, 30]
        from rate in Gen.Double[0, 1e9]
        from connections in Count
        from allowance in Whole
        from valid in Length
        from phase in OneOf(Enum.GetValues<CrawlPhase>())
        from progress in Progress
        select (CrawlMessage)new WorkerOrders(actor, snapshot, new string(network), rate, connections, allowance, valid, phase, progress),
        Gen.Const((CrawlMessage)DrainCrawl.Instance),
    ];

    /// <summary>The longest node that there is: of an overlay network, offering everything.</summary>
    public static LearnedNode Longest(int number) => new(
        new NetworkEndpoint(new NetworkAddress(NetworkKind.I2P, [.. BitConverter.GetBytes(number), .. new byte[28]]), 65535), uint.MaxValue, (ServiceFlags)ulong.MaxValue);

    /// <summary>A message in words: its lists by what they hold, which records do not do.</summary>
    public static string InWords(object message) => message switch
    {
        Report report => $"{report with { Visits = [] }} {string.Join("; ", report.Visits)}",
        Learned learned => $"{learned with { Nodes = [] }} {string.Join("; ", learned.Nodes)}",
        Leased leased => $"{leased with { Nodes = [] }} {string.Join("; ", leased.Nodes)}",
        WorkerStatus status => $"{status} {InWords(status.Figures)}",
        WorkerOrders orders => $"{orders} {InWords(orders.Progress.Figures)}",
        WorkerFigures figures => $"{string.Join(',', figures.Outcomes)}; {string.Join(',', figures.Reached)}",
        _ => message.ToString()!,
    };

    private static int LengthOf(NetworkKind kind) => kind switch
    {
        NetworkKind.IPv4 => 4,
        NetworkKind.TorV2 => 10,
        NetworkKind.IPv6 or NetworkKind.Cjdns => 16,
        _ => 32,
    };

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);
}
