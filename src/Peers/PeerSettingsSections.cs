using System.Collections.Frozen;
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
/// <param name="DistinctNetgroups">Whether no two may be to one netgroup, but for those that a person chose.</param>
/// <param name="CoolDown">How long an address that failed is not dialled again, but for those that a person chose; zero for not at all.</param>
public sealed record OutboundSettings(int Max, bool AllowSelfConnection, bool AllowDuplicates, bool DistinctNetgroups, TimeSpan CoolDown)
{
    internal static OutboundSettings Read(SettingsReader reader) => new(
        reader.Number("outbound.max"),
        reader.Switch("outbound.allow-self-connection"),
        reader.Switch("outbound.allow-duplicates"),
        reader.Switch("outbound.distinct-netgroups"),
        reader.DurationOrZero("outbound.cool-down"));
}

/// <summary>Unfinished handshakes: <c>peers.admission</c>.</summary>
/// <param name="PendingPerPrefix">Unfinished inbound handshakes from one IPv4 /24 or IPv6 /64 at most; 0 for any number.</param>
/// <param name="ExemptLocal">Whether those of a loopback address do not count.</param>
public sealed record AdmissionSettings(int PendingPerPrefix, bool ExemptLocal)
{
    internal static AdmissionSettings Read(SettingsReader reader) => new(
        reader.Number("admission.pending-per-prefix"), reader.Words("admission.exempt", ["local"]).Contains("local"));
}

/// <summary>Who makes room when all inbound places are taken: <c>peers.eviction</c>.</summary>
/// <param name="Enabled">Whether anybody does; else the newcomer is refused.</param>
/// <param name="Netgroups">How many peers are protected by netgroups that nobody can guess.</param>
/// <param name="Pings">How many by the lowest round trips.</param>
/// <param name="Transactions">How many by the last transactions that were worth announcing.</param>
/// <param name="BlockRelay">How many, of those that want no transactions, by the last blocks that were worth announcing.</param>
/// <param name="Blocks">How many, of all, by the last blocks that were worth announcing.</param>
public sealed record EvictionSettings(bool Enabled, int Netgroups, int Pings, int Transactions, int BlockRelay, int Blocks)
{
    internal static EvictionSettings Read(SettingsReader reader) => new(
        reader.Switch("eviction.enabled"),
        reader.Number("eviction.protect-netgroups"),
        reader.Number("eviction.protect-pings"),
        reader.Number("eviction.protect-transactions"),
        reader.Number("eviction.protect-block-relay"),
        reader.Number("eviction.protect-blocks"));
}

/// <summary>What follows from misbehaviour.</summary>
public enum MisbehaviourPolicy
{
    /// <summary>As Bitcoin Core: once is enough to be disconnected and discouraged.</summary>
    Core,

    /// <summary>As btcd: points add up and fade; who has too many is banned.</summary>
    Btcd,
}

/// <summary>What follows from misbehaviour: <c>peers.misbehaviour</c>.</summary>
/// <param name="Policy">Which policy; as strict as <c>peers.strictness</c> unless it says otherwise.</param>
/// <param name="ExemptManual">Whether those whom a person chose are never punished.</param>
/// <param name="ExemptLocal">Whether those at a loopback address are disconnected and no more.</param>
/// <param name="Discouraged">How many discouraged addresses are remembered at least.</param>
/// <param name="Threshold">Points that ban.</param>
/// <param name="HalfLife">The time in which points fade to half.</param>
/// <param name="OutageNetgroups">Connections to how many netgroups must fail at once to be an outage of our own; 0 for never.</param>
/// <param name="OutageWindow">Within which time.</param>
public sealed record MisbehaviourSettings(
    MisbehaviourPolicy Policy, bool ExemptManual, bool ExemptLocal, int Discouraged, int Threshold, TimeSpan HalfLife, int OutageNetgroups,
    TimeSpan OutageWindow)
{
    internal static MisbehaviourSettings Read(SettingsReader reader, StrictnessPolicy? strictness)
    {
        var exempt = reader.Words("misbehaviour.exempt", ["manual", "local"]);
        var policy = reader.Choice("misbehaviour.policy", "core, btcd or auto", word => word is "core" or "btcd" or "auto" ? word : null);
        return new MisbehaviourSettings(
            policy == "btcd" || (policy == "auto" && strictness == StrictnessPolicy.Btcd) ? MisbehaviourPolicy.Btcd : MisbehaviourPolicy.Core,
            exempt.Contains("manual"),
            exempt.Contains("local"),
            reader.Number("misbehaviour.discouraged", least: 1),
            reader.Number("misbehaviour.threshold", least: 1),
            reader.Duration("misbehaviour.half-life"),
            reader.Number("misbehaviour.outage-netgroups"),
            reader.Duration("misbehaviour.outage-window"));
    }
}

