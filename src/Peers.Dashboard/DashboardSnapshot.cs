using System.Collections.Immutable;
using Akka.Actor;
using Peers.Wire;

namespace Peers.Dashboard;

/// <summary>Asks an engine how it is doing, and what has moved since it was asked before.</summary>
internal sealed class DashboardSnapshot(PeerEngine engine, TimeProvider clock)
{
    /// <summary>Peers that are shown: a page of more can be read by nobody.</summary>
    public const int MostPeers = 250;

    /// <summary>An engine that does not answer has stopped; a connection that does not is just ending.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private Dictionary<PeerId, (long Sent, long Received)> _before = [];

    /// <exception cref="TimeoutException">The engine does not answer: it has stopped.</exception>
    public async Task<DashboardState> TakeAsync(IReadOnlyList<EventRow> events, CancellationToken cancellation)
    {
        var peers = await AskAsync(engine.GetPeersAsync, cancellation);
        var outbound = await AskAsync(engine.GetOutboundAsync, cancellation);
        var bans = await AskAsync(engine.GetBansAsync, cancellation);
        var shown = peers.OrderBy(peer => peer.Id.Value).Take(MostPeers).ToArray();
        var stats = await Task.WhenAll(shown.Select(peer => StatsAsync(peer, cancellation)));
        var now = clock.GetUtcNow();
        return new DashboardState(
            now, true, engine.Settings.Network.Name, engine.Settings.UserAgent, [.. shown.Zip(stats, (peer, of) => Row(peer, of, now))], peers.Length - shown.Length,
            new OutboundRow(
                outbound.Target, outbound.Ready.GetValueOrDefault(ConnectionType.OutboundFullRelay), outbound.Ready.GetValueOrDefault(ConnectionType.BlockRelay),
                outbound.UnderWay, outbound.IsOffline, outbound.Nodes),
            [.. outbound.AddressesByNetwork.OrderBy(known => known.Key).Select(known => BookOf(known.Key, known.Value, outbound.TriedByNetwork.GetValueOrDefault(known.Key)))],
            [.. bans.Select(ban => new BanRow($"{ban.Subject}", ban.Until, ban.Why))],
            events, Point(stats.OfType<PeerStats>().ToArray(), peers.Count(peer => peer.Phase == PeerPhase.Ready), now));
    }

    private async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellation)
    {
        using var timer = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timer.Token);
        try
        {
            return await ask(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException("the engine does not answer");
        }
    }

    private static async Task<PeerStats?> StatsAsync(PeerSummary peer, CancellationToken cancellation)
    {
        try
        {
            return await peer.Peer.Ask<PeerStats>((IActorRef asker) => new GetStats(asker), TimeSpan.FromSeconds(1), cancellation);
        }
        catch (AskTimeoutException)
        {
            return null; // It ended meanwhile.
        }
    }

    private TrafficPoint Point(PeerStats[] stats, int ready, DateTimeOffset now)
    {
        var (sent, received) = (0L, 0L);
        var isFirst = _before.Count == 0;
        foreach (var of in stats)
        {
            var (sentBefore, receivedBefore) = _before.TryGetValue(of.Id, out var before) ? before : isFirst ? (of.BytesSent, of.BytesReceived) : (0, 0);
            sent += of.BytesSent - sentBefore;
            received += of.BytesReceived - receivedBefore;
        }

        _before = stats.ToDictionary(of => of.Id, of => (of.BytesSent, of.BytesReceived));
        var trips = stats.Select(of => of.Ping.Last?.TotalMilliseconds).OfType<double>().Order().ToArray();
        return new TrafficPoint(now, sent, received, trips.Length == 0 ? null : Math.Round(trips[trips.Length / 2], 3), ready);
    }

    private static PeerRow Row(PeerSummary peer, PeerStats? stats, DateTimeOffset now)
    {
        var remote = peer.Remote;
        return new PeerRow(
            peer.Id.Value, $"{peer.Endpoint}", $"{remote?.ConnectionType.ToString() ?? ""}", $"{peer.Direction}", NetworkOf(peer.Endpoint), $"{peer.Phase}", stats?.Transport,
            remote?.UserAgent.ToString(), remote?.Version, remote is null ? null : $"{remote.Services}", FeaturesOf(remote?.Features),
            remote is null ? null : Math.Max(remote.StartHeight, stats?.LastBlock ?? 0), Milliseconds(stats?.Ping.Last), Milliseconds(stats?.Ping.Minimum),
            stats?.BytesSent ?? 0, stats?.BytesReceived ?? 0, stats?.ConnectedAt is { } since ? Math.Round((now - since).TotalSeconds, 1) : null);
    }

    private static BookRow BookOf(NetworkKind network, int all, int tried) => new($"{network}", all - tried, tried);

    private static string NetworkOf(System.Net.EndPoint endpoint) => endpoint is System.Net.IPEndPoint address ? $"{NetworkAddress.From(address.Address).Kind}" : "name";

    private static double? Milliseconds(TimeSpan? time) => time is { } value ? Math.Round(value.TotalMilliseconds, 3) : null;

    private static ImmutableArray<string> FeaturesOf(PeerFeatures? features) => features is null
        ? []
        : [.. new[] { (features.Witness, "witness"), (features.AddressV2, "addrv2"), (features.WtxIdRelay, "wtxidrelay"), (features.RelayTransactions, "relays transactions") }
            .Where(feature => feature.Item1).Select(feature => feature.Item2)];
}
