namespace Peers.Wire;

/// <summary>One entry of <c>addr</c> or <c>addrv2</c>: where a node is, what it offers and when it was seen.</summary>
/// <param name="Time">Unix time in seconds at which it was last seen; 0 in <c>addr</c> below version 31402.</param>
/// <param name="Services">What it offers.</param>
/// <param name="Endpoint">Where it is.</param>
public readonly record struct AddressEntry(uint Time, ServiceFlags Services, NetworkEndpoint Endpoint);
