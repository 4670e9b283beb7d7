using Peers.Wire.Tests.Samples;

namespace Peers.Wire.Tests.Addresses;

/// <summary>
/// Addresses on the wire, with the cases of Bitcoin Core's src/test/net_tests.cpp (cnetaddr_serialize_v1, cnetaddr_serialize_v2,
/// cnetaddr_unserialize_v2) and src/test/netbase_tests.cpp (caddress_*).
/// </summary>
public sealed class AddressWireTests
{
    private const string LongAddress = "unknown-170:01020304";

    [Theory(DisplayName = "The form of BIP 155 is Bitcoin Core's, both ways")]
    [InlineData("::", "021000000000000000000000000000000000")]
    [InlineData("1.2.3.4", "010401020304")]
    [InlineData("1a1b:2a2b:3a3b:4a4b:5a5b:6a6b:7a7b:8a8b", "02101a1b2a2b3a3b4a4b5a5b6a6b7a7b8a8b")]
    [InlineData(
        "kpgvmscirrdqpekbqjsvw5teanhatztpp2gl6eee4zkowvwfxwenqaid.onion",
        "042053cd5648488c4707914182655b7664034e09e66f7e8cbf1084e654eb56c5bd88")]
    [InlineData("102:304:506:708:90a:b0c:d0e:f10", "02100102030405060708090a0b0c0d0e0f10")]
    [InlineData("fd6b:88c0:8724:ca97:8112:ca1b:bdca:fac2", "0210fd6b88c08724ca978112ca1bbdcafac2")]
    [InlineData("6hzph5hv6337r6p2.onion", "030af1f2f3f4f5f6f7f8f9fa")]
    [InlineData(
        "ukeu3k5oycgaauneqgtnvselmt4yemvoilkln7jpvamvfx7dnkdq.b32.i2p",
        "0520a2894dabaec08c0051a481a6dac88b64f98232ae42d4b6fd2fa81952dfe36a87")]
    [InlineData("fc00:1:2:3:4:5:6:7", "0610fc000001000200030004000500060007")]
    [InlineData(LongAddress, "aa0401020304")]
    [InlineData("unknown-170:", "aa00")]
    public void Addresses_of_BIP_155_are_read_and_written(string text, string hex)
    {
        var address = ReadV2(hex);
        Assert.Equal(NetworkAddress.Parse(text), address);
        Assert.Equal(hex, WriteV2(address));
    }

    [Theory(DisplayName = "Addresses in another network's clothes are read as they came, and are not told on")]
    [InlineData("021000000000000000000000ffff01020304", NetworkKind.IPv6)]
    [InlineData("0210fd87d87eeb430102030405060708090a", NetworkKind.IPv6)]
    [InlineData("0610aa000001000200030004000500060007", NetworkKind.Cjdns)]
    public void Disguised_addresses_are_kept(string hex, NetworkKind kind)
    {
        var address = ReadV2(hex);
        Assert.Equal(kind, address.Kind);
        Assert.False(address.IsRelayable);
        Assert.Equal(hex, WriteV2(address));
    }

    [Theory(DisplayName = "Broken addresses of BIP 155 are refused as Bitcoin Core refuses them")]
    [InlineData("01040102", WireError.Truncated)]
    [InlineData("010501020304ff", WireError.InvalidValue)]
    [InlineData("02040000ffff", WireError.InvalidValue)]
    [InlineData("0400", WireError.InvalidValue)]
    [InlineData("0503000000", WireError.InvalidValue)]
    [InlineData("060100", WireError.InvalidValue)]
    [InlineData("0309f1f2f3f4f5f6f7f8f9", WireError.InvalidValue)]
    [InlineData("aafe0000000201020304050607", WireError.Truncated)]
    [InlineData("aafd0400" + "01020304", WireError.NonCanonicalCount)]
    public void Broken_addresses_are_refused(string hex, WireError error) =>
        Assert.Equal(error, Assert.Throws<WireException>(() => ReadV2(hex)).Error);

    [Fact(DisplayName = "512 bytes of an unknown network are read, 513 of any are too long")]
    public void Long_addresses_are_refused()
    {
        Assert.Equal(512, ReadV2("aafd0002" + new string('0', 1024)).Length);
        Assert.Equal(WireError.TooLong, Assert.Throws<WireException>(() => ReadV2("aafd0102" + new string('0', 1026))).Error);
        Assert.Equal(WireError.TooLong, Assert.Throws<WireException>(() => ReadV2("01fd0102" + new string('0', 1026))).Error);
    }

    [Theory(DisplayName = "The form before BIP 155 is Bitcoin Core's, both ways")]
    [InlineData("::", "00000000000000000000000000000000")]
    [InlineData("1.2.3.4", "00000000000000000000ffff01020304")]
    [InlineData("1a1b:2a2b:3a3b:4a4b:5a5b:6a6b:7a7b:8a8b", "1a1b2a2b3a3b4a4b5a5b6a6b7a7b8a8b")]
    [InlineData("6hzph5hv6337r6p2.onion", "fd87d87eeb43f1f2f3f4f5f6f7f8f9fa")]
    public void Old_addresses_are_read_and_written(string text, string hex)
    {
        Assert.Equal(hex, WriteV1(NetworkAddress.Parse(text)));
        var reader = Reader(hex);
        Assert.Equal(NetworkAddress.Parse(text), NetworkAddress.ReadV1(ref reader, "address"));
    }

