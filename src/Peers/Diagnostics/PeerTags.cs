using System.Net;
using Peers.Wire;

namespace Peers;

/// <summary>The tags of instruments and spans, and every value that they may have: closed sets, for each value is a row in somebody's database for ever.</summary>
internal static class PeerTags
{
    public const string Direction = "peers.connection.direction";
    public const string Network = "peers.connection.network";
    public const string Transport = "peers.connection.transport";
    public const string Role = "peers.connection.role";
    public const string Outcome = "peers.handshake.outcome";
    public const string Reason = "peers.disconnect.reason";
    public const string Side = "peers.disconnect.side";
    public const string Command = "peers.message.command";
    public const string Cause = "peers.message.cause";
    public const string StallAction = "peers.stall.action";
    public const string RequestOutcome = "peers.request.outcome";
    public const string BanAction = "peers.ban.action";
    public const string Table = "peers.address.table";

    /// <summary>OpenTelemetry's own: <c>transmit</c> or <c>receive</c>.</summary>
    public const string Flow = "network.io.direction";

    /// <summary>On spans only: it is different for each connection.</summary>
    public const string Connection = "peers.connection.id";

    /// <summary>OpenTelemetry's own, on spans that failed.</summary>
    public const string Error = "error.type";

    public const string Ready = "ready";
    public const string Other = "other";
    public const string Unknown = "unknown";

    public static string Of(Direction direction) => direction == Peers.Direction.Inbound ? "inbound" : "outbound";

    /// <summary>The network that a remote is reached over, as far as its address tells.</summary>
    public static string NetworkOf(EndPoint endpoint) => endpoint switch
    {
        IPEndPoint address when address.IsUntold() => Unknown,
        IPEndPoint address => Of(NetworkAddress.From(address.Address)),
        DnsEndPoint name when NetworkAddress.TryParse(name.Host, out var address) => Of(address),
        DnsEndPoint => "name",
        _ => Unknown,
    };

    /// <summary>What a connection is for.</summary>
    public static string RoleOf(RemotePeer remote) => remote.ConnectionType switch
    {
        ConnectionType.Inbound => "inbound",
        ConnectionType.BlockRelay => "block_relay",
        ConnectionType.Feeler => "feeler",
        ConnectionType.AddressFetch => "address_fetch",
        ConnectionType.Manual => "manual",
        _ => "outbound_full_relay",
    };

    public static string TransportOf(PeerStats? stats) => stats?.Transport is "v1" or "v2" ? stats.Transport : Unknown;

    /// <summary>A command of the catalog; a remote's own words must not become rows.</summary>
    public static string CommandOf(string counted) => counted == MessageCounters.Other ? Other : counted;

    public static string SideOf(DisconnectReason reason) => reason is DisconnectReason.RemoteClosed or DisconnectReason.ConnectionReset ? "remote" : "local";

    public static string Of(DisconnectReason reason) => reason switch
    {
        DisconnectReason.Requested => "requested",
        DisconnectReason.RemoteClosed => "remote_closed",
        DisconnectReason.ConnectionReset => "connection_reset",
        DisconnectReason.ConnectFailed => "connect_failed",
        DisconnectReason.ProxyFailed => "proxy_failed",
        DisconnectReason.HandshakeTimedOut => "handshake_timed_out",
        DisconnectReason.Unexpected => "unexpected",
        DisconnectReason.Obsolete => "obsolete",
        DisconnectReason.MissingServices => "missing_services",
        DisconnectReason.SelfConnection => "self_connection",
        DisconnectReason.Refused => "refused",
        DisconnectReason.Malformed => "malformed",
        DisconnectReason.Idle => "idle",
        DisconnectReason.Stalled => "stalled",
        DisconnectReason.ServiceNotOffered => "service_not_offered",
        DisconnectReason.PingUnanswered => "ping_unanswered",
        DisconnectReason.SlowReader => "slow_reader",
        DisconnectReason.WriteTimedOut => "write_timed_out",
        DisconnectReason.RateExceeded => "rate_exceeded",
        DisconnectReason.OverBudget => "over_budget",
        DisconnectReason.Banned => "banned",
        DisconnectReason.Discouraged => "discouraged",
        DisconnectReason.Evicted => "evicted",
        DisconnectReason.InternalError => "internal_error",
        _ => Other, // A reason that has no word yet; a test says which.
    };

    public static string Of(NetworkKind kind) => kind switch
    {
        NetworkKind.IPv4 => "ipv4",
        NetworkKind.IPv6 => "ipv6",
        NetworkKind.TorV2 or NetworkKind.TorV3 => "onion",
        NetworkKind.I2P => "i2p",
        NetworkKind.Cjdns => "cjdns",
        _ => Unknown,
    };

    private static string Of(NetworkAddress address) => Of(Netgroup.KindOf(address));
}
