using Peers.Wire;

namespace Peers.Crawler.Tests.Storage;

/// <summary>Visits and nodes to write to stores.</summary>
internal static class StoreSamples
{
    public static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1_780_000_000_123);

    public static readonly uint StartSeconds = (uint)Start.ToUnixTimeSeconds();

    public static readonly NetworkEndpoint Alice = NetworkEndpoint.Parse("203.0.113.7:8333");

    public static readonly NetworkEndpoint Bob = NetworkEndpoint.Parse("[2001:db8::7]:18333");

    /// <summary>One of each network, with the lowest and the highest port, and those that look like another network's.</summary>
    public static readonly IReadOnlyList<NetworkEndpoint> Strange =
    [
        Alice,
        Bob,
        NetworkEndpoint.Parse("203.0.113.7:0"),
        NetworkEndpoint.Parse("203.0.113.7:65535"),
        new(new NetworkAddress(NetworkKind.TorV3, [.. Enumerable.Range(0, 32).Select(i => (byte)i)]), 8333),
        new(new NetworkAddress(NetworkKind.TorV2, [.. Enumerable.Range(0, 10).Select(i => (byte)i)]), 8333),
        new(new NetworkAddress(NetworkKind.I2P, [.. Enumerable.Range(0, 32).Select(i => (byte)(255 - i))]), 0),
        new(new NetworkAddress(NetworkKind.Cjdns, [0xFC, .. Enumerable.Range(0, 15).Select(i => (byte)i)]), 8333),
        new(new NetworkAddress(NetworkKind.IPv6, [0xFC, .. Enumerable.Range(0, 15).Select(i => (byte)i)]), 8333),
        new(new NetworkAddress(NetworkKind.IPv6, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 203, 0, 113, 7]), 8333),
        new(new NetworkAddress(NetworkKind.IPv6, new byte[16]), 8333),
        new(new NetworkAddress((NetworkKind)9, [1, 2, 3]), 8333),
    ];

    public static NetworkEndpoint Node(int number) =>
        new(new NetworkAddress(NetworkKind.IPv4, [(byte)(1 + (number >> 24)), (byte)(number >> 16), (byte)(number >> 8), (byte)number]), 8333);

    public static AddressEntry Entry(NetworkEndpoint endpoint, uint age = 0) => new(StartSeconds - age, ServiceFlags.Network | ServiceFlags.Witness, endpoint);

    public static LearnedNode Learned(NetworkEndpoint endpoint, uint age = 0) => new(endpoint, StartSeconds - age, ServiceFlags.Network);

    /// <summary>A visit of a node that was there and answered.</summary>
    public static Visit Complete(NetworkEndpoint endpoint, TimeSpan after = default, IReadOnlyList<AddressEntry>? entries = null) => new(
        endpoint, Start + after, VisitOutcome.Complete, "",
        new VisitDurations(TimeSpan.FromMicroseconds(12_345), TimeSpan.FromMilliseconds(80), TimeSpan.FromSeconds(2), TimeSpan.FromMicroseconds(2_092_345)),
        new NodeVersion(70016, ServiceFlags.Network | ServiceFlags.Witness | (ServiceFlags)(1UL << 63), "/Satoshi:27.0.0/", 900_000, TimeSpan.FromSeconds(-3)),
        entries is null ? null : new AddressAnswer(entries, SelfAnnounced: true));

    /// <summary>A visit of a node that was not there.</summary>
    public static Visit Failed(NetworkEndpoint endpoint, VisitOutcome outcome, TimeSpan after = default) => new(
        endpoint, Start + after, outcome, "nobody there", new VisitDurations(null, null, null, TimeSpan.FromSeconds(3)), null, null);

    /// <summary>Visits with lists compare by reference: this compares what is in them.</summary>
    public static void AssertSame(Visit expected, Visit actual)
    {
        Assert.Equal(expected with { Addresses = null }, actual with { Addresses = null });
        Assert.Equal(expected.Addresses?.SelfAnnounced, actual.Addresses?.SelfAnnounced);
        Assert.Equal(expected.Addresses?.Entries, actual.Addresses?.Entries);
    }
}
