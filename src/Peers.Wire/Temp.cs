#pragma warning disable CS1591, CA1725
using System.Net;
namespace Peers.Wire;
public readonly record struct NetworkEndpoint(IPEndPoint E) { public static NetworkEndpoint From(IPEndPoint e) => new(e); }
public sealed record VersionAddress(ServiceFlags Services, NetworkEndpoint Endpoint);
public sealed record VersionMessage(int Version, ServiceFlags Services, long Time, VersionAddress Receiver, VersionAddress? Sender, ulong Nonce, WireText UserAgent, int StartHeight, bool Relay) : Message { public override string Command => "version"; public override int GetPayloadSize(WireProtocol p) => 0; public override void WritePayload(ref WireWriter w) { } }
public sealed record SendAddrV2Message : EmptyMessage { public static SendAddrV2Message Instance { get; } = new(); public override string Command => "sendaddrv2"; }
public sealed record WtxIdRelayMessage : EmptyMessage { public static WtxIdRelayMessage Instance { get; } = new(); public override string Command => "wtxidrelay"; }
public sealed record PongMessage(ulong Nonce) : Message { public override string Command => "pong"; public override int GetPayloadSize(WireProtocol p) => 0; public override void WritePayload(ref WireWriter w) { } }
public sealed record HeadersMessage(WireArray<BlockHeader> Headers) : Message { public override string Command => "pong"; public override int GetPayloadSize(WireProtocol p) => 0; public override void WritePayload(ref WireWriter w) { } }
