using System.Net;

namespace Peers;

/// <summary>Who opens the connections over one network: nothing said (<see cref="PeerSettings.Proxy"/>), nobody else, or a proxy of its own.</summary>
public readonly record struct ProxyChoice
{
    private ProxyChoice(bool isDirect, IPEndPoint? proxy) => (IsDirect, Proxy) = (isDirect, proxy);

    /// <summary>We ourselves, whatever <see cref="PeerSettings.Proxy"/> says.</summary>
    public static ProxyChoice Direct { get; } = new(true, null);

    /// <summary>Whether it is <see cref="Direct"/>.</summary>
    public bool IsDirect { get; }

    /// <summary>The SOCKS5 proxy; null for none of its own.</summary>
    public IPEndPoint? Proxy { get; }

    /// <summary>That SOCKS5 proxy.</summary>
    /// <param name="proxy">Its address and port.</param>
    /// <exception cref="ArgumentNullException">There is none.</exception>
    public static ProxyChoice Through(IPEndPoint proxy)
    {
        ArgumentNullException.ThrowIfNull(proxy);
        return new ProxyChoice(false, proxy);
    }

    /// <summary>As the settings have it: empty, <c>direct</c>, or an address with a port.</summary>
    public override string ToString() => IsDirect ? "direct" : Proxy?.ToString() ?? "";
}

/// <summary>Proxies for single networks, beside <see cref="PeerSettings.Proxy"/>: <c>peers.proxies</c> (as Bitcoin Core's <c>-onion</c> and <c>-proxy=…=network</c>).</summary>
/// <param name="IPv4">For IPv4 addresses.</param>
/// <param name="IPv6">For IPv6 addresses.</param>
/// <param name="Onion">For onion services; Tor's SOCKS port.</param>
/// <param name="I2P">For I2P; its router's SOCKS port. <see cref="PeerSettings.Proxy"/> does not count: few proxies reach I2P.</param>
public sealed record NetworkProxies(ProxyChoice IPv4, ProxyChoice IPv6, ProxyChoice Onion, ProxyChoice I2P)
{
    internal static NetworkProxies Read(SettingsReader reader) =>
        new(Read(reader, "ipv4"), Read(reader, "ipv6"), Read(reader, "onion"), Read(reader, "i2p"));

    private static ProxyChoice Read(SettingsReader reader, string network)
    {
        var (key, text) = ($"proxies.{network}", reader.Text($"proxies.{network}"));
        switch (text)
        {
            case "":
                return default;
            case "direct" when network is "ipv4" or "ipv6":
                return ProxyChoice.Direct;
        }

        if (IPEndPoint.TryParse(text, out var proxy) && proxy.Port != 0)
        {
            return ProxyChoice.Through(proxy);
        }

        reader.Fault(key, text, $"{(network is "ipv4" or "ipv6" ? "direct, or " : "")}the address and the port of the proxy such as \"127.0.0.1:9050\"");
        return default;
    }
}
