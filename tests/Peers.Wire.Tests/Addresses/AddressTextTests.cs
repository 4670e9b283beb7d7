using System.Net;
using CsCheck;
using Peers.Wire.Tests.Samples;

namespace Peers.Wire.Tests.Addresses;

/// <summary>Texts and bytes of addresses; those marked Core are from Bitcoin Core's src/test/net_tests.cpp (cnetaddr_basic and others).</summary>
public sealed class AddressTextTests
{
    // Core.
    private const string Onion = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion";
    private const string OnionKey = "79bcc625184b05194975c28b66b66b0469f7f6556fb1ac3189a79b40dda32f1f";
    private const string I2P = "udhdrtrcetjm5sxzskjyr5ztpeszydbh4dpl3pl4utgqqw2v4jna.b32.i2p";

    [Theory(DisplayName = "An address is its text and its text is the address, in every network")]
    [InlineData("1.2.3.4", NetworkKind.IPv4, "01020304")]
    [InlineData("255.255.255.255", NetworkKind.IPv4, "ffffffff")]
    [InlineData("1a1b:2a2b:3a3b:4a4b:5a5b:6a6b:7a7b:8a8b", NetworkKind.IPv6, "1a1b2a2b3a3b4a4b5a5b6a6b7a7b8a8b")]
    [InlineData("2001:db8::1", NetworkKind.IPv6, "20010db8000000000000000000000001")]
    [InlineData("::", NetworkKind.IPv6, "00000000000000000000000000000000")]
    [InlineData(Onion, NetworkKind.TorV3, OnionKey)]
    [InlineData(
        "kpgvmscirrdqpekbqjsvw5teanhatztpp2gl6eee4zkowvwfxwenqaid.onion", NetworkKind.TorV3,
        "53cd5648488c4707914182655b7664034e09e66f7e8cbf1084e654eb56c5bd88")]
    [InlineData("6hzph5hv6337r6p2.onion", NetworkKind.TorV2, "f1f2f3f4f5f6f7f8f9fa")]
    [InlineData(I2P, NetworkKind.I2P, "a0ce38ce2224d2cecaf9929388f73379259c0c27e0debdbd7ca4cd085b55e25a")]
    [InlineData(
        "ukeu3k5oycgaauneqgtnvselmt4yemvoilkln7jpvamvfx7dnkdq.b32.i2p", NetworkKind.I2P,
        "a2894dabaec08c0051a481a6dac88b64f98232ae42d4b6fd2fa81952dfe36a87")]
    [InlineData("fc00:1:2:3:4:5:6:7", NetworkKind.Cjdns, "fc000001000200030004000500060007")]
    [InlineData("unknown-9:0102ab", (NetworkKind)9, "0102ab")]
    [InlineData("unknown-170:", (NetworkKind)170, "")]
    [InlineData("unknown-0:00", (NetworkKind)0, "00")]
    public void Text_and_bytes_agree(string text, NetworkKind kind, string bytes)
    {
        var address = NetworkAddress.Parse(text);

        Assert.Equal(kind, address.Kind);
        Assert.Equal(bytes, Convert.ToHexStringLower(address.ToArray()));
        Assert.Equal(text, address.ToString());
        Assert.Equal(new NetworkAddress(kind, Convert.FromHexString(bytes)), address);
        Assert.Equal(bytes.Length / 2, address.Length);
    }

    [Theory(DisplayName = "Other spellings of an address are the same address")]
    [InlineData("UDHDrtrcetjm5sxzskjyr5ztpeszydbh4dpl3pl4utgqqw2v4jna.b32.I2P", I2P)]
    [InlineData("PG6MMJIYJMCRSSLVYKFWNNTLARU7P5SVN6Y2YMMJU6NUBXNDF4PSCRYD.ONION", Onion)]
    [InlineData("2001:0db8:0:0:1:0:0:1", "2001:db8::1:0:0:1")]
    [InlineData("2001:DB8::0:1", "2001:db8::1")]
    [InlineData("2001:0:0:1:0:0:0:1", "2001:0:0:1::1")]
    [InlineData("::ffff:1.2.3.4", "1.2.3.4")]
    [InlineData("::FFFF:0102:0304", "1.2.3.4")]
    [InlineData("FC00:1:2:3:4:5:6:7", "fc00:1:2:3:4:5:6:7")]
    [InlineData("unknown-9:ABCD", "unknown-9:abcd")]
    public void Spellings_are_one_address(string text, string canonical)
    {
        Assert.Equal(canonical, NetworkAddress.Parse(text).ToString());
        Assert.Equal(NetworkAddress.Parse(canonical), NetworkAddress.Parse(text));
    }

