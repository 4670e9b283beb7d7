using System.Net;
using Akka.Configuration;
using Peers.Wire;

namespace Peers.Tests.Core;

public sealed class DialRoutesTests
{
    private const string Onion = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion";
    private const string I2P = "ukeu3k5oycgaauneqgtnvselmt4yemvoilkln7jpvamvfx7dnkdq.b32.i2p";

    [Theory(DisplayName = "Each remote goes its network's way: the network's proxy, else that for all, else straight, else nowhere")]
    [InlineData("", "192.0.2.1:8333", "straight")]
    [InlineData("", "[2001:db8::1]:8333", "straight")]
    [InlineData("", "node.example:8333", "straight")]
    [InlineData("", Onion + ":8333", "peers.proxies.onion")]
    [InlineData("", I2P + ":0", "peers.proxies.i2p")]
    [InlineData("proxy", "192.0.2.1:8333", "10.0.0.9:9050")]
    [InlineData("proxy", "[2001:db8::1]:8333", "10.0.0.9:9050")]
    [InlineData("proxy", "node.example:8333", "10.0.0.9:9050")]
    [InlineData("proxy", Onion + ":8333", "10.0.0.9:9050")]
    [InlineData("proxy", "anything.ONION.:8333", "10.0.0.9:9050")]
    [InlineData("proxy", I2P + ":0", "peers.proxies.i2p")]
    [InlineData("proxy", "10.0.0.9:18444", "straight")]
    [InlineData("proxy", "[::ffff:10.0.0.9]:18444", "straight")]
    [InlineData("onion", "192.0.2.1:8333", "straight")]
    [InlineData("onion", "node.example:8333", "straight")]
    [InlineData("onion", Onion + ":8333", "127.0.0.1:9150")]
    [InlineData("onion", "name.onion.example:8333", "straight")]
    [InlineData("i2p", I2P + ":0", "127.0.0.1:4447")]
    [InlineData("ipv4", "192.0.2.1:8333", "10.0.0.4:1080")]
    [InlineData("ipv4", "[::ffff:192.0.2.1]:8333", "10.0.0.4:1080")]
    [InlineData("ipv4", "[2001:db8::1]:8333", "straight")]
    [InlineData("ipv4", "node.example:8333", "10.0.0.4:1080")]
    [InlineData("ipv6", "node.example:8333", "[2001:db8::9]:1080")]
    [InlineData("proxy direct", "192.0.2.1:8333", "straight")]
    [InlineData("proxy direct", "[2001:db8::1]:8333", "10.0.0.9:9050")]
    [InlineData("proxy direct", "node.example:8333", "10.0.0.9:9050")]
    [InlineData("proxy onion", Onion + ":8333", "127.0.0.1:9150")]
    public void To(string settings, string remote, string expected)
    {
        var route = Of(settings).Routes.To(IPEndPoint.TryParse(remote, out var endpoint) ? endpoint : Name(remote));
        Assert.Contains(expected, route switch
        {
            DialRoute.Straight => "straight",
            DialRoute.Through through => through.Proxy.ToString(),
            DialRoute.Closed closed => closed.Why,
            _ => throw new InvalidOperationException(),
        }, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A resolver of the user's own is asked for onion services, where there is no proxy; the system's never is")]
    public void Own_resolver()
    {
        var settings = Of("") with { Resolve = _ => Task.FromResult<IPAddress[]>([]) };
        Assert.IsType<DialRoute.Straight>(settings.Routes.To(new DnsEndPoint(Onion, 8333)));
        Assert.IsType<DialRoute.Straight>(settings.Routes.To(new DnsEndPoint(I2P, 0)));
    }

    [Theory(DisplayName = "Networks that have no way are not dialled at all")]
    [InlineData("", "IPv4 IPv6")]
    [InlineData("proxy", "IPv4 IPv6 TorV3")]
    [InlineData("onion", "IPv4 IPv6 TorV3")]
    [InlineData("i2p", "IPv4 IPv6 I2P")]
    public void Reaches(string settings, string networks) =>
        Assert.Equal(networks, string.Join(' ', Enum.GetValues<NetworkKind>().Where(network => Of(settings).Routes.Reaches(network))));

    [Fact(DisplayName = "Whoever has a proxy's address may be anybody, whichever proxy it is")]
    public void Proxies()
    {
        var settings = Of("proxy onion ipv6");
        foreach (var text in (string[])["10.0.0.9", "::ffff:10.0.0.9", "127.0.0.1", "2001:db8::9"])
        {
            Assert.True(settings.IsProxy(new IPEndPoint(IPAddress.Parse(text), 7)));
        }

        Assert.False(settings.IsProxy(new IPEndPoint(IPAddress.Parse("10.0.0.4"), 1080)));
        Assert.False(Of("").IsProxy(new IPEndPoint(IPAddress.Loopback, 9050)));
    }

    [Theory(DisplayName = "A proxy that is none is a fault that names its key")]
    [InlineData("ipv4", "localhost:9050")]
    [InlineData("ipv6", "::1")]
    [InlineData("onion", "direct")]
    [InlineData("i2p", "127.0.0.1:0")]
    public void Faults(string network, string text)
    {
        var fault = Assert.Single(Assert.Throws<SettingsException>(() => From($"peers.proxies.{network} = \"{text}\"")).Faults);
        Assert.StartsWith($"peers.proxies.{network} = {text}: expected ", fault, StringComparison.Ordinal);
    }

    private static DnsEndPoint Name(string text) => new(text[..text.LastIndexOf(':')], int.Parse(text[(text.LastIndexOf(':') + 1)..], null));

    private static PeerSettings Of(string words) => From(string.Join('\n', words.Split(' ').Select(word => word switch
    {
        "proxy" => "peers.proxy = \"10.0.0.9:9050\"",
        "onion" => "peers.proxies.onion = \"127.0.0.1:9150\"",
        "i2p" => "peers.proxies.i2p = \"127.0.0.1:4447\"",
        "ipv4" => "peers.proxies.ipv4 = \"10.0.0.4:1080\"",
        "ipv6" => "peers.proxies.ipv6 = \"[2001:db8::9]:1080\"",
        "direct" => "peers.proxies.ipv4 = direct",
        _ => "",
    })));

    private static PeerSettings From(string hocon) => PeerSettings.From(ConfigurationFactory.ParseString(hocon).WithFallback(PeerEngine.DefaultConfig));
}
