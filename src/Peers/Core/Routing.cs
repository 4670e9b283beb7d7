using System.Collections.Immutable;
using System.Net;
using Peers.Wire;

namespace Peers;

/// <summary>What the internet routes.</summary>
internal static class Routing
{
    /// <summary>
    /// What is never another's node out there, as Bitcoin Core's <c>IsRoutable</c>: private (RFC 1918, 4193), shared (6598), link-local (3927, 4291), loopback, for
    /// documentation (5737, 3849), for benchmarks (2544), ORCHID (4843, 7343), unspecified; and multicast and reserved ones besides.
    /// </summary>
    private static readonly ImmutableArray<IPNetwork> Unroutable =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15",
            "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
            "::/127", "2001:10::/28", "2001:20::/28", "2001:db8::/32", "fc00::/7", "fe80::/10", "ff00::/8",
        }.Select(text => IPNetwork.Parse(text)),
    ];

    /// <summary>
    /// Whether an address that a stranger tells may be dialled on that network: else anybody could have us knock at doors of the network that we stand in. A
    /// network for tests may be anywhere.
    /// </summary>
    public static bool MayBeDialled(NetworkAddress address, BitcoinNetwork network) =>
        network == BitcoinNetwork.Regtest || network == BitcoinNetwork.Simnet || address.Kind is not (NetworkKind.IPv4 or NetworkKind.IPv6)
        || (address.ToIPAddress() is { } ip && IsRoutable(ip));

    public static bool IsRoutable(IPAddress address) => !Unroutable.Any(network => network.Contains(address));
}