/// <summary>Bans: <c>peers.bans</c>.</summary>
/// <param name="Max">Bans at most; of more, those that end first give way.</param>
/// <param name="Time">How long a ban lasts that does not say.</param>
public sealed record BanSettings(int Max, TimeSpan Time);

/// <summary>What is logged: <c>peers.log</c>.</summary>
/// <param name="Wire">Whether each message in and out is logged.</param>
/// <param name="PerSource">Bytes an hour that one IPv4 /24 or IPv6 /64 can make us log by connecting to us.</param>
/// <param name="Inbound">Bytes an hour that all of them can make us log.</param>
public sealed record LogSettings(bool Wire, int PerSource, int Inbound);

/// <summary>Sizes and times of a connection: <c>peers.connection</c>.</summary>
/// <param name="ConnectTimeout">How long a dial may take.</param>
/// <param name="FrameSize">Bytes of one read or write.</param>
/// <param name="ReadWindow">Bytes heard but not yet consumed at which reading pauses.</param>
/// <param name="MessageOverhead">Bytes that one message costs of the window beyond its own.</param>
/// <param name="WriteLimit">Bytes queued for writing above which the remote is dropped.</param>
/// <param name="WriteTimeout">How long a write to the socket may take; zero for ever.</param>
/// <param name="ReplyLimit">Bytes, with their overhead, of pongs that may wait to be written; above that reading pauses.</param>
/// <param name="WriteBatch">Bytes of one write to the socket.</param>
/// <param name="MaxMessageSize">Bytes of the largest payload.</param>
/// <param name="VerifyChecksum">Whether payloads are hashed to see that they arrived whole.</param>
/// <param name="CloseTimeout">How long a disconnect waits for what is queued to be written.</param>
public sealed record ConnectionSettings(
    TimeSpan ConnectTimeout, int FrameSize, int ReadWindow, int MessageOverhead, int WriteLimit, TimeSpan WriteTimeout, int ReplyLimit, int WriteBatch,
    int MaxMessageSize, bool VerifyChecksum, TimeSpan CloseTimeout)
{
    internal static ConnectionSettings Read(SettingsReader reader) => new(
        reader.Duration("connection.connect-timeout"),
        reader.Size("connection.frame-size"),
        reader.Size("connection.read-window"),
        reader.Size("connection.message-overhead"),
        reader.Size("connection.write-limit"),
        reader.DurationOrZero("connection.write-timeout"),
        reader.Size("connection.reply-limit"),
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

/// <summary>What becomes of a remote that owes an answer too long.</summary>
public enum StallAction
{
    /// <summary>It is disconnected: <see cref="DisconnectReason.Stalled"/>.</summary>
    Disconnect,

    /// <summary>It is asked nothing for a while: requests are refused.</summary>
    Pause,

    /// <summary>Subscribers are told: <see cref="PeerStalled"/>.</summary>
    Report,
}

/// <summary>Remotes that owe an answer too long: <c>peers.stall</c>.</summary>
/// <param name="Enabled">Whether that is a stall; null for on but on regtest and simnet.</param>
/// <param name="ResponseTimeout">How long a remote may take to answer, or to go on answering.</param>
/// <param name="HeadersTimeout">How long it may take to answer <c>getheaders</c>.</param>
/// <param name="Action">What becomes of it.</param>
/// <param name="Pause">How long a pause is.</param>
/// <param name="ExemptManual">Whether stalls of those whom a person chose are only reported.</param>
/// <param name="ExemptLocal">Whether stalls of those at a loopback address are only reported.</param>
/// <param name="ReportOnly">Commands of the requests whose missing answer is only reported.</param>
public sealed record StallSettings(
    bool? Enabled, TimeSpan ResponseTimeout, TimeSpan HeadersTimeout, StallAction Action, TimeSpan Pause, bool ExemptManual, bool ExemptLocal,
    FrozenSet<string> ReportOnly)
{
    private static readonly FrozenSet<string> Requests =
        FrozenSet.ToFrozenSet(["getdata", "getheaders", "getblocks", "getaddr", "mempool", "getblocktxn", "getcfilters", "getcfheaders", "getcfcheckpt"]);

    internal static StallSettings Read(SettingsReader reader)
    {
        var exempt = reader.Words("stall.exempt", ["manual", "local"]);
        return new StallSettings(
            reader.SwitchOrAuto("stall.enabled"),
            reader.Duration("stall.response-timeout"),
            reader.Duration("stall.headers-timeout"),
            Enum.Parse<StallAction>(
                reader.Choice("stall.action", "disconnect, pause or report", word => word is "disconnect" or "pause" or "report" ? word : null) ?? "report",
                ignoreCase: true),
            reader.Duration("stall.pause"),
            exempt.Contains("manual"),
            exempt.Contains("local"),
            reader.Words("stall.report-only", Requests));
    }

    /// <summary>Whether stalls are watched for on that network.</summary>
    internal bool IsOn(BitcoinNetwork network) => Enabled ?? (network != BitcoinNetwork.Regtest && network != BitcoinNetwork.Simnet);
}

/// <summary>Requests: <c>peers.requests</c>.</summary>
/// <param name="MaxOutstanding">Requests to one remote that may be without an answer.</param>
/// <param name="DuplicateWindow">How long the same <c>getheaders</c> or <c>getblocks</c> is not repeated unless it was answered.</param>
public sealed record RequestSettings(int MaxOutstanding, TimeSpan DuplicateWindow);

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

/// <summary>
/// Addresses that remotes are told: answers to <c>getaddr</c>, where <see cref="PeerSettings.Addresses"/> or the book of an engine that keeps connections
/// gives any, and what is told on: <c>peers.addresses</c>.
/// </summary>
/// <param name="CacheTime">How long an answer is given again, at least; zero for never.</param>
/// <param name="CacheSpread">How much longer at most, by chance.</param>
/// <param name="MaxShare">The percentage of what is known that one answer tells at most.</param>
/// <param name="BookShare">The same of the book of an engine that keeps connections.</param>
/// <param name="Relay">Whether an engine that keeps connections tells on what peers tell unasked.</param>
/// <param name="RelayInterval">The mean time between two such messages to one peer.</param>
public sealed record AddressSettings(TimeSpan CacheTime, TimeSpan CacheSpread, int MaxShare, int BookShare, bool Relay, TimeSpan RelayInterval)
{
    internal static AddressSettings Read(SettingsReader reader) => new(
        reader.DurationOrZero("addresses.cache-time"), reader.DurationOrZero("addresses.cache-spread"), reader.Number("addresses.max-share", least: 1),
        reader.Number("addresses.book-share", least: 1), reader.Switch("addresses.relay"), reader.Duration("addresses.relay-interval"));
}

/// <summary>Our announcements: <c>peers.trickle</c>.</summary>
/// <param name="Enabled">Whether we announce inventory at all.</param>
/// <param name="Policy">When announcements that are no blocks go out.</param>
/// <param name="InboundInterval">The mean time between two announcements to a peer that connected to us.</param>
/// <param name="OutboundInterval">The mean time between two announcements to a peer that we connected to.</param>
/// <param name="FixedInterval">The time between two announcements at a fixed beat.</param>
/// <param name="MaxPerMessage">Items of one <c>inv</c>.</param>
/// <param name="Queue">Items that wait at most; the oldest give way.</param>
/// <param name="KnownInventory">Blocks, and ids of transactions, that we remember the remote to know.</param>
public sealed record TrickleSettings(
    bool Enabled, TricklePolicy Policy, TimeSpan InboundInterval, TimeSpan OutboundInterval, TimeSpan FixedInterval, int MaxPerMessage, int Queue,
    int KnownInventory)
{
    internal static TrickleSettings Read(SettingsReader reader) => new(
        reader.Switch("trickle.enabled"),
        Enum.Parse<TricklePolicy>(
            reader.Choice("trickle.policy", "poisson, fixed or immediate", word => word is "poisson" or "fixed" or "immediate" ? word : null) ?? "poisson",
            ignoreCase: true),
        reader.Duration("trickle.inbound-interval"),
        reader.Duration("trickle.outbound-interval"),
        reader.Duration("trickle.fixed-interval"),
        reader.Number("trickle.max-per-message", least: 1),
        reader.Number("trickle.queue", least: 1),
        reader.Number("trickle.known-inventory", least: 1));
}
