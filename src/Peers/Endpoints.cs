using System.Net;

namespace Peers;

/// <summary>Addresses as one sees them.</summary>
internal static class Endpoints
{
    /// <summary>Outgoing sockets are dual-mode: an IPv4 remote reads <c>::ffff:1.2.3.4</c>. Normalised once, here, at the edge.</summary>
    public static IPEndPoint Normalized(this EndPoint endpoint)
    {
        var address = (IPEndPoint)endpoint;
        return address.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(address.Address.MapToIPv4(), address.Port) : address;
    }

    /// <summary>What stands for an address that nobody told: 0.0.0.0:0.</summary>
    public static IPEndPoint Untold => new(IPAddress.Any, 0);

    /// <summary>Whether it stands for an address that nobody told.</summary>
    public static bool IsUntold(this EndPoint endpoint) => endpoint is IPEndPoint { Port: 0 } address && address.Address.Equals(IPAddress.Any);

    /// <summary>As a user writes it.</summary>
    public static string Text(this EndPoint endpoint) => endpoint is DnsEndPoint name ? $"{name.Host}:{name.Port}" : endpoint.ToString()!;
}
