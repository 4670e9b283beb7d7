using Peers.Wire;

namespace Peers.Crawler;

/// <summary>The nodes that a snapshot reached, as they said of themselves last: few among those that it knows.</summary>
internal static class ReachedNodes
{
    public static async Task<Dictionary<NetworkEndpoint, NodeVersion?>> ReadAsync(ICrawlReader reader, long snapshot, CancellationToken cancellation)
    {
        var reached = new Dictionary<NetworkEndpoint, NodeVersion?>();
        await foreach (var visit in reader.ReadVisitsAsync(snapshot, cancellation))
        {
            if (visit.Outcome.IsReachable())
            {
                reached[visit.Endpoint] = visit.Version;
            }
        }

        return reached;
    }

    /// <summary>How the last visits of these nodes ended in a snapshot; none of those that it did not visit.</summary>
    public static async Task<Dictionary<NetworkEndpoint, VisitOutcome>> ReadOutcomesAsync(
        ICrawlReader reader, long snapshot, Func<NetworkEndpoint, bool> wanted, CancellationToken cancellation)
    {
        var outcomes = new Dictionary<NetworkEndpoint, VisitOutcome>();
        await foreach (var visit in reader.ReadVisitsAsync(snapshot, cancellation))
        {
            if (wanted(visit.Endpoint))
            {
                outcomes[visit.Endpoint] = visit.Outcome;
            }
        }

        return outcomes;
    }
}
