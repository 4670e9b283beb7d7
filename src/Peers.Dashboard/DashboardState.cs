using System.Text.Json.Serialization;

namespace Peers.Dashboard;

/// <summary>What the page shows, and <c>state</c> answers: docs/dashboard.md.</summary>
internal sealed record DashboardState(
    DateTimeOffset Time, bool Running, string Network, string UserAgent, IReadOnlyList<PeerRow> Peers, int MorePeers, OutboundRow Outbound,
    IReadOnlyList<BookRow> Book, IReadOnlyList<BanRow> Bans, IReadOnlyList<EventRow> Events, TrafficPoint Point);

internal sealed record PeerRow(
    long Id, string Address, string Type, string Direction, string Network, string Phase, string? Transport, string? UserAgent, int? Version, string? Services, IReadOnlyList<string> Features,
    int? Height, double? PingMs, double? BestPingMs, long Sent, long Received, double? AgeSeconds);

/// <summary>What the engine keeps by itself; the target is 0 when it keeps nothing.</summary>
internal sealed record OutboundRow(int Target, int FullRelay, int BlockRelay, int Dialling, bool Offline, int Nodes);

internal sealed record BookRow(string Network, int New, int Tried);

internal sealed record BanRow(string Subject, DateTimeOffset Until, string Why);

internal sealed record EventRow(DateTimeOffset Time, string Kind, long? Peer, string Address, string Text);

/// <summary>A second: bytes of it, and the middle of the last round trips; null for none.</summary>
internal sealed record TrafficPoint(DateTimeOffset Time, long Sent, long Received, double? PingMs, int Peers);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DashboardState))]
[JsonSerializable(typeof(IReadOnlyList<TrafficPoint>))]
[JsonSerializable(typeof(ActionRequest))]
[JsonSerializable(typeof(ActionAnswer))]
[JsonSerializable(typeof(Rights))]
internal sealed partial class DashboardJson : JsonSerializerContext;