    [Theory(DisplayName = "What is no address is refused")]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("totally bogus")]
    [InlineData("example.com")]
    [InlineData("12345")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.256")]
    [InlineData("01.2.3.4")]
    [InlineData("0x7f.1")]
    [InlineData("127.0.0.1\0")]
    [InlineData(" 1.2.3.4")]
    [InlineData("[::1]")]
    [InlineData("1:2:3")]
    [InlineData("fe80::1%1")]
    [InlineData(".onion")]
    [InlineData("pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscsad.onion")]
    [InlineData("pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscrye.onion")]
    [InlineData("pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd\0wtf.onion")]
    [InlineData("mfrggzak.onion")]
    [InlineData("mf*g zak.onion")]
    [InlineData("udhdrtrcetjm5sxzskjyr5ztpeszydbh4dpl3pl4utgqqw2v4jn=.b32.i2p")]
    [InlineData("udhdrtrcetjm5sxzskjyr5ztpeszydbh4dpl3pl4utgqqw2v4jna=.b32.i2p")]
    [InlineData("udhdrtrcetjm5sxzskjyr5ztpeszydbh4dpl3pl4utgqqw2v4jnb.b32.i2p")]
    [InlineData("udhdrtrcetjm5sxzskjyr5ztpeszydbh4dpl3pl4utgqqw2v4jnaa.b32.i2p")]
    [InlineData("pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscsad.b32.i2p")]
    [InlineData("tp*szydbh4dp.b32.i2p")]
    [InlineData("unknown-")]
    [InlineData("unknown-9")]
    [InlineData("unknown-1:01020304")]
    [InlineData("unknown-256:00")]
    [InlineData("unknown--1:00")]
    [InlineData("unknown-9:0")]
    [InlineData("unknown-9:0g")]
    public void Other_text_is_refused(string? text)
    {
        Assert.False(NetworkAddress.TryParse(text, out var address));
        Assert.Equal(NetworkAddress.Unspecified, address);
        if (text is not null)
        {
            Assert.Throws<FormatException>(() => NetworkAddress.Parse(text));
        }
    }

    [Fact(DisplayName = "The text of an unknown network is as long as its address may be")]
    public void Unknown_addresses_are_bounded()
    {
        Assert.Equal(512, NetworkAddress.Parse("unknown-9:" + new string('0', 1024)).Length);
        Assert.False(NetworkAddress.TryParse("unknown-9:" + new string('0', 1026), out _));
    }

    [Fact(DisplayName = "Whatever the address, its text is read as itself")]
    public void Any_address_survives_its_text() => AddressSamples.Address.Sample(
        address =>
        {
            // IPv6's two disguises and its CJDNS range are read as what they stand for.
            var ambiguous = address.Kind is NetworkKind.IPv6 && (!address.IsRelayable || address.ToArray()[0] == 0xFC);
            if (!ambiguous && (address.Kind is not NetworkKind.Cjdns || address.IsRelayable))
            {
                Assert.Equal(address, NetworkAddress.Parse(address.ToString()));
            }
        },
        iter: 2000);

    [Theory(DisplayName = "An endpoint is its text and its text is the endpoint")]
    [InlineData("1.2.3.4:8333")]
    [InlineData("1.2.3.4:0")]
    [InlineData("[2001:db8::1]:65535")]
    [InlineData("[::]:8333")]
    [InlineData("[fc00:1:2:3:4:5:6:7]:8333")]
    [InlineData(Onion + ":8333")]
    [InlineData(I2P + ":0")]
    [InlineData("unknown-9:0102ab:18")]
    public void Endpoints_and_texts_agree(string text) => Assert.Equal(text, NetworkEndpoint.Parse(text).ToString());

    [Theory(DisplayName = "What is no endpoint is refused")]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1.2.3.4")]
    [InlineData(":8333")]
    [InlineData("1.2.3.4:")]
    [InlineData("1.2.3.4:65536")]
    [InlineData("1.2.3.4:-1")]
    [InlineData("1.2.3.4: 1")]
    [InlineData("1.2.3.4:1E2")]
    [InlineData("[1.2.3.4]:8333")]
    [InlineData("2001:db8::1:8333")]
    [InlineData("[2001:db8::1]")]
    [InlineData("[2001:db8::1:8333")]
    [InlineData("[]:8333")]
    [InlineData("example.com:8333")]
    public void Other_endpoints_are_refused(string? text)
    {
        Assert.False(NetworkEndpoint.TryParse(text, out _));
        if (text is not null)
        {
            Assert.Throws<FormatException>(() => NetworkEndpoint.Parse(text));
        }
    }

    [Fact(DisplayName = "IP addresses and endpoints are converted both ways; other networks have none")]
    public void IP_endpoints_are_converted()
    {
        var endpoint = new IPEndPoint(IPAddress.Parse("2001:db8::7"), 18444);
        Assert.Equal(endpoint, NetworkEndpoint.From(endpoint).ToIPEndPoint());
        Assert.Equal(NetworkKind.IPv4, NetworkAddress.From(IPAddress.Parse("::ffff:9.8.7.6")).Kind);
        Assert.Equal(IPAddress.Parse("9.8.7.6"), NetworkAddress.Parse("9.8.7.6").ToIPAddress());
        Assert.Equal(IPAddress.Parse("fc00::1"), NetworkAddress.Parse("fc00::1").ToIPAddress());
        Assert.Null(NetworkAddress.Parse(Onion).ToIPAddress());
        Assert.Null(NetworkEndpoint.Parse(I2P + ":0").ToIPEndPoint());
    }

    [Theory(DisplayName = "An address of another length than its network's is refused")]
    [InlineData(NetworkKind.IPv4, 5)]
    [InlineData(NetworkKind.IPv6, 4)]
    [InlineData(NetworkKind.TorV2, 11)]
    [InlineData(NetworkKind.TorV3, 0)]
    [InlineData(NetworkKind.I2P, 31)]
    [InlineData(NetworkKind.Cjdns, 17)]
    [InlineData((NetworkKind)7, 513)]
    public void Wrong_lengths_are_refused(NetworkKind kind, int length) =>
        Assert.Throws<ArgumentException>(() => new NetworkAddress(kind, new byte[length]));

    [Fact(DisplayName = "Addresses compare by value, and the default is ::")]
    public void Addresses_are_values()
    {
        var (first, second) = (NetworkAddress.Parse("unknown-9:0102"), NetworkAddress.Parse("unknown-9:0102"));
        Assert.True(first == second);
        Assert.Equal(first.GetHashCode(), second.GetHashCode());
        Assert.True(first != NetworkAddress.Parse("unknown-9:0103"));
        Assert.True(first.Equals((object)second));
        Assert.False(first.Equals("unknown-9:0102"));
        Assert.NotEqual(NetworkAddress.Parse("fc00::1"), new NetworkAddress(NetworkKind.IPv6, NetworkAddress.Parse("fc00::1").ToArray()));
        Assert.Equal(NetworkAddress.Parse("::"), default);
        Assert.Equal(NetworkAddress.Parse("::").GetHashCode(), default(NetworkAddress).GetHashCode());
        Assert.Equal("::", default(NetworkAddress).ToString());
    }

    [Theory(DisplayName = "Whether an address may be told to others follows BIP 155")]
    [InlineData("1.2.3.4", true)]
    [InlineData("2001:db8::1", true)]
    [InlineData(Onion, true)]
    [InlineData(I2P, true)]
    [InlineData("fc00::1", true)]
    [InlineData("6hzph5hv6337r6p2.onion", false)]
    [InlineData("unknown-9:01", false)]
    public void Relay_follows_the_network(string text, bool relayable) => Assert.Equal(relayable, NetworkAddress.Parse(text).IsRelayable);

    [Theory(DisplayName = "An address in another network's clothes is not told to others")]
    [InlineData(NetworkKind.IPv6, "00000000000000000000ffff01020304")]
    [InlineData(NetworkKind.IPv6, "fd87d87eeb430102030405060708090a")]
    [InlineData(NetworkKind.Cjdns, "aa000001000200030004000500060007")]
    public void Disguises_are_not_relayed(NetworkKind kind, string bytes) =>
        Assert.False(new NetworkAddress(kind, Convert.FromHexString(bytes)).IsRelayable);
}
