using Peers.Wire;

namespace Peers;

/// <summary>A connection that is missing.</summary>
/// <param name="Type">What it is for.</param>
/// <param name="Services">What the remote must offer.</param>
internal readonly record struct OutboundWant(ConnectionType Type, ServiceFlags Services);
