using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Peers.Hosting;

/// <summary>Says how healthy an engine is with so many peers: a rule with one memory, since when there are too few.</summary>
internal sealed class PeersHealth(PeersHealthOptions options)
{
    private readonly Lock _lock = new();
    private DateTimeOffset? _tooFewSince;

    /// <summary>Peers that are wanted.</summary>
    public int TargetOf(int kept) => Math.Max(options.Target ?? kept, options.Least);

    /// <summary>Judges how it stands now; there are too few from the first look that sees it.</summary>
    /// <param name="ready">Peers that are ready.</param>
    /// <param name="kept">How many the engine is to keep by itself; 0 when it keeps none.</param>
    /// <param name="now">The time.</param>
    public (HealthStatus Status, string Why) Judge(int ready, int kept, DateTimeOffset now)
    {
        var target = TargetOf(kept);
        var peers = $"{ready} of {target} peers are ready";
        lock (_lock)
        {
            if (ready >= options.Least)
            {
                _tooFewSince = null;
                return (ready >= target ? HealthStatus.Healthy : HealthStatus.Degraded, peers);
            }

            var since = _tooFewSince ??= now;
            return (
                now - since > options.Grace ? HealthStatus.Unhealthy : HealthStatus.Degraded,
                $"{peers}; fewer than {options.Least} for {(now - since).TotalSeconds:0} s, of which {options.Grace.TotalSeconds:0} s are forgiven");
        }
    }
}
