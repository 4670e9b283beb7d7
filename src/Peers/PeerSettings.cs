using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Peers.Wire;

namespace Peers;

/// <summary>
/// The settings of one engine, read from HOCON (see <c>docs/settings.md</c>), where all defaults are.
/// Change values with <c>with</c>; what HOCON cannot hold is added the same way.
/// </summary>
public sealed record PeerSettings
{
    private PeerSettings()
    {
    }

    /// <summary>The network to speak on; define one of your own as you need it.</summary>
    public required BitcoinNetwork Network { get; init; }

    /// <summary>How much is forgiven.</summary>
    public required StrictnessPolicy Strictness { get; init; }

    /// <summary>What we call ourselves (BIP 14), at most 256 bytes.</summary>
    public required string UserAgent { get; init; }

    /// <summary>The highest protocol version that we offer.</summary>
    public required int ProtocolVersion { get; init; }

    /// <summary>The lowest protocol version that we accept.</summary>
    public required int MinimumProtocolVersion { get; init; }

    /// <summary>What we offer.</summary>
    public required ServiceFlags Services { get; init; }

    /// <summary>Whether we ask for transactions to be announced to us.</summary>
    public required bool RelayTransactions { get; init; }

    /// <summary>Commands that are left undecoded.</summary>
    public required FrozenSet<string> RawCommands { get; init; }

    /// <summary>The dispatcher that peers run on; empty for the default dispatcher.</summary>
    public required string Dispatcher { get; init; }

    /// <summary>
    /// The SOCKS5 proxy (RFC 1928) that dials go through, Tor's for instance; null for none. It resolves names, too, so that no resolver learns whom
    /// we dial. What is at the proxy's own address is dialled straight, and is not told by our <c>version</c> where we reached it: that
    /// would be the proxy's address, not the remote's (as btcd).
    /// </summary>
    public required IPEndPoint? Proxy { get; init; }

    /// <summary>Proxies for single networks; where it names none, <see cref="Proxy"/> counts.</summary>
    public required NetworkProxies Proxies { get; init; }

    /// <summary>Whether each dial has a user name of its own at the proxy, by which Tor gives it its own circuit (as Bitcoin Core).</summary>
    public required bool ProxyStreamIsolation { get; init; }

    /// <summary>Whose sockets carry the connections.</summary>
    public required NetworkIo NetworkIo { get; init; }

    /// <summary>How long the stop of an engine waits for its peers to write what is queued.</summary>
    public required TimeSpan StopTimeout { get; init; }

    /// <summary>Who may connect to us.</summary>
    public required ListenSettings Listen { get; init; }

    /// <summary>Whom we may connect to.</summary>
    public required OutboundSettings Outbound { get; init; }

    /// <summary>The connections that an engine keeps by itself, once it was told to.</summary>
    public required KeepingSettings Keeping { get; init; }

    /// <summary>Unfinished handshakes.</summary>
    public required AdmissionSettings Admission { get; init; }

    /// <summary>Who makes room when all inbound places are taken.</summary>
    public required EvictionSettings Eviction { get; init; }

    /// <summary>What follows from misbehaviour.</summary>
    public required MisbehaviourSettings Misbehaviour { get; init; }

    /// <summary>Bans.</summary>
    public required BanSettings Bans { get; init; }

    /// <summary>Sizes and times of a connection.</summary>
    public required ConnectionSettings Connection { get; init; }

    /// <summary>The handshake.</summary>
    public required HandshakeSettings Handshake { get; init; }

    /// <summary>Our pings.</summary>
    public required PingSettings Ping { get; init; }

    /// <summary>Remotes that say nothing.</summary>
    public required IdleSettings Idle { get; init; }

    /// <summary>Remotes that owe an answer too long.</summary>
    public required StallSettings Stall { get; init; }

    /// <summary>How much of one kind a remote may say.</summary>
    public required RateLimitSettings RateLimits { get; init; }

    /// <summary>Bytes that all remotes together may make us hold: of messages that have begun to arrive, and of those that were not consumed.</summary>
    public required int ReceiveBudget { get; init; }

    /// <summary>Requests.</summary>
    public required RequestSettings Requests { get; init; }

