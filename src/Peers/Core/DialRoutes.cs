using System.Net;
using System.Net.Sockets;
using Peers.Wire;

namespace Peers;

/// <summary>How a remote is dialled.</summary>
internal abstract record DialRoute
{
    /// <summary>By ourselves.</summary>
    public sealed record Straight : DialRoute
    {
        public static Straight Instance { get; } = new();
    }

    /// <summary>By a SOCKS5 proxy, which resolves names, too.</summary>
    public sealed record Through(IPEndPoint Proxy) : DialRoute;

    /// <summary>Not at all.</summary>
    public sealed record Closed(string Why) : DialRoute;
}

/// <summary>
/// Which proxy a remote is dialled through. A name is never resolved here while connections over IPv4 or IPv6 go through a proxy, nor ever one of an
/// onion service or of I2P (RFC 7686): whoever runs the resolver would learn whom we dial.
/// </summary>
/// <param name="proxy">The proxy for everything that has none of its own.</param>
/// <param name="proxies">Those of single networks.</param>
/// <param name="isPublicResolver">Whether names that are resolved here are told to strangers.</param>
internal readonly struct DialRoutes(IPEndPoint? proxy, NetworkProxies proxies, bool isPublicResolver)
{
    public DialRoute To(EndPoint remote) => remote switch
    {
        IPEndPoint endpoint => ToAddress(endpoint.Normalized()),
        DnsEndPoint name when IsOf(name, ".onion") => Via(proxies.Onion.Proxy ?? proxy, "onion services are dialled through Tor: set peers.proxies.onion, or peers.proxy"),
        DnsEndPoint name when IsOf(name, ".i2p") => Via(proxies.I2P.Proxy, "I2P is dialled through its router: set peers.proxies.i2p"),
        DnsEndPoint => (proxy ?? proxies.IPv4.Proxy ?? proxies.IPv6.Proxy) is { } resolving ? new DialRoute.Through(resolving) : DialRoute.Straight.Instance,
        _ => DialRoute.Straight.Instance,
    };

    /// <summary>Whether addresses of that network can be dialled.</summary>
    public bool Reaches(NetworkKind network) => network switch
    {
        NetworkKind.IPv4 or NetworkKind.IPv6 => true,
        NetworkKind.TorV3 => (proxies.Onion.Proxy ?? proxy) is not null,
        NetworkKind.I2P => proxies.I2P.Proxy is not null,
        _ => false,
    };

    /// <summary>Whether somebody with that address may be anybody: it is a proxy's.</summary>
    public bool IsProxy(IPAddress address) => All().Any(known => known.Normalized().Address.Equals(address));

    /// <summary>All proxies.</summary>
    public IEnumerable<IPEndPoint> All() => ((IPEndPoint?[])[proxy, proxies.IPv4.Proxy, proxies.IPv6.Proxy, proxies.Onion.Proxy, proxies.I2P.Proxy]).OfType<IPEndPoint>();

    /// <summary>What is on the proxy's own machine is dialled straight, as nothing is hidden from that one.</summary>
    private DialRoute ToAddress(IPEndPoint remote)
    {
        var choice = remote.AddressFamily == AddressFamily.InterNetwork ? proxies.IPv4 : proxies.IPv6;
        var via = choice.IsDirect ? null : choice.Proxy ?? proxy;
        return via is null || via.Normalized().Address.Equals(remote.Address) ? DialRoute.Straight.Instance : new DialRoute.Through(via);
    }

    private DialRoute Via(IPEndPoint? via, string otherwise) =>
        via is not null ? new DialRoute.Through(via) : isPublicResolver ? new DialRoute.Closed(otherwise) : DialRoute.Straight.Instance;

    private static bool IsOf(DnsEndPoint name, string end) => name.Host.TrimEnd('.').EndsWith(end, StringComparison.OrdinalIgnoreCase);
}
