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
        NetworkKind[] networks = [NetworkKind.IPv4, NetworkKind.IPv6, NetworkKind.TorV3];
        var known = networks.SelectMany(AddressesOf).ToHashSet();
        await Node.Rpc.CallAllAsync("addpeeraddress", known.Select(one => new object[] { one.Address.ToString(), one.Port }));
        Provoke("Ignoring \"getaddr\" from manual connection"); // Who was dialled and asks could be fingerprinting the dialler.

        var modern = StartEngine();
        var old = StartEngine("protocol-version = 70015");
        var dialled = await modern.MeetAsync(Node, Direction.Outbound);
        var dialledByOld = await old.MeetAsync(Node, Direction.Outbound);
        var accepted = await modern.MeetAsync(Node, Direction.Inbound);
        await Task.WhenAll(new[] { dialled, dialledByOld, accepted }.Select(conversation => conversation.SayAsync(GetAddrMessage.Instance)));
        await Task.WhenAll(dialled.HearEverythingAsync(1), dialledByOld.HearEverythingAsync(1), accepted.HearEverythingAsync(1));

        // It answers at a random time, on average after half a minute: let its clock run, not ours.
        await Node.Rpc.CallAsync("setmocktime", (TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(10)).ToUnixTimeSeconds());

        var addresses = (await dialled.HearAsync<AddrV2Message>()).Addresses;
        Assert.All(addresses, entry => Assert.Contains(entry.Endpoint, known));
        Assert.Equal(networks, addresses.Select(entry => entry.Endpoint.Address.Kind).Distinct().Order());
        Assert.All(addresses, entry => Assert.True(entry.Services.HasFlag(ServiceFlags.Network) && entry.Time > 0));

        var oldAddresses = (await dialledByOld.HearAsync<AddrMessage>()).Addresses;
        Assert.All(oldAddresses, entry => Assert.Contains(entry.Endpoint, known));
        Assert.Equal([NetworkKind.IPv4, NetworkKind.IPv6], oldAddresses.Select(entry => entry.Endpoint.Address.Kind).Distinct().Order());

        Assert.DoesNotContain(await accepted.HearEverythingAsync(2), message => message is AddrMessage or AddrV2Message);
    }

    private static IEnumerable<NetworkEndpoint> AddressesOf(NetworkKind network) => Enumerable.Range(1, AddressesOfEachNetwork)
        .Select(index => network switch
        {
            NetworkKind.IPv4 => NetworkAddress.Parse($"{20 + index}.1.2.3"),
            NetworkKind.IPv6 => NetworkAddress.Parse($"2a{index:x2}:db8::1"),
            var onion => new NetworkAddress(onion, Hash256.OfDouble([(byte)index]).ToArray()),
        })
        .Select(address => new NetworkEndpoint(address, 8333));
}
