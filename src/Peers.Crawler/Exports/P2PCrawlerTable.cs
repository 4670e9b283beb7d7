using System.Runtime.CompilerServices;
using Peers.Wire;

namespace Peers.Crawler;

/// <summary>The columns of p2p-crawler's <c>reachable_nodes.csv</c>. What we do not know is empty: the distance from a seed, what a node says of relay.</summary>
internal static class P2PCrawlerTable
{
    public static IReadOnlyList<ExportColumn<Visit>> Columns { get; } =
    [
        new TextColumn<Visit>("host", visit => visit.Endpoint.Address.ToString()),
        new ValueColumn<Visit, int>("port", visit => visit.Endpoint.Port),
        new TextColumn<Visit>("network", visit => NetworkName(visit.Endpoint.Address)),
        new TextColumn<Visit>("seed_distance", _ => null),
        new ValueColumn<Visit, long>("handshake_timestamp", visit => visit.Started.ToUnixTimeSeconds()),
        new ValueColumn<Visit, double>("time_connect", visit => visit.Durations.Connect?.TotalSeconds),
        new ValueColumn<Visit, int>("handshake_attempts", _ => 1),
        new TextColumn<Visit>("handshake_successful", visit => visit.Durations.Handshake is null ? "False" : "True"),
        new ValueColumn<Visit, double>("handshake_duration", visit => visit.Durations.Handshake?.TotalSeconds),
        new ValueColumn<Visit, int>("version", visit => visit.Version?.ProtocolVersion),
        new ValueColumn<Visit, ulong>("services", visit => (ulong?)visit.Version?.Services),
        new TextColumn<Visit>("user_agent", visit => visit.Version?.UserAgent.ToString()),
        new ValueColumn<Visit, int>("latest_block", visit => visit.Version?.StartHeight),
        new TextColumn<Visit>("relay", _ => null),
        new ValueColumn<Visit, long>("version_reply_timestamp_remote", visit => (visit.Started + visit.Version?.TimeOffset)?.ToUnixTimeSeconds()),
        new TextColumn<Visit>("requested_addrs", visit => visit.Addresses is null ? "False" : "True"),
        new ValueColumn<Visit, int>("advertised_addrs_total", visit => visit.Addresses?.Entries.Count),
        Advertised("advertised_addrs_ipv4", NetworkKind.IPv4),
        Advertised("advertised_addrs_ipv6", NetworkKind.IPv6),
        Advertised("advertised_addrs_onion_v2", NetworkKind.TorV2),
        Advertised("advertised_addrs_onion_v3", NetworkKind.TorV3),
        Advertised("advertised_addrs_i2p", NetworkKind.I2P),
        Advertised("advertised_addrs_cjdns", NetworkKind.Cjdns),
    ];

    /// <summary>The visits that reached a node; one that was visited more often is there more often.</summary>
    public static async IAsyncEnumerable<Visit> ReachedAsync(
        ICrawlReader reader, CrawlSnapshot snapshot, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var visit in reader.ReadVisitsAsync(snapshot.Id, cancellation))
        {
            if (visit.Outcome.IsReachable() && visit.Version is not null)
            {
                yield return visit;
            }
        }
    }

    private static ValueColumn<Visit, int> Advertised(string name, NetworkKind kind) =>
        new(name, visit => visit.Addresses?.Entries.Count(entry => entry.Endpoint.Address.Kind == kind));

    private static string NetworkName(NetworkAddress address) => address.Kind switch
    {
        NetworkKind.TorV2 => "onion_v2",
        NetworkKind.TorV3 => "onion_v3",
        _ => StoredAddress.NetworkOf(address),
    };
}
