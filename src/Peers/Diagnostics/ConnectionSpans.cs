using System.Diagnostics;

namespace Peers;

/// <summary>One span for each connection, from its beginning until it is ready or has ended before.</summary>
internal sealed class ConnectionSpans(ActivitySource source, TimeProvider clock)
{
    private readonly HashSet<Activity> _open = [];

    /// <summary>What the user was doing who asked for the connection that begins next.</summary>
    public TelemetryActor.Parent? Parent { get; set; }

    public Activity? Begin(PeerConnecting connecting)
    {
        if (!source.HasListeners())
        {
            return null;
        }

        var outbound = connecting.Direction == Direction.Outbound;
        var parent = Parent is { } told && told.Id == connecting.Id ? told.Context : default;
        Activity.Current = null; // Else it would be the parent of what has none.
        var span = source.CreateActivity(outbound ? "peers.connect" : "peers.accept", outbound ? ActivityKind.Client : ActivityKind.Server, parent);
        if (span is null)
        {
            return null;
        }

        span.SetTag(PeerTags.Connection, connecting.Id.Value);
        span.SetTag(PeerTags.Direction, PeerTags.Of(connecting.Direction));
        span.SetStartTime(clock.GetUtcNow().UtcDateTime);
        span.Start();
        Activity.Current = null; // It spans events, not what this actor does next.
        _open.Add(span);
        return span;
    }

    /// <param name="peer">Whose span ends.</param>
    /// <param name="failure">Why it never was ready, in a word of the closed set; null when it is.</param>
    public void End(MeasuredPeer peer, string? failure)
    {
        if (peer.Span is { } span)
        {
            peer.Span = null;
            _open.Remove(span);
            span.SetTag(PeerTags.Network, peer.Network);
            span.SetTag(PeerTags.Outcome, failure ?? PeerTags.Ready);
            End(span, failure);
        }
    }

    /// <summary>The engine is gone before its connections.</summary>
    public void EndAll()
    {
        foreach (var span in _open)
        {
            End(span, PeerTags.Of(new DisconnectReason.Requested("the engine is gone")));
        }

        _open.Clear();
    }

    private void End(Activity span, string? failure)
    {
        if (failure is not null)
        {
            span.SetTag(PeerTags.Error, failure);
            span.SetStatus(ActivityStatusCode.Error, failure);
        }

        span.SetEndTime(clock.GetUtcNow().UtcDateTime);
        span.Stop();
    }
}
