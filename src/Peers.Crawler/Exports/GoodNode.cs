using Peers.Wire;

namespace Peers.Crawler;

/// <summary>Whether a node is good enough for a DNS seed, by the rule of bitcoin-seeder.</summary>
internal static class GoodNode
{
    /// <summary>The least protocol version.</summary>
    private const int LeastVersion = 70001;

    /// <summary>The least height that a node of Bitcoin must have; other networks have none.</summary>
    private const int LeastHeight = 350_000;

    public static bool IsGood(NodeRecord node, BitcoinNetwork? network)
    {
        var mainnet = network == BitcoinNetwork.Mainnet;
        return node.LastVersion is { } version
            && (node.Endpoint.Port == network?.DefaultPort || node.Endpoint.Address.Kind == NetworkKind.I2P)
            && version.Services.HasFlag(ServiceFlags.Network)
            && version.ProtocolVersion >= LeastVersion
            && (!mainnet || version.StartHeight >= LeastHeight)
            && (IsYoungAndThere(node) || IsThereOften(node.Uptime));
    }

    /// <summary>
    /// A node that was tried three times at most needs to have been there half the time. How often it was is not kept: of one or two visits one reached
    /// it if any did; of three, it was there for half of the time.
    /// </summary>
    private static bool IsYoungAndThere(NodeRecord node) => node.LastReachable is not null && node.Visits switch
    {
        <= 2 => true,
        3 => node.Uptime.Month.Share >= 0.5,
        _ => false,
    };

    private static bool IsThereOften(UptimeWindows uptime) =>
        uptime.TwoHours is { Reliability: > 0.85, Count: > 2 }
        || uptime.EightHours is { Reliability: > 0.70, Count: > 4 }
        || uptime.Day is { Reliability: > 0.55, Count: > 8 }
        || uptime.Week is { Reliability: > 0.45, Count: > 16 }
        || uptime.Month is { Reliability: > 0.35, Count: > 32 };
}
