using System.Net;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>Which nodes are never dialled, and why: pure politeness, decided by the endpoint alone.</summary>
public sealed class DialRules
{
    /// <summary>What IANA's registries of special addresses keep from the internet.</summary>
    private static readonly IPNetwork[] Reserved =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
        }.Select(prefix => IPNetwork.Parse(prefix)),
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>Within the global range: documentation, benchmarking, ORCHID, Teredo, 6to4.</summary>
    private static readonly IPNetwork[] ReservedV6 =
        [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(prefix => IPNetwork.Parse(prefix))];

    private static readonly IPNetwork Cjdns = IPNetwork.Parse("fc00::/8");

    private readonly CrawlSettings _settings;
    private readonly OptOutList _optOut;

    /// <summary>The rules that follow from the settings.</summary>
    /// <exception cref="SettingsException">The file of those who opted out cannot be read, or a line of it is no address.</exception>
    public DialRules(CrawlSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _optOut = OptOutList.Read(settings.Politeness.OptOutFile);
    }

    /// <summary>How many lines the file of those who opted out has.</summary>
    public int OptOuts => _optOut.Count;

    /// <summary>Why a node is not dialled; null when it may be.</summary>
    public Exclusion? Of(NetworkEndpoint endpoint)
    {
        var (address, port) = endpoint;
        Exclusion? ofNetwork = address.Kind switch
        {
            NetworkKind.IPv4 or NetworkKind.IPv6 => OfAddress(address, port),
            NetworkKind.TorV3 => _settings.Proxy.Tor is null ? Exclusion.NoProxy : OfPort(port),
            NetworkKind.I2P when _settings.Proxy.I2P is null => Exclusion.NoProxy,
            NetworkKind.I2P => null,
            NetworkKind.Cjdns when !Cjdns.Contains(address.ToIPAddress()!) => Exclusion.PrivateAddress,
            NetworkKind.Cjdns => _settings.Proxy.Cjdns ? OfPort(port) : Exclusion.NoProxy,
            _ => Exclusion.UnknownNetwork,
        };
        return ofNetwork
            ?? (_optOut.Contains(endpoint) ? Exclusion.OptedOut : (Exclusion?)null)
            ?? (IsInShare(endpoint) ? null : Exclusion.NotInShare);
    }

    private Exclusion? OfAddress(NetworkAddress address, ushort port) =>
        !_settings.Politeness.PrivateAddresses && !IsPublic(address) ? Exclusion.PrivateAddress : OfPort(port);

    private Exclusion? OfPort(ushort port) => port == 0 || (!_settings.Politeness.BadPorts && BadPorts.Contains(port)) ? Exclusion.BadPort : null;

    private static bool IsPublic(NetworkAddress address)
    {
        var ip = address.ToIPAddress()!;
        return address.Kind == NetworkKind.IPv4
            ? !Array.Exists(Reserved, network => network.Contains(ip))
            : GlobalUnicast.Contains(ip) && !Array.Exists(ReservedV6, network => network.Contains(ip));
    }

    /// <summary>The number of a node is as good as a draw, and the same in each crawl: so two samples can be compared.</summary>
    private bool IsInShare(NetworkEndpoint endpoint) => _settings.Share >= 1 || NodeId.Of(endpoint).Value < _settings.Share * long.MaxValue;
}
