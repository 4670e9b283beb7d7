using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using Akka.Actor;

namespace Peers;

/// <summary>What telemetry keeps of one connection: who it is with, in words of the closed sets, and the snapshot that was counted last.</summary>
internal sealed class MeasuredPeer(EndPoint endpoint, Direction direction, TimeSpan since)
{
    private PeerStats? _counted;

    public Direction Direction { get; } = direction;

    /// <summary>The network of the remote; a name becomes one when the connection opens.</summary>
    public string Network { get; set; } = PeerTags.NetworkOf(endpoint);

    /// <summary>When it began, by the monotonic clock.</summary>
    public TimeSpan Since { get; } = since;

    /// <summary>Its actor and what it is for, once it is ready.</summary>
    public (IActorRef Actor, string Role)? Ready { get; set; }

    public Activity? Span { get; set; }

    public string Transport => PeerTags.TransportOf(_counted);

    public long QueuedBytes => _counted?.QueuedBytes ?? 0;

    public long UnconsumedBytes => _counted?.UnconsumedBytes ?? 0;

    /// <summary>What came before anybody measured is not counted: the first snapshot of such a connection is where counting begins.</summary>
    public bool IsOld { get; init; }

    /// <summary>Counts what is more in a snapshot than in the one before.</summary>
    public void Count(PeerStats stats, PeerInstruments to)
    {
        if (stats.Transport.Length == 0)
        {
            return; // The connection was gone before it could complete the snapshot.
        }

        var before = _counted;
        _counted = stats;
        if (before is null && IsOld)
        {
            return;
        }

        Count(stats.Sent, before?.Sent, "transmit", to);
        Count(stats.Received, before?.Received, "receive", to);
        Add(stats.Dropped - (before?.Dropped ?? 0), "unreadable");
        Add(stats.RateLimited - (before?.RateLimited ?? 0), "rate_limited");
        var (now, then) = (stats.Requests, before?.Requests ?? RequestStats.None);
        Ended(now.Answered - then.Answered, "answered");
        Ended(now.NotFound - then.NotFound, "not_found");
        Ended(now.TimedOut - then.TimedOut, "timed_out");
        Ended(now.Cancelled - then.Cancelled, "cancelled");
        Ended(now.PeerStopped - then.PeerStopped, "peer_stopped");

        void Add(long more, string cause)
        {
            if (more > 0)
            {
                to.LeftOut.Add(more, new KeyValuePair<string, object?>(PeerTags.Cause, cause));
            }
        }

        void Ended(long more, string outcome)
        {
            if (more > 0)
            {
                to.Requests.Add(more, new KeyValuePair<string, object?>(PeerTags.RequestOutcome, outcome));
            }
        }
    }

    private static void Count(
        ImmutableSortedDictionary<string, MessageCount> now, ImmutableSortedDictionary<string, MessageCount>? before, string flow, PeerInstruments to)
    {
        foreach (var (command, count) in now)
        {
            var counted = before?.GetValueOrDefault(command) ?? default;
            if (count.Messages > counted.Messages)
            {
                var (named, flows) = (
                    new KeyValuePair<string, object?>(PeerTags.Command, PeerTags.CommandOf(command)), new KeyValuePair<string, object?>(PeerTags.Flow, flow));
                to.Messages.Add(count.Messages - counted.Messages, named, flows);
                to.MessageBytes.Add(count.Bytes - counted.Bytes, named, flows);
            }
        }
    }
}
