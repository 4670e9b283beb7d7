using System.Buffers.Binary;
using System.Globalization;
using Akka.Configuration;
using Peers.Wire;
using Xunit.Abstractions;

namespace Peers.Crawler.Tests;

/// <summary>Measures the memory of the whole process, so nothing may run beside it.</summary>
[CollectionDefinition(nameof(FrontierMemoryTests), DisableParallelization = true)]
public sealed class FrontierMemoryCollection;

[Collection(nameof(FrontierMemoryTests))]
public sealed class FrontierMemoryTests(ITestOutputHelper output)
{
    private static double Millions =>
        double.TryParse(Environment.GetEnvironmentVariable("PEERS_CRAWLER_MILLIONS"), CultureInfo.InvariantCulture, out var millions) ? millions : 0.5;

    [Fact(DisplayName = "A known address takes less than 90 bytes, in the frontier and in what a worker remembers of it, however many there are")]
    public void Bytes_of_an_address()
    {
        var settings = CrawlSettings.From(ConfigurationFactory.ParseString("peers.crawler.max-known = 10000000").WithFallback(CrawlSettings.DefaultConfig));
        var rules = new DialRules(settings);
        var count = (int)(Millions * 1_000_000);
        var now = 1_800_000_000_000;
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var frontiers = Enumerable.Range(0, Netgroup.Partitions).Select(_ => new Frontier<string>(settings, rules, new Random(1))).ToArray();
        var seen = new SeenNodes(2 * settings.MaxKnown);
        var random = new Random(2);
        Span<byte> bytes = stackalloc byte[16];
        for (var index = 0; index < count; index++)
        {
            // As Bitcoin Core's seeds were found: five of six are IPv4.
            random.NextBytes(bytes);
            BinaryPrimitives.WriteInt32BigEndian(bytes, 0x2A000000 | (random.Next() & 0xFFFFFF));
            var address = index % 6 == 0 ? new NetworkAddress(NetworkKind.IPv6, bytes) : new NetworkAddress(NetworkKind.IPv4, bytes[1..5]);
            var endpoint = new NetworkEndpoint(address, 8333);
            seen.Add(NodeId.Of(endpoint), true);
            frontiers[Netgroup.PartitionOf(address)].Learn(new LearnedNode(endpoint, (uint)(now / 1000) - 60, ServiceFlags.Network), now);
        }

        var known = frontiers.Sum(frontier => (long)frontier.Known);
        var perAddress = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / known;
        output.WriteLine($"{known:N0} addresses, {perAddress:0.0} bytes each, {perAddress * known / 1e6:0} MB");
        GC.KeepAlive(seen);
        GC.KeepAlive(frontiers);
        Assert.InRange(perAddress, 1, 90);
    }
}
