using System.Globalization;
using System.Net;
using Peers.Wire;

namespace Peers;

/// <summary>One address, or all addresses that begin with the same bits (CIDR): what can be banned.</summary>
/// <remarks>
/// It stands for who is there, however the address was written: IPv4 in IPv6's clothes is IPv4, and an address in fc00::/8 is the same one
/// whether it came as IPv6 or as CJDNS. The default value is the address <c>::</c>.
/// </remarks>
public readonly record struct Subnet
{
    /// <summary>Bits that may differ: so that the default value is one address and not all of IPv6.</summary>
    private readonly short _freeBits;

    /// <summary>Names a subnet; bits behind the prefix do not matter.</summary>
    /// <param name="address">Any address of it.</param>
    /// <param name="prefixLength">Bits that all its addresses have in common; less than all of them for IPv4, IPv6 and CJDNS only.</param>
    /// <exception cref="ArgumentOutOfRangeException">The address has fewer bits, or belongs to a network without subnets.</exception>
    public Subnet(NetworkAddress address, int prefixLength)
    {
        var bits = address.Length * 8;
        if (prefixLength < 0 || prefixLength > bits || (prefixLength < bits && !NetworkIdentity.HasSubnets(address)))
        {
            throw new ArgumentOutOfRangeException(nameof(prefixLength), prefixLength, $"{address} has no prefix of that many bits");
        }

        _freeBits = (short)(bits - prefixLength);
        Address = NetworkIdentity.Masked(address, _freeBits);
    }

    /// <summary>Its first address.</summary>
    public NetworkAddress Address { get; }

    /// <summary>Bits that all its addresses have in common.</summary>
    public int PrefixLength => (Address.Length * 8) - _freeBits;

    /// <summary>Whether it is one address.</summary>
    public bool IsOneAddress => _freeBits == 0;

    /// <summary>The subnet that is that address alone.</summary>
    public static Subnet Of(NetworkAddress address) => new(address, address.Length * 8);

    /// <summary>The subnet that is that address alone.</summary>
    public static Subnet Of(IPAddress address) => Of(NetworkAddress.From(address));

    /// <summary>Reads <c>192.0.2.0/24</c>, <c>2001:db8::/32</c>, or an address of any network, such as <c>192.0.2.1</c> or <c>….onion</c>.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static Subnet Parse(string text) =>
        TryParse(text, out var subnet) ? subnet : throw new FormatException($"'{text}' is neither an address nor a subnet such as 192.0.2.0/24");

    /// <summary>Reads a subnet or an address, if it is one.</summary>
    public static bool TryParse(string? text, out Subnet subnet)
    {
        subnet = default;
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (!NetworkAddress.TryParse(slash < 0 ? text : text![..slash], out var address))
        {
            return false;
        }

        var bits = address.Length * 8;
        var length = bits;
        if (slash >= 0
            && (!int.TryParse(text![(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > bits
                || (length < bits && !NetworkIdentity.HasSubnets(address))))
        {
            return false;
        }

        subnet = new Subnet(address, length);
        return true;
    }

    /// <summary>Whether an address belongs to it.</summary>
    public bool Contains(NetworkAddress address)
    {
        var identity = NetworkIdentity.Of(address);
        return identity.Kind == Address.Kind && identity.Length == Address.Length && NetworkIdentity.Masked(identity, _freeBits) == Address;
    }

    /// <summary>The text form that <see cref="Parse"/> reads.</summary>
    public override string ToString() => IsOneAddress ? Address.ToString() : $"{Address}/{PrefixLength}";
}
