using CsCheck;

namespace Peers.Wire.Tests.Samples;

/// <summary>Generators of addresses of every network, and of the messages that carry them.</summary>
[MessageSamples]
internal static class AddressSamples
{
    private static readonly (NetworkKind Kind, int Length)[] Known =
    [
        (NetworkKind.IPv4, 4), (NetworkKind.IPv6, 16), (NetworkKind.TorV2, 10), (NetworkKind.TorV3, 32), (NetworkKind.I2P, 32),
        (NetworkKind.Cjdns, 16),
    ];

    private static readonly Gen<NetworkAddress> Unknown =
        Gen.Select(Gen.OneOf(Gen.Const((byte)0), Gen.Byte[7, 255]), Gen.Byte.Array[0, 60])
            .Select((kind, bytes) => new NetworkAddress((NetworkKind)kind, bytes));

    /// <summary>Any address at all.</summary>
    public static Gen<NetworkAddress> Address { get; } = Gen.OneOf([.. Known.Select(known => Of(known.Kind, known.Length)), Unknown]);

    /// <summary>Addresses that the form before BIP 155 can say: IPv4 and old Tor addresses, and IPv6 that is neither in disguise.</summary>
    public static Gen<NetworkAddress> OldAddress { get; } = Gen.OneOf(
        Of(NetworkKind.IPv4, 4), Of(NetworkKind.TorV2, 10), Of(NetworkKind.IPv6, 16).Where(address => address.IsRelayable),
        Gen.Const(NetworkAddress.Unspecified));

    public static Gen<ServiceFlags> Services { get; } = Gen.OneOf(Gen.ULong[0, 0xFFF], Gen.ULong).Select(bits => (ServiceFlags)bits);

    public static Gen<NetworkEndpoint> OldEndpoint { get; } = EndpointOf(OldAddress);

    public static IReadOnlyDictionary<string, Gen<Message>> All { get; } = new Dictionary<string, Gen<Message>>
    {
        ["addr"] = SampleValues.ListOf(EntryOf(OldEndpoint), 8).Select(entries => (Message)new AddrMessage(entries)),
        ["addrv2"] = SampleValues.ListOf(EntryOf(EndpointOf(Address)), 8).Select(entries => (Message)new AddrV2Message(entries)),
        ["getaddr"] = Gen.Const<Message>(GetAddrMessage.Instance),
        ["sendaddrv2"] = Gen.Const<Message>(SendAddrV2Message.Instance),
    };

    private static Gen<NetworkAddress> Of(NetworkKind kind, int length) =>
        Gen.Byte.Array[length].Select(bytes => new NetworkAddress(kind, bytes));

    private static Gen<NetworkEndpoint> EndpointOf(Gen<NetworkAddress> address) =>
        Gen.Select(address, Gen.UShort).Select((where, port) => new NetworkEndpoint(where, port));

    private static Gen<AddressEntry> EntryOf(Gen<NetworkEndpoint> endpoint) =>
        Gen.Select(Gen.UInt, Services, endpoint).Select((time, services, where) => new AddressEntry(time, services, where));
}