    /// <summary>Whether a remote is told by <c>reject</c> what was wrong (BIP 61).</summary>
    public required bool RejectEnabled { get; init; }

    /// <summary>Answers to <c>getaddr</c>.</summary>
    public required AddressSettings AddressAnswers { get; init; }

    /// <summary>Our announcements.</summary>
    public required TrickleSettings Trickle { get; init; }

    /// <summary>Messages that <see cref="IPeer.Messages"/> holds ready to be read.</summary>
    public required int InboxCapacity { get; init; }

    /// <summary>What is logged.</summary>
    public required LogSettings Log { get; init; }

    /// <summary>The time between two looks at what each connection has counted, while somebody listens to <see cref="PeerDiagnostics.MeterName"/>.</summary>
    public required TimeSpan MetricsInterval { get; init; }

    /// <summary>Makes the meter of the engine; null, the default: the engine makes its own, which goes with it.</summary>
    public IMeterFactory? Meters { get; init; }

    /// <summary>The height of our best block, asked once for each handshake, on an actor's thread: it must not block.</summary>
    public Func<int> BestHeight { get; init; } = static () => 0;

    /// <summary>
    /// Finds the addresses of a name. The default asks the system, but never for onion services and I2P, which would tell whoever runs its resolvers whom
    /// we dial (RFC 7686); one of your own is asked for them where no proxy is.
    /// </summary>
    public Func<string, Task<IPAddress[]>> Resolve { get; init; } = SystemResolver;

    /// <summary>
    /// Whether a remote may stay, asked when it has said its <c>version</c> (as btcd's <c>OnVersion</c>): null admits it, a text refuses it and
    /// becomes <see cref="DisconnectReason.Refused"/>. An exception refuses it, too. Null, the default, admits all.
    /// </summary>
    /// <remarks>
    /// Calls come one at a time and never on a peer's actor, for all connections of the engine, so a slow one makes handshakes wait; their time
    /// goes on (<c>peers.handshake.timeout</c>).
    /// </remarks>
    public Func<PeerId, VersionMessage, string?>? Admit { get; init; }

    /// <summary>
    /// The addresses that a remote may hear of, asked at the first <c>getaddr</c> of a remote that connected to us; further ones, and those of remotes
    /// that we connected to, get no answer (as Bitcoin Core). What goes out is chosen as by <see cref="SendAddresses"/>, and is the answer to all who
    /// ask over the same network and at the same address of ours for about a day (<c>peers.addresses</c>), in which the hook is not asked again: else
    /// many connections would learn all that is known. An answer for each remote needs <c>peers.addresses.cache-time = 0s</c>. An exception is
    /// logged and answers nothing. Null, the default: the engine does not answer. The listener gets every <c>getaddr</c> in any case.
    /// </summary>
    /// <remarks>
    /// Calls come one at a time and never on a peer's actor, for all connections of the engine. An engine that keeps connections (<see cref="KeepOutbound"/>)
    /// answers from its own book where this is null.
    /// </remarks>
    public Func<RemotePeer, IReadOnlyList<AddressEntry>>? Addresses { get; init; }

    /// <summary>
    /// Where the addresses that the engine knows are kept from one start to the next, for <see cref="KeepOutbound"/>. Null, the default: nowhere.
    /// </summary>
    public IAddressStore? AddressStore { get; init; }

    /// <summary>Who is asked for addresses while too few are known, for <see cref="KeepOutbound"/>. Null, the default: nobody but <c>peers.outbound.seeds</c>.</summary>
    public IAddressSeeds? Seeds { get; init; }

    /// <summary>The message types that are decoded; add your own with <see cref="MessageCatalog.With"/>.</summary>
    public MessageCatalog Catalog { get; init; } = MessageCatalog.Default;

    /// <summary>The only clock of the engine.</summary>
#pragma warning disable RS0030 // The one place where the system's clock enters; simulations put theirs here.
    public TimeProvider Clock { get; init; } = TimeProvider.System;
#pragma warning restore RS0030

    /// <summary>The only source of randomness; cryptographic unless a simulation seeds it. It must bear use by several threads.</summary>
    public Random Random { get; init; } = new CryptographicRandom();

