using System.Collections.Immutable;
using CsCheck;
using Peers.Wire;

namespace Peers.Node.Tests;

/// <summary>Address books of all sorts.</summary>
internal static class States
{
    private static readonly (NetworkKind Kind, int Length)[] Kinds =
    [
        (NetworkKind.IPv4, 4), (NetworkKind.IPv6, 16), (NetworkKind.TorV2, 10), (NetworkKind.TorV3, 32), (NetworkKind.I2P, 32), (NetworkKind.Cjdns, 16),
    ];

    private static readonly Gen<NetworkAddress> Address =
        Gen.Int[0, Kinds.Length - 1].Select(i => Kinds[i]).SelectMany(kind => Gen.Byte.Array[kind.Length].Select(bytes => new NetworkAddress(kind.Kind, bytes)));

    private static readonly Gen<NetworkEndpoint> Endpoint = Gen.Select(Address, Gen.UShort, (address, port) => new NetworkEndpoint(address, port));

    private static readonly Gen<DateTimeOffset?> Time = Gen.OneOf(
        Gen.Const((DateTimeOffset?)null), Gen.Long[0, 253_402_300_799].Select(seconds => (DateTimeOffset?)DateTimeOffset.FromUnixTimeSeconds(seconds)));

    private static readonly Gen<ImmutableArray<ushort>> Places =
        Gen.OneOf(Gen.Const(default(ImmutableArray<ushort>)), Gen.UShort.Array[1, 8].Select(places => places.ToImmutableArray()));

    private static readonly Gen<AddressBookEntry> Entry = Gen.Select(
        Gen.Select(Gen.UInt, Gen.ULong, Endpoint, (time, services, endpoint) => new AddressEntry(time, (ServiceFlags)services, endpoint)),
        Address, Gen.Bool, Gen.Int[0, int.MaxValue], Time, Time, Places,
        (address, source, isTried, failures, tried, success, places) => new AddressBookEntry(address, source, isTried, failures, tried, success) { Places = places });

    public static Gen<AddressBookState> Any { get; } = Gen.Select(
        Gen.Byte.Array[32], Entry.Array[0, 40], Endpoint.Array[0, 3],
        (secret, entries, anchors) => new AddressBookState([.. secret], [.. entries], [.. anchors]));

    /// <summary>So many addresses, most of IPv4.</summary>
    public static AddressBookState Of(int count, int seed = 1)
    {
        var random = new Random(seed);
        return new AddressBookState(
            [.. Bytes(32)],
            [
                .. Enumerable.Range(0, count).Select(i => new AddressBookEntry(
                    new AddressEntry(1_700_000_000 + (uint)random.Next(10_000_000), (ServiceFlags)0x409, new NetworkEndpoint(Some(i), 8333)),
                    Some(0), i % 6 == 0, random.Next(4), DateTimeOffset.FromUnixTimeSeconds(1_700_000_000 + i), i % 6 == 0 ? DateTimeOffset.FromUnixTimeSeconds(1_700_000_000) : null)),
            ],
            [new NetworkEndpoint(Some(0), 8333), new NetworkEndpoint(Some(5), 8333)]);

        NetworkAddress Some(int i) => (i % 10) switch
        {
            7 => new NetworkAddress(NetworkKind.TorV3, Bytes(32)),
            8 => new NetworkAddress(NetworkKind.IPv6, Bytes(16)),
            9 => new NetworkAddress(NetworkKind.I2P, Bytes(32)),
            _ => new NetworkAddress(NetworkKind.IPv4, Bytes(4)),
        };

        byte[] Bytes(int length)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            return bytes;
        }
    }

    public static void AssertSame(AddressBookState expected, AddressBookState? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Secret.AsEnumerable(), actual.Secret);
        Assert.Equal(expected.Entries.Select(Plain), actual.Entries.Select(Plain));
        Assert.Equal(expected.Anchors.AsEnumerable(), actual.Anchors);
        static (AddressBookEntry Entry, string Places) Plain(AddressBookEntry entry) =>
            (entry with { Places = default }, entry.Places.IsDefault ? "none" : string.Join(" ", entry.Places));
    }
}
