using System.Net;
using Peers.Wire;

namespace Peers;

/// <summary>Who is at the other end, as it said itself in its <c>version</c>.</summary>
/// <param name="Endpoint">Its address as our socket sees it; IPv4 is never in IPv6's clothes.</param>
/// <param name="LocalEndpoint">Ours.</param>
/// <param name="Direction">Who opened the connection.</param>
/// <param name="Version">The protocol version that it offered; the one that is spoken is in <paramref name="Features"/>.</param>
/// <param name="Services">What it offers.</param>
/// <param name="UserAgent">What it calls itself (BIP 14).</param>
/// <param name="StartHeight">The height of its best block.</param>
/// <param name="TimeOffset">Its clock less ours, to the second; positive when it is ahead, limited to 68 years.</param>
/// <param name="OurAddress">Our address as it sees it.</param>
/// <param name="Features">What was settled.</param>
public sealed record RemotePeer(
    IPEndPoint Endpoint, IPEndPoint LocalEndpoint, Direction Direction, int Version, ServiceFlags Services, WireText UserAgent,
    int StartHeight, TimeSpan TimeOffset, NetworkEndpoint OurAddress, PeerFeatures Features)
{
    /// <summary>What the connection is for.</summary>
    public ConnectionType ConnectionType { get; init; } = Direction == Direction.Inbound ? ConnectionType.Inbound : ConnectionType.OutboundFullRelay;
}
