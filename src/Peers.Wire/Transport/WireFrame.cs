namespace Peers.Wire;

/// <summary>One complete frame: a command and its payload, still undecoded.</summary>
/// <param name="Command">The command.</param>
/// <param name="Type">Its type in the catalog; null when it is unknown.</param>
/// <param name="Payload">The payload; unless <paramref name="Owned"/> it is good until the transport is called again.</param>
/// <param name="Owned">Whether the payload is an array of the frame's own.</param>
/// <param name="Length">Bytes on the wire.</param>
/// <param name="Fault">Why the payload is not to be decoded; null when it is.</param>
public readonly record struct WireFrame(
    string Command, MessageType? Type, ReadOnlyMemory<byte> Payload, bool Owned, int Length, WireException? Fault);
