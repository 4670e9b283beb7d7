using Peers.Wire;

namespace Peers.Cli;

/// <summary>Tells the steps of a handshake: dialled, version said, version heard, ready.</summary>
internal static class PeerReport
{
    public static void Connected(CommandOutput output, IPeer peer) => output.Tell(
        "connected",
        new { id = peer.Id, remote = peer.Remote.Endpoint, local = peer.Remote.LocalEndpoint, peer.Remote.Direction },
        $"connected to {peer.Remote.Endpoint} from {peer.Remote.LocalEndpoint}");

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
    public static void Heard(CommandOutput output, RemotePeer remote) => output.Tell(
        "version",
        new
        {
            by = "remote",
            remote.Version,
            remote.Services,
            remote.UserAgent,
            remote.StartHeight,
            relay = remote.Features.RelayTransactions,
            timeOffsetSeconds = (long)remote.TimeOffset.TotalSeconds,
            remote.OurAddress,
        },
        $"""
        heard version {remote.Version}
            user agent    {remote.UserAgent}
            services      {Services(remote.Services)}
            height        {remote.StartHeight}
            transactions  {(remote.Features.RelayTransactions ? "wanted" : "not wanted")}
            clock         {remote.TimeOffset.TotalSeconds:+0;-0;0} s from ours
            sees us as    {remote.OurAddress}
        """);

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
