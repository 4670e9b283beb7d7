using Peers.Wire;

namespace Peers.Cli;

/// <summary>Tells the steps of a handshake: dialled, version said, version heard, ready.</summary>
internal static class PeerReport
{
    public static void Connected(CommandOutput output, IPeer peer) => output.Tell(
        "connected",
        new { id = peer.Id, remote = peer.Remote.Endpoint, local = peer.Remote.LocalEndpoint, peer.Remote.Direction },
        $"connected to {peer.Remote.Endpoint} from {peer.Remote.LocalEndpoint}");

    public static void Opened(CommandOutput output, PeerOpened opened) => output.Tell(
        "connected",
        new { id = opened.Id, remote = opened.Remote, local = opened.Local, opened.Direction },
        $"connected to {opened.Remote} from {opened.Local}");

    /// <summary>What we say of ourselves.</summary>
    public static void Said(CommandOutput output, PeerSettings settings, int height) => output.Tell(
        "version",
        new
        {
            by = "us",
            version = settings.ProtocolVersion,
            settings.Services,
            userAgent = (WireText)settings.UserAgent,
            startHeight = height,
            relay = settings.RelayTransactions,
        },
        $"""
        said version {settings.ProtocolVersion}
            user agent    {(WireText)settings.UserAgent}
            services      {Services(settings.Services)}
            height        {height}
            transactions  {(settings.RelayTransactions ? "wanted" : "not wanted")}
        """);

    /// <summary>What the remote says of itself.</summary>
    public static void Heard(CommandOutput output, VersionMessage version, TimeProvider clock)
    {
        // Any time may be claimed: the difference must not overflow.
        var offset = (Int128)version.Time - clock.GetUtcNow().ToUnixTimeSeconds();
        output.Tell(
            "version",
            new
            {
                by = "remote",
                version.Version,
                version.Services,
                version.Time,
                version.UserAgent,
                version.StartHeight,
                version.Relay,
                version.Nonce,
                timeOffsetSeconds = (long)Int128.Clamp(offset, long.MinValue, long.MaxValue),
                ourAddress = version.Receiver.Endpoint,
                senderAddress = version.Sender?.Endpoint,
            },
            $"""
            heard version {version.Version}
                user agent    {version.UserAgent}
                services      {Services(version.Services)}
                height        {version.StartHeight}
                transactions  {(version.Relay ? "wanted" : "not wanted")}
                clock         {offset:+0;-0;0} s from ours
                sees us as    {version.Receiver.Endpoint}
            """);
    }

    public static void Ready(CommandOutput output, PeerFeatures features) => output.Tell(
        "ready",
        features,
        $"ready: protocol version {features.ProtocolVersion}; {string.Join(", ", Settled(features))}");

    private static string Services(ServiceFlags services) => services == ServiceFlags.None ? "none" : string.Join(", ", WireJson.Names(services));

    private static IEnumerable<string> Settled(PeerFeatures features) =>
    [
        features.Witness ? "blocks with witnesses" : "blocks without witnesses",
        features.AddressV2 ? "addresses as addrv2" : "addresses as addr",
        features.WtxIdRelay ? "transactions by wtxid" : "transactions by txid",
    ];
}
