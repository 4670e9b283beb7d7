using System.Net;
using Peers.Wire;

namespace Peers.Tests.Core;

public sealed class RoutingTests
{
    [Theory(DisplayName = "What a stranger tells of private and reserved networks is not dialled, but on a network for tests")]
    [InlineData("8.8.8.8", true)]
    [InlineData("2a00::1", true)]
    [InlineData("10.1.2.3", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("2001:db8::1", false)]
    public void Strangers(string address, bool may)
    {
        var told = NetworkAddress.From(IPAddress.Parse(address));
        Assert.Equal(may, Routing.MayBeDialled(told, BitcoinNetwork.Mainnet));
        Assert.Equal(may, Routing.MayBeDialled(told, BitcoinNetwork.Signet));
        Assert.True(Routing.MayBeDialled(told, BitcoinNetwork.Regtest));
        Assert.True(Routing.MayBeDialled(told, BitcoinNetwork.Simnet));
    }

    [Fact(DisplayName = "What has no address of that kind, or no port and needs none, is judged by its network alone")]
    public void Others()
    {
        var i2p = new AddressEntry(1, ServiceFlags.Network, new NetworkEndpoint(new NetworkAddress(NetworkKind.I2P, new byte[32]), 0));
        var onion = new AddressEntry(1, ServiceFlags.Network, new NetworkEndpoint(new NetworkAddress(NetworkKind.TorV3, new byte[32]), 0));
        Assert.True(AddressSelection.IsDiallable(i2p, BitcoinNetwork.Mainnet));
        Assert.False(AddressSelection.IsDiallable(onion, BitcoinNetwork.Mainnet));
        Assert.True(AddressSelection.IsDiallable(onion with { Endpoint = onion.Endpoint with { Port = 8333 } }, BitcoinNetwork.Mainnet));
    }
}
