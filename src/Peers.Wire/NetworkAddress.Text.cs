using System.Globalization;
using System.Net;

namespace Peers.Wire;

/// <content>The text forms.</content>
public readonly partial struct NetworkAddress
{
    private const string OnionSuffix = ".onion";
    private const string I2PSuffix = ".b32.i2p";
    private const string UnknownPrefix = "unknown-";
    private const byte OnionVersion = 3;

    /// <summary>Reads an address: <c>1.2.3.4</c>, <c>2001:db8::1</c>, <c>….onion</c>, <c>….b32.i2p</c> or <c>unknown-9:0102ab</c>.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static NetworkAddress Parse(string text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is no address of a known network");

    /// <summary>Reads an address, if it is one. IPv6 text in fc00::/8 is CJDNS: those addresses are routed nowhere else.</summary>
    public static bool TryParse(string? text, out NetworkAddress address)
    {
        address = default;
        return text is not null && (text switch
        {
            _ when text.EndsWith(OnionSuffix, StringComparison.OrdinalIgnoreCase) => TryParseOnion(text[..^OnionSuffix.Length], out address),
            _ when text.EndsWith(I2PSuffix, StringComparison.OrdinalIgnoreCase) => TryParseI2P(text[..^I2PSuffix.Length], out address),
            _ when text.StartsWith(UnknownPrefix, StringComparison.Ordinal) => TryParseUnknown(text[UnknownPrefix.Length..], out address),
            _ => TryParseIP(text, out address),
        });
    }

    /// <summary>The text form that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Kind switch
    {
        NetworkKind.TorV2 => Base32.Encode(ToArray()) + OnionSuffix,
        NetworkKind.TorV3 => Base32.Encode([.. ToArray(), .. OnionChecksum(ToArray()), OnionVersion]) + OnionSuffix,
        NetworkKind.I2P => Base32.Encode(ToArray()) + I2PSuffix,
        NetworkKind.IPv4 or NetworkKind.IPv6 or NetworkKind.Cjdns => ToIPAddress()!.ToString(),
        var unknown => $"{UnknownPrefix}{(byte)unknown}:{Convert.ToHexStringLower(ToArray())}",
    };

    private static bool TryParseIP(string text, out NetworkAddress address)
    {
        address = default;
        if (!IPAddress.TryParse(text, out var ip) || !IsPlain(text, ip))
        {
            return false;
        }

        address = From(ip);
        if (address.Kind == NetworkKind.IPv6 && address._inline[0] == 0xFC)
        {
            address = new NetworkAddress(NetworkKind.Cjdns, address.ToArray());
        }

        return true;
    }

    /// <summary>
    /// The platform also takes octal and hexadecimal numbers, fewer than four of them, brackets, ports and scopes; here each would be
    /// another address than it looks like.
    /// </summary>
    private static bool IsPlain(string text, IPAddress ip) => text.Contains(':', StringComparison.Ordinal)
        ? !text.AsSpan().ContainsAny('[', ']', '%')
        : ip.ToString() == text;

    private static bool TryParseOnion(string text, out NetworkAddress address)
    {
        address = default;
        if (Base32.Decode(text) is not { } bytes)
        {
            return false;
        }

        switch (bytes.Length)
        {
            case 10:
                address = new NetworkAddress(NetworkKind.TorV2, bytes);
                return true;
            case 35 when bytes[34] == OnionVersion && OnionChecksum(bytes.AsSpan(0, 32)).AsSpan().SequenceEqual(bytes.AsSpan(32, 2)):
                address = new NetworkAddress(NetworkKind.TorV3, bytes.AsSpan(0, 32));
                return true;
            default:
                return false;
        }
    }

    private static bool TryParseI2P(string text, out NetworkAddress address)
    {
        address = default;
        if (Base32.Decode(text) is not { Length: 32 } bytes)
        {
            return false;
        }

        address = new NetworkAddress(NetworkKind.I2P, bytes);
        return true;
    }

    private static bool TryParseUnknown(string text, out NetworkAddress address)
    {
        address = default;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || !byte.TryParse(text[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out var kind) || LengthOf((NetworkKind)kind) is not null)
        {
            return false;
        }

        var hex = text[(colon + 1)..];
        if (hex.Length % 2 != 0 || hex.Length > 2 * WireLimits.AddressBytes || !hex.All(char.IsAsciiHexDigit))
        {
            return false;
        }

        address = new NetworkAddress((NetworkKind)kind, Convert.FromHexString(hex));
        return true;
    }

    /// <summary>The two bytes in a Tor address that catch a mistyped one (Tor's rend-spec-v3).</summary>
    private static byte[] OnionChecksum(ReadOnlySpan<byte> key) => Keccak.Sha3256([.. ".onion checksum"u8, .. key, OnionVersion])[..2];
}