    [Theory(DisplayName = "Addresses that the old form cannot say are zeros in it")]
    [InlineData("pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion")]
    [InlineData("ukeu3k5oycgaauneqgtnvselmt4yemvoilkln7jpvamvfx7dnkdq.b32.i2p")]
    [InlineData(LongAddress)]
    public void Other_addresses_are_zeros_in_the_old_form(string text) =>
        Assert.Equal(new string('0', 32), WriteV1(NetworkAddress.Parse(text)));

    [Fact(DisplayName = "One broken address costs the whole addrv2, an unknown network costs nothing")]
    public void Addrv2_is_read_as_a_whole()
    {
        // time, services, network, length, address, port (big-endian); the I2P port is not 0.
        const string Good = "61bc6649" + "09" + "010401020304" + "208d";
        const string Unknown = "61bc6649" + "fd4804" + "aa020102" + "0000";
        const string I2PWithPort = "61bc6649" + "ffffffffffffffffff" + "0520a2894dabaec08c0051a481a6dac88b64f98232ae42d4b6fd2fa81952dfe36a87" + "0001";
        const string Broken = "61bc6649" + "09" + "01050102030405" + "208d";

        var message = Assert.IsType<AddrV2Message>(
            Payloads.Decode("addrv2", Convert.FromHexString("03" + Good + Unknown + I2PWithPort), StrictnessPolicy.Btcd));
        Assert.Equal(["1.2.3.4:8333", "unknown-170:0102:0", "ukeu3k5oycgaauneqgtnvselmt4yemvoilkln7jpvamvfx7dnkdq.b32.i2p:1"],
            message.Addresses.Select(entry => entry.Endpoint.ToString()));
        Assert.Equal([9ul, 0x448, ulong.MaxValue], message.Addresses.Select(entry => (ulong)entry.Services));
        Assert.Equal(0x4966BC61u, message.Addresses[0].Time);

        var refused = Payloads.Refused("addrv2", Convert.FromHexString("02" + Good + Broken));
        Assert.Equal((WireError.InvalidValue, "addrv2.address"), (refused.Error, refused.Field));
        Assert.Contains(WireError.InvalidValue, StrictnessPolicy.Core.Tolerated);
        Assert.Equal(WireError.Truncated, Payloads.Refused("addrv2", []).Error);
    }

    [Theory(DisplayName = "1,000 addresses are read, 1,001 break the cap that no policy forgives")]
    [InlineData("addr", 30)]
    [InlineData("addrv2", 9)]
    public void The_number_of_addresses_is_bounded(string command, int entrySize)
    {
        byte[] most = [0xFD, 0xE8, 0x03, .. new byte[1000 * entrySize]];
        Assert.Equal(most, Payloads.Encode(Payloads.Decode(command, most)));

        byte[] more = [0xFD, 0xE9, 0x03, .. new byte[1001 * entrySize]];
        Assert.Equal(WireError.TooMany, Payloads.Refused(command, more).Error);
        Assert.DoesNotContain(WireError.TooMany, StrictnessPolicy.Core.Tolerated);
    }

    [Fact(DisplayName = "btcd's own addrv2 cases are read as btcd reads them, but what it drops is only not relayable")]
    public void Btcds_cases_are_read()
    {
        // btcd, wire/msgaddrv2_test.go: one address that is taken and one that is dropped for being Tor's in IPv6's clothes.
        var message = Payloads.Decode<AddrV2Message>(
            "addrv2",
            "02" + "00000000" + "00" + "01" + "04" + "7f000001" + "2222"
            + "00000000" + "00" + "02" + "10" + "fd87d87eeb43fffecc39a8736915ffff" + "2222");
        Assert.Equal([true, false], message.Addresses.Select(entry => entry.Endpoint.Address.IsRelayable));
        Assert.Equal(WireError.Truncated, Payloads.Refused("addrv2", [0xFD, 0xFF, 0xFF]).Error);
    }

    [Fact(DisplayName = "Below version 31402 the entries of addr have no time")]
    public void Old_entries_have_no_time()
    {
        var entry = new AddressEntry(7, ServiceFlags.Network, NetworkEndpoint.Parse("1.2.3.4:8333"));
        var old = new WireProtocol(ProtocolVersion.AddressTime - 1, Witness: false);
        var payload = Payloads.Encode(new AddrMessage([entry]), old);

        Assert.Equal("01" + "0100000000000000" + "00000000000000000000ffff01020304" + "208d", Convert.ToHexStringLower(payload));
        Assert.Equal(new AddrMessage([entry with { Time = 0 }]), Payloads.Decode("addr", payload, StrictnessPolicy.Core, old));
    }

    private static WireReader Reader(string hex) =>
        new(Convert.FromHexString(hex), WireProtocol.Latest, StrictnessPolicy.Core, owned: false);

    private static NetworkAddress ReadV2(string hex)
    {
        var reader = Reader(hex);
        var address = NetworkAddress.ReadV2(ref reader, "address");
        Assert.Equal(0, reader.Remaining);
        return address;
    }

    private static string WriteV2(NetworkAddress address)
    {
        var bytes = new byte[address.V2Size];
        var writer = new WireWriter(bytes, WireProtocol.Latest);
        address.WriteV2(ref writer);
        return Convert.ToHexStringLower(bytes);
    }

    private static string WriteV1(NetworkAddress address)
    {
        var bytes = new byte[NetworkAddress.V1Size];
        var writer = new WireWriter(bytes, WireProtocol.Latest);
        address.WriteV1(ref writer);
        return Convert.ToHexStringLower(bytes);
    }
}