    /// <summary>Reads the settings of an actor system; what it does not set comes from <see cref="PeerEngine.DefaultConfig"/>.</summary>
    /// <exception cref="SettingsException">A key is missing, unknown or has a value that cannot be used.</exception>
    public static PeerSettings From(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return From(system.Settings.Config.WithFallback(PeerEngine.DefaultConfig));
    }

    /// <summary>Reads settings from a configuration that holds a whole <c>peers</c> section.</summary>
    /// <exception cref="SettingsException">A key is missing, unknown or has a value that cannot be used.</exception>
    public static PeerSettings From(Config config)
    {
        var reader = new SettingsReader(config, "peers");
        var settings = Read(reader);
        reader.Finish();
        return settings;
    }

    /// <exception cref="SettingsException">A value that code has put in cannot be used.</exception>
    internal PeerSettings Validated()
    {
        List<string> faults = [];
        if (Encoding.UTF8.GetByteCount(UserAgent) > WireLimits.UserAgentBytes)
        {
            faults.Add($"UserAgent has {Encoding.UTF8.GetByteCount(UserAgent)} bytes: expected at most {WireLimits.UserAgentBytes}");
        }

        if (MinimumProtocolVersion > ProtocolVersion)
        {
            faults.Add($"MinimumProtocolVersion = {MinimumProtocolVersion}: expected at most ProtocolVersion, {ProtocolVersion}");
        }

        return faults.Count == 0 ? this : throw new SettingsException(faults);
    }

    /// <summary>Whether a remote is reached through the proxy: then its address is the proxy's.</summary>
    internal bool IsProxy(IPEndPoint remote) => Routes.IsProxy(remote.Normalized().Address);

    /// <summary>Which proxy a remote is dialled through.</summary>
    internal DialRoutes Routes => new(Proxy, Proxies, ReferenceEquals(Resolve, SystemResolver));

    private static Func<string, Task<IPAddress[]>> SystemResolver { get; } = static name => Dns.GetHostAddressesAsync(name);

    internal WireOptions WireOptions => new(Strictness, Connection.MaxMessageSize, Connection.VerifyChecksum, RawCommands);

    private static PeerSettings Read(SettingsReader reader)
    {
        var profile = reader.Text("profile");
        if (profile is not ("node" or "crawler"))
        {
            reader.Fault("profile", profile, "node or crawler");
        }

        var strictness = reader.Choice("strictness", "core or btcd", name => name is "core" or "btcd" ? StrictnessPolicy.Named(name) : null);
        return new PeerSettings
        {
            Network = ReadNetwork(reader),
            Strictness = strictness,
            UserAgent = ReadUserAgent(reader),
            ProtocolVersion = reader.Number("protocol-version"),
            MinimumProtocolVersion = reader.Number("minimum-protocol-version"),
            Services = ReadServices(reader, "services"),
            RelayTransactions = reader.Switch("relay-transactions"),
            RawCommands = reader.List("raw-commands").ToFrozenSet(),
            Dispatcher = reader.Text("dispatcher"),
            NetworkIo = reader.Choice("network-io", "akka-io or sockets", word => word is "akka-io" or "sockets" ? word : null) == "sockets"
                ? NetworkIo.Sockets
                : NetworkIo.AkkaIo,
            Proxy = ReadProxy(reader),
            Proxies = NetworkProxies.Read(reader),
            ProxyStreamIsolation = reader.Switch("proxy-stream-isolation"),
            StopTimeout = reader.Duration("stop-timeout"),
            Listen = new ListenSettings(ReadEndpoints(reader), reader.Number("listen.max-inbound"), reader.Number("listen.backlog", least: 1)),
            Outbound = OutboundSettings.Read(reader),
            Keeping = KeepingSettings.Read(reader),
            Admission = AdmissionSettings.Read(reader),
            Eviction = EvictionSettings.Read(reader),
            Misbehaviour = MisbehaviourSettings.Read(reader, strictness),
            Bans = new BanSettings(reader.Number("bans.max", least: 1), reader.Duration("bans.time")),
            Connection = ConnectionSettings.Read(reader),
            Handshake = new HandshakeSettings(
                reader.Duration("handshake.timeout"), ReadServices(reader, "handshake.required-services"),
                reader.Switch("handshake.wtxid-relay"), reader.Switch("handshake.address-v2")),
            Ping = new PingSettings(reader.Switch("ping.enabled"), reader.Duration("ping.interval"), reader.DurationOrZero("ping.timeout")),
            Idle = new IdleSettings(reader.Switch("idle.enabled"), reader.Duration("idle.timeout")),
            Stall = StallSettings.Read(reader),
            RateLimits = RateLimitSettings.Read(reader),
            ReceiveBudget = reader.Size("receive-budget"),
            Requests = new RequestSettings(reader.Number("requests.max-outstanding", least: 1), reader.Duration("requests.duplicate-window")),
            RejectEnabled = reader.Switch("reject.enabled"),
            AddressAnswers = AddressSettings.Read(reader),
            Trickle = TrickleSettings.Read(reader),
            InboxCapacity = reader.Number("inbox.capacity", least: 1),
            MetricsInterval = reader.Duration("metrics.interval"),
            Log = new LogSettings(reader.Switch("log.wire"), reader.Size("log.per-source"), reader.Size("log.inbound")),
        };
    }

