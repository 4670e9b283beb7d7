namespace Peers.Wire;

/// <summary>The network that an address belongs to, by its id of BIP 155. Any other value is a network that we do not know.</summary>
public enum NetworkKind : byte
{
    /// <summary>IPv4, 4 bytes.</summary>
    IPv4 = 1,

    /// <summary>IPv6, 16 bytes.</summary>
    IPv6 = 2,

    /// <summary>The second version of Tor's onion services, 10 bytes; gone since 2021.</summary>
    TorV2 = 3,

    /// <summary>The third version of Tor's onion services, 32 bytes.</summary>
    TorV3 = 4,

    /// <summary>I2P, 32 bytes.</summary>
    I2P = 5,

    /// <summary>CJDNS, 16 bytes in fc00::/8.</summary>
    Cjdns = 6,
}
