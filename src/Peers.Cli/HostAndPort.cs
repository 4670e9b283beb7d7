using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Peers.Cli;

/// <summary>Addresses as a user writes them: <c>host</c>, <c>host:port</c>, <c>1.2.3.4:8333</c>, <c>[2001:db8::1]:8333</c>.</summary>
internal static class HostAndPort
{
    /// <summary>The endpoint to dial.</summary>
    /// <exception cref="UsageException">The text is no host with a port.</exception>
    public static EndPoint ParseRemote(string text, int defaultPort)
    {
        var (host, port) = Split(text, defaultPort, leastPort: 1);
        return IPAddress.TryParse(host, out var address) && (address.AddressFamily == AddressFamily.InterNetworkV6 || host.Count(character => character == '.') == 3)
            ? new IPEndPoint(address, port)
            : new DnsEndPoint(host, port);
    }

    /// <summary>The endpoint to listen on; a port alone means the loopback address, port 0 any free one.</summary>
    /// <exception cref="UsageException">The text is no IP address with a port.</exception>
    public static IPEndPoint ParseLocal(string text, int defaultPort)
    {
        if (text.StartsWith(':'))
        {
            return new IPEndPoint(IPAddress.Loopback, Port(text, text[1..], leastPort: 0));
        }

        var (host, port) = Split(text, defaultPort, leastPort: 0);
        return IPAddress.TryParse(host == "localhost" ? "127.0.0.1" : host, out var address)
            ? new IPEndPoint(address, port)
            : throw new UsageException($"'{text}': expected an IP address of this machine with a port, such as 127.0.0.1:18444, [::1]:18444 or :0");
    }

    /// <summary>What a user named, with the port that it has if none was said.</summary>
    /// <exception cref="UsageException">The text is no host with a port.</exception>
    public static string Text(string text, int defaultPort) => ParseRemote(text, defaultPort) switch
    {
        DnsEndPoint name => string.Create(CultureInfo.InvariantCulture, $"{name.Host}:{name.Port}"),
        var address => address.ToString()!,
    };

    /// <exception cref="UsageException">The text is no host with a port.</exception>
    public static void CheckProxy(string text)
    {
        if (Split(text, 0, leastPort: 1).Port == 0)
        {
            throw new UsageException($"--proxy '{text}': say its port, too, such as 127.0.0.1:9050");
        }
    }

    private static (string Host, int Port) Split(string text, int defaultPort, int leastPort)
    {
        if (text.StartsWith('['))
        {
            var end = text.IndexOf(']', StringComparison.Ordinal);
            if (end < 0 || !IPAddress.TryParse(text[1..end], out _) || (end + 1 < text.Length && text[end + 1] != ':'))
            {
                throw new UsageException($"'{text}': expected an IPv6 address in brackets, such as [2001:db8::1]:8333");
            }

            return (text[1..end], end + 1 == text.Length ? defaultPort : Port(text, text[(end + 2)..], leastPort));
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon != text.LastIndexOf(':'))
        {
            throw new UsageException($"'{text}': put an IPv6 address in brackets, such as [2001:db8::1]:8333");
        }

        var host = colon < 0 ? text : text[..colon];
        if (host.Length == 0 || Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            throw new UsageException($"'{text}': expected a host name or an address, such as node.example:8333 or 1.2.3.4");
        }

        return (host, colon < 0 ? defaultPort : Port(text, text[(colon + 1)..], leastPort));
    }

    private static int Port(string text, string port, int leastPort) =>
        ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= leastPort
            ? number
            : throw new UsageException($"'{text}': the port '{port}' is no number from {leastPort} to 65535");
}
