using System.Globalization;
using System.Net;

namespace Peers.Wire;

/// <summary>An address with its port.</summary>
/// <param name="Address">The address.</param>
/// <param name="Port">The port; networks without ports have 0.</param>
public readonly record struct NetworkEndpoint(NetworkAddress Address, ushort Port)
{
    /// <summary>Bytes of the form before BIP 155.</summary>
    internal const int V1Size = NetworkAddress.V1Size + sizeof(ushort);

    /// <summary>The same, of an IP endpoint.</summary>
    public static NetworkEndpoint From(IPEndPoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return new NetworkEndpoint(NetworkAddress.From(endpoint.Address), (ushort)endpoint.Port);
    }

    /// <summary>Reads <c>1.2.3.4:8333</c>, <c>[2001:db8::1]:8333</c>, <c>[::ffff:1.2.3.4]:8333</c> (which is IPv4) or <c>….onion:8333</c>.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static NetworkEndpoint Parse(string text) =>
        TryParse(text, out var endpoint) ? endpoint : throw new FormatException($"'{text}' is no address with a port");

    /// <summary>Reads an endpoint, if it is one.</summary>
    public static bool TryParse(string? text, out NetworkEndpoint endpoint)
    {
        endpoint = default;
        var colon = text?.LastIndexOf(':') ?? -1;
        if (colon < 0 || !ushort.TryParse(text![(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return false;
        }

        // IPv6 text stands in brackets, also where it names an IPv4 address: so dual-mode sockets print their remotes.
        var host = text[..colon];
        var bracketed = host is ['[', .., ']'];
        var inner = bracketed ? host[1..^1] : host;
        if (!NetworkAddress.TryParse(inner, out var address) || bracketed != IsIPv6Text(inner, address.Kind))
        {
            return false;
        }

        endpoint = new NetworkEndpoint(address, port);
        return true;
    }

    /// <summary>The IP endpoint; null for networks that overlay the internet.</summary>
    public IPEndPoint? ToIPEndPoint() => Address.ToIPAddress() is { } address ? new IPEndPoint(address, Port) : null;

    /// <summary>The text form that <see cref="Parse"/> reads.</summary>
    public override string ToString() => IsBracketed(Address.Kind) ? $"[{Address}]:{Port}" : $"{Address}:{Port}";

    internal static NetworkEndpoint ReadV1(ref WireReader reader, string field) =>
        new(NetworkAddress.ReadV1(ref reader, field), reader.ReadUInt16BigEndian(field));

    internal void WriteV1(ref WireWriter writer)
    {
        Address.WriteV1(ref writer);
        writer.WriteUInt16BigEndian(Port);
    }

    private static bool IsIPv6Text(string text, NetworkKind kind) =>
        IsBracketed(kind) || (kind == NetworkKind.IPv4 && text.Contains(':', StringComparison.Ordinal));

    private static bool IsBracketed(NetworkKind kind) => kind is NetworkKind.IPv6 or NetworkKind.Cjdns;
}
