using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Peers.TestKit;

/// <summary>
/// The address that stands for an onion service where only addresses go: Tor maps names to addresses of its choice
/// (<c>AutomapHostsOnResolve</c>). Here it is OnionCat's prefix, which Bitcoin takes for Tor as well, and a digest of the name.
/// </summary>
internal static class OnionAddress
{
    private const string Suffix = ".onion";

    private static ReadOnlySpan<byte> OnionCat => [0xFD, 0x87, 0xD8, 0x7E, 0xEB, 0x43];

    public static bool IsName(string name) => name.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase);

    public static bool Is(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return false;
        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out _) && bytes.StartsWith(OnionCat);
    }

    public static IPAddress Of(string name)
    {
        Span<byte> bytes = stackalloc byte[16];
        OnionCat.CopyTo(bytes);
        SHA256.HashData(Encoding.UTF8.GetBytes(name.ToLowerInvariant())).AsSpan(0, bytes.Length - OnionCat.Length).CopyTo(bytes[OnionCat.Length..]);
        return new IPAddress(bytes);
    }

    /// <summary>An address as a test writes it: IPv4, IPv6 or <c>….onion</c>.</summary>
    public static IPAddress Parse(string text) => IsName(text) ? Of(text) : IPAddress.Parse(text);
}