    private static string ReadUserAgent(SettingsReader reader)
    {
        var (name, comments) = (reader.Text("user-agent"), reader.List("user-agent-comments"));
        try
        {
            return Peers.UserAgent.WithComments(name, comments);
        }
        catch (ArgumentException fault)
        {
            reader.Fault(fault.ParamName == "comments" ? "user-agent-comments" : "user-agent", fault.ParamName == "comments" ? string.Join(", ", comments) : name, fault.Message.Split(" (Parameter")[0]);
            return name;
        }
    }

    /// <summary>A name is a fault: it could not be compared with the address of a remote, and that address would leak.</summary>
    private static IPEndPoint? ReadProxy(SettingsReader reader)
    {
        var text = reader.Text("proxy");
        if (text.Length == 0)
        {
            return null;
        }

        if (IPEndPoint.TryParse(text, out var proxy) && proxy.Port != 0)
        {
            return proxy;
        }

        reader.Fault("proxy", text, "the address and the port of the proxy such as \"127.0.0.1:9050\" or \"[::1]:9050\"");
        return null;
    }

    private static BitcoinNetwork ReadNetwork(SettingsReader reader)
    {
        var network = reader.Choice("network", $"one of {string.Join(", ", BitcoinNetwork.All.Select(known => known.Name))}", BitcoinNetwork.Named);
        var challenge = reader.Text("signet-challenge");
        if (challenge.Length == 0)
        {
            return network;
        }

        try
        {
            return BitcoinNetwork.CustomSignet(Convert.FromHexString(challenge));
        }
        catch (FormatException)
        {
            reader.Fault("signet-challenge", challenge, "a script in hexadecimal");
            return network;
        }
    }

    internal static ServiceFlags ReadServices(SettingsReader reader, string key)
    {
        var services = ServiceFlags.None;
        foreach (var word in reader.List(key))
        {
            if (ServiceWords.TryGetValue(word, out var service))
            {
                services |= service;
            }
            else
            {
                reader.Fault(key, word, $"any of {string.Join(", ", ServiceWords.Keys.Order())}");
            }
        }

        return services;
    }

    private static readonly FrozenDictionary<string, ServiceFlags> ServiceWords = new Dictionary<string, ServiceFlags>
    {
        ["network"] = ServiceFlags.Network,
        ["get-utxo"] = ServiceFlags.GetUtxo,
        ["bloom"] = ServiceFlags.Bloom,
        ["witness"] = ServiceFlags.Witness,
        ["compact-filters"] = ServiceFlags.CompactFilters,
        ["network-limited"] = ServiceFlags.NetworkLimited,
    }.ToFrozenDictionary();

    private static List<IPEndPoint> ReadEndpoints(SettingsReader reader)
    {
        List<IPEndPoint> endpoints = [];
        foreach (var text in reader.List("listen.endpoints"))
        {
            if (IPEndPoint.TryParse(text, out var endpoint) && text.Contains(':', StringComparison.Ordinal))
            {
                endpoints.Add(endpoint);
            }
            else
            {
                reader.Fault("listen.endpoints", text, "addresses with ports such as \"0.0.0.0:8333\" or \"[::]:8333\"");
            }
        }

        return endpoints;
    }
}
