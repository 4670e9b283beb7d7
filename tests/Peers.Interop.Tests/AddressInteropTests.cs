using Peers.Interop.Tests.Kit;
using Peers.Wire;

namespace Peers.Interop.Tests;

public sealed class AddressInteropTests(LitecoinNodeFixture fixture) : InteropTests(fixture)
{
    /// <summary>The node gives away 23 of 100 addresses that it has: with so many, of every network some.</summary>
    private const int AddressesOfEachNetwork = 100;

    [SkippableFact(DisplayName = "getaddr: addresses of every network come as addrv2, the old ones as addr to older versions; nothing comes to those it dialled")]
    public async Task Addresses_come_in_the_form_that_was_settled()
    {
        var node = await StartNodeAsync();
        NetworkKind[] networks = [NetworkKind.IPv4, NetworkKind.IPv6, NetworkKind.TorV3, NetworkKind.I2P];
        var known = networks.SelectMany(AddressesOf).ToHashSet();
        await node.Rpc.CallAllAsync("addpeeraddress", known.Select(one => new object[] { one.Address.ToString(), one.Port }));

        var modern = StartEngine(node.Network);
        var old = StartEngine(node.Network, "protocol-version = 70015");
        var dialled = await modern.MeetAsync(node, Direction.Outbound);
        var dialledByOld = await old.MeetAsync(node, Direction.Outbound);
        var accepted = await modern.MeetAsync(node, Direction.Inbound);
        Array.ForEach([dialled, dialledByOld, accepted], conversation => conversation.Peer.Send(GetAddrMessage.Instance));
        await Task.WhenAll(dialled.HearEverythingAsync(1), dialledByOld.HearEverythingAsync(1), accepted.HearEverythingAsync(1));

        // It answers at a random time, on average after half a minute: let its clock, and not us, run.
        var time = (await node.Rpc.CallAsync("getblockheader", (await node.BestBlockAsync()).ToString())).GetProperty("time").GetInt64();
        var now = dialled.Peer.Remote.TimeOffset + TimeProvider.System.GetUtcNow();
        await node.Rpc.CallAsync("setmocktime", Math.Max(time, now.ToUnixTimeSeconds()) + (long)TimeSpan.FromMinutes(10).TotalSeconds);

        var addresses = (await dialled.HearAsync<AddrV2Message>()).Addresses;
        Assert.All(addresses, entry => Assert.Contains(entry.Endpoint, known));
        Assert.Equal(networks, addresses.Select(entry => entry.Endpoint.Address.Kind).Distinct().Order());
        Assert.All(addresses, entry => Assert.True(entry.Services.HasFlag(ServiceFlags.Network) && entry.Time > 0));

        var old1 = (await dialledByOld.HearAsync<AddrMessage>()).Addresses;
        Assert.All(old1, entry => Assert.Contains(entry.Endpoint, known));
        Assert.Equal([NetworkKind.IPv4, NetworkKind.IPv6], old1.Select(entry => entry.Endpoint.Address.Kind).Distinct().Order());

        Assert.DoesNotContain(await accepted.HearEverythingAsync(2), message => message is AddrMessage or AddrV2Message);
    }

    private static IEnumerable<NetworkEndpoint> AddressesOf(NetworkKind network) => Enumerable.Range(1, AddressesOfEachNetwork).Select(index =>
        new NetworkEndpoint(
            network switch
            {
                NetworkKind.IPv4 => NetworkAddress.Parse($"{20 + index}.1.2.3"),
                NetworkKind.IPv6 => NetworkAddress.Parse($"2a{index:x2}:db8::1"),
                var overlay => new NetworkAddress(overlay, Hash256.OfDouble([(byte)overlay, (byte)index]).ToArray()),
            },
            network == NetworkKind.I2P ? (ushort)0 : (ushort)8333));
}
