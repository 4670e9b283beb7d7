using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Peers.Hosting;

/// <summary>Asks the engine how many peers are ready. One that has not started has none; one that failed to, or does not answer, is not healthy.</summary>
internal sealed class PeersHealthCheck(IPeerEngine engine, PeersHealth health, PeersHealthOptions options, TimeProvider clock) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (engine.Started.IsFaulted || engine.Started.IsCanceled)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, "the engine has not started", engine.Started.Exception?.InnerException);
        }

        int ready, kept;
        try
        {
            (ready, kept) = engine.Started.IsCompleted ? await CountAsync(cancellationToken) : (0, 0);
        }
        catch (TimeoutException)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, "the engine does not answer");
        }

        var (status, why) = health.Judge(ready, kept, clock.GetUtcNow());
        var data = new Dictionary<string, object> { ["ready"] = ready, ["target"] = health.TargetOf(kept), ["least"] = options.Least };
        return new HealthCheckResult(status == HealthStatus.Unhealthy ? context.Registration.FailureStatus : status, why, data: data);
    }

    private async Task<(int Ready, int Kept)> CountAsync(CancellationToken cancellation)
    {
        var outbound = await engine.GetOutboundAsync(cancellation).WaitAsync(Patience, clock, cancellation);
        var peers = await engine.GetPeersAsync(cancellation).WaitAsync(Patience, clock, cancellation);
        return (peers.Count(peer => peer.Phase == PeerPhase.Ready && (options.Direction ?? peer.Direction) == peer.Direction), outbound.Target);
    }
}
