using System.Diagnostics;

namespace Peers;

/// <summary>The span of a request of the facade, on the user's own thread: a child of what he is doing.</summary>
internal static class RequestSpan
{
    /// <returns>Null when nobody listens.</returns>
    public static Activity? Begin(IPeer peer, string command)
    {
        if (peer is not ConnectedPeer { Activities: { } source } || !source.HasListeners() || source.StartActivity($"peers.request {command}", ActivityKind.Client) is not { } span)
        {
            return null;
        }

        span.SetTag(PeerTags.Connection, peer.Id.Value);
        span.SetTag(PeerTags.Command, command);
        return span;
    }

    /// <param name="span">The span.</param>
    /// <param name="result">What became of the request; null when the whole engine stopped.</param>
    public static void End(Activity? span, RequestResult? result)
    {
        if (span is null)
        {
            return;
        }

        var outcome = result switch
        {
            RequestResult.Answered => "answered",
            RequestResult.NotFound => "not_found",
            RequestResult.TimedOut => "timed_out",
            RequestResult.Refused => "refused",
            RequestResult.Cancelled => "cancelled",
            _ => "peer_stopped",
        };
        span.SetTag(PeerTags.RequestOutcome, outcome);
        if (outcome is not ("answered" or "not_found"))
        {
            span.SetTag(PeerTags.Error, outcome);
            span.SetStatus(ActivityStatusCode.Error, outcome);
        }
    }
}
