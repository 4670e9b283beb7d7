using System.Globalization;
using System.Net;
using System.Text;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>How stores write an address: its network's name (as Bitcoin Core's) and its text, which together give the same address back.</summary>
internal static class StoredAddress
{
    private const string UnknownPrefix = "unknown-";
    private const int LongestBytes = 32;

    /// <summary>Whether an address has a <see cref="NodeId"/>: all but those of unknown networks that are longer than any known one's.</summary>
    public static bool IsKept(NetworkAddress address) => address.Length <= LongestBytes;

    /// <summary>The entries of an answer that a store keeps: nearly always all, in which case nothing is copied.</summary>
    public static IReadOnlyList<AddressEntry> Kept(IReadOnlyList<AddressEntry> entries)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            if (!IsKept(entries[i].Endpoint.Address))
            {
                return [.. entries.Where(entry => IsKept(entry.Endpoint.Address))];
            }
        }

        return entries;
    }

    /// <summary>The network's name.</summary>
    public static string NetworkOf(NetworkAddress address) => address.Kind switch
    {
        NetworkKind.IPv4 => "ipv4",
        NetworkKind.IPv6 => "ipv6",
        NetworkKind.TorV2 => "torv2",
        NetworkKind.TorV3 => "onion",
        NetworkKind.I2P => "i2p",
        NetworkKind.Cjdns => "cjdns",
        var unknown => $"{UnknownPrefix}{(byte)unknown}",
    };

    /// <summary>The address with that text in that network. An IPv6 text alone would be read as IPv4 or CJDNS when it looks like one.</summary>
    public static NetworkAddress Parse(string network, string text)
    {
        if (network is not ("ipv6" or "cjdns"))
        {
            return NetworkAddress.Parse(text);
        }

        Span<byte> bytes = stackalloc byte[16];
        IPAddress.Parse(text).TryWriteBytes(bytes, out _);
        return new NetworkAddress(network == "ipv6" ? NetworkKind.IPv6 : NetworkKind.Cjdns, bytes);
    }
}

/// <summary>How stores write texts.</summary>
internal static class StoredText
{
    /// <summary>The bytes of a text that <see cref="WireText.ToString"/> escaped.</summary>
    public static WireText Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return new WireText(Encoding.ASCII.GetBytes(text));
        }

        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                bytes.Add((byte)text[i]);
            }
            else if (text[++i] == '\\')
            {
                bytes.Add((byte)'\\');
            }
            else
            {
                bytes.Add(byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                i += 2;
            }
        }

        return new WireText(bytes.ToArray());
    }

    /// <summary>A text of ours as a database takes it: no control characters (PostgreSQL has no NUL in texts), no halves of characters.</summary>
    public static string Plain(string text) =>
        text.Any(IsStrange) ? string.Concat(text.Select(character => IsStrange(character) ? '?' : character)) : text;

    private static bool IsStrange(char character) => char.IsControl(character) || char.IsSurrogate(character);
}
