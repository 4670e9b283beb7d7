using System.Net;
using Peers.Wire;

namespace Peers;

/// <summary>A connection that the engine opened by itself.</summary>
/// <param name="type">What it is for.</param>
/// <param name="remote">Where to.</param>
/// <param name="address">Its address in the book; null for a name.</param>
internal sealed class KeptConnection(ConnectionType type, EndPoint remote, NetworkEndpoint? address)
{
    public ConnectionType Type { get; } = type;

    public EndPoint Remote { get; } = remote;

    public NetworkEndpoint? Address { get; } = address;

    /// <summary>Which netgroup it takes; null for those that take none.</summary>
    public ulong? Netgroup { get; } =
        address is { } known && type is ConnectionType.OutboundFullRelay or ConnectionType.BlockRelay ? NetgroupOf(address.Value.Address) : null;

    /// <summary>The netgroup of somebody, of which the engine takes one; this machine is none.</summary>
    public static ulong? NetgroupOf(NetworkAddress address) => NetworkIdentity.IsLocal(address) ? null : Peers.Netgroup.Of(address);

    public PeerId Id { get; set; }

    public bool IsReady { get; set; }

    /// <summary>What it must offer.</summary>
    public ServiceFlags Needs { get; init; }

    /// <summary>What it offers: as it is told until it is ready, then as it says itself.</summary>
    public ServiceFlags Services { get; set; }
}
