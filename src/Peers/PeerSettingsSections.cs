using System.Net;
using Peers.Wire;

namespace Peers;

/// <summary>Who may connect to us: <c>peers.listen</c>.</summary>
/// <param name="Endpoints">Addresses to listen on from the start.</param>
/// <param name="MaxInbound">Inbound connections at most.</param>
/// <param name="Backlog">Connections that the operating system holds until they are accepted.</param>
public sealed record ListenSettings(IReadOnlyList<IPEndPoint> Endpoints, int MaxInbound, int Backlog);

/// <summary>Whom we may connect to: <c>peers.outbound</c>.</summary>
/// <param name="Max">Outbound connections at most, those being dialled among them.</param>
/// <param name="AllowSelfConnection">Whether the engine may connect to itself.</param>
/// <param name="AllowDuplicates">Whether several connections to one address may exist.</param>
public sealed record OutboundSettings(int Max, bool AllowSelfConnection, bool AllowDuplicates);

/// <summary>Sizes and times of a connection: <c>peers.connection</c>.</summary>
/// <param name="ConnectTimeout">How long a dial may take.</param>
/// <param name="FrameSize">Bytes of one read or write.</param>
/// <param name="ReadWindow">Bytes heard but not yet consumed at which reading pauses.</param>
/// <param name="MessageOverhead">Bytes that one message costs of the window beyond its own.</param>
/// <param name="WriteLimit">Bytes queued for writing above which the remote is dropped.</param>
/// <param name="WriteBatch">Bytes of one write to the socket.</param>
/// <param name="MaxMessageSize">Bytes of the largest payload.</param>
/// <param name="VerifyChecksum">Whether payloads are hashed to see that they arrived whole.</param>
/// <param name="CloseTimeout">How long a disconnect waits for what is queued to be written.</param>
public sealed record ConnectionSettings(
    TimeSpan ConnectTimeout, int FrameSize, int ReadWindow, int MessageOverhead, int WriteLimit, int WriteBatch,
    int MaxMessageSize, bool VerifyChecksum, TimeSpan CloseTimeout)
{
    internal static ConnectionSettings Read(SettingsReader reader) => new(
        reader.Duration("connection.connect-timeout"),
        reader.Size("connection.frame-size"),
        reader.Size("connection.read-window"),
        reader.Size("connection.message-overhead"),
        reader.Size("connection.write-limit"),
        reader.Size("connection.write-batch"),
        reader.Size("connection.max-message-size"),
        reader.Switch("connection.verify-checksum"),
        reader.Duration("connection.close-timeout"));
}

/// <summary>The handshake: <c>peers.handshake</c>.</summary>
/// <param name="Timeout">The time from the opening of the socket to the end of the handshake.</param>
/// <param name="RequiredServices">What a remote that we dialled must offer.</param>
/// <param name="WtxIdRelay">Whether we ask for announcements by wtxid (BIP 339).</param>
/// <param name="AddressV2">Whether we ask for addresses in the form of BIP 155.</param>
public sealed record HandshakeSettings(TimeSpan Timeout, ServiceFlags RequiredServices, bool WtxIdRelay, bool AddressV2);

/// <summary>Our pings: <c>peers.ping</c>.</summary>
/// <param name="Enabled">Whether we ping.</param>
/// <param name="Interval">The time between two pings.</param>
/// <param name="Timeout">The time after which an unanswered ping ends the connection; zero for never.</param>
public sealed record PingSettings(bool Enabled, TimeSpan Interval, TimeSpan Timeout);

/// <summary>Remotes that say nothing: <c>peers.idle</c>.</summary>
/// <param name="Enabled">Whether they are dropped.</param>
/// <param name="Timeout">The time without a complete message.</param>
public sealed record IdleSettings(bool Enabled, TimeSpan Timeout);

/// <summary>When announcements that are no blocks go out.</summary>
public enum TricklePolicy
{
    /// <summary>At random times with a mean, as Bitcoin Core: an observer learns little of who had it first.</summary>
    Poisson,

    /// <summary>At a fixed beat, as btcd.</summary>
    Fixed,

    /// <summary>At once.</summary>
    Immediate,
}

/// <summary>Our announcements: <c>peers.trickle</c>.</summary>
/// <param name="Enabled">Whether we announce inventory at all.</param>
/// <param name="Policy">When announcements that are no blocks go out.</param>
/// <param name="InboundInterval">The mean time between two announcements to a peer that connected to us.</param>
/// <param name="OutboundInterval">The mean time between two announcements to a peer that we connected to.</param>
/// <param name="MaxPerMessage">Items of one <c>inv</c>.</param>
/// <param name="Queue">Items that wait at most; the oldest give way.</param>
/// <param name="KnownInventory">Items that we remember the remote to know.</param>
public sealed record TrickleSettings(
    bool Enabled, TricklePolicy Policy, TimeSpan InboundInterval, TimeSpan OutboundInterval, int MaxPerMessage, int Queue, int KnownInventory)
{
    internal static TrickleSettings Read(SettingsReader reader) => new(
        reader.Switch("trickle.enabled"),
        Enum.Parse<TricklePolicy>(
            reader.Choice("trickle.policy", "poisson, fixed or immediate", word => word is "poisson" or "fixed" or "immediate" ? word : null) ?? "poisson",
            ignoreCase: true),
        reader.Duration("trickle.inbound-interval"),
        reader.Duration("trickle.outbound-interval"),
        reader.Number("trickle.max-per-message", least: 1),
        reader.Number("trickle.queue", least: 1),
        reader.Number("trickle.known-inventory", least: 1));
}
