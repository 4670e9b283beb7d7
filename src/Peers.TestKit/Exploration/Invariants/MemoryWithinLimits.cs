namespace Peers.TestKit;

/// <summary>What a connection holds stays within the limits of its settings: bytes to write, bytes not consumed, requests, announcements.</summary>
public sealed class MemoryWithinLimits : Invariant
{
    private const int SmallestMessage = 24;

    /// <inheritdoc />
    public override string Rule => "What a connection holds is within its limits";

    /// <inheritdoc />
    public override void Sampled(ObservedConnection connection, PeerStats stats)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(stats);
        var settings = connection.Engine.Settings;
        var limits = settings.Connection;

        // The window is looked at between reads: one read of the smallest messages, or the end of a large one, may come on top.
        var read = (long)limits.FrameSize / SmallestMessage * (SmallestMessage + limits.MessageOverhead);
        Hold(connection, stats.QueuedBytes, limits.WriteLimit, "bytes to write, peers.connection.write-limit");
        Hold(connection, stats.UnconsumedBytes, limits.ReadWindow + read + limits.MaxMessageSize, "bytes not consumed, peers.connection.read-window");
        Hold(connection, stats.Trickle.Queued, settings.Trickle.Queue, "announcements, peers.trickle.queue");
        if (!settings.Stall.IsOn(settings.Network)) // Else what a Send asks for counts, too, and is never refused.
            Hold(connection, stats.Requests.Outstanding, settings.Requests.MaxOutstanding, "requests, peers.requests.max-outstanding");
    }

    private void Hold(ObservedConnection connection, long held, long limit, string what)
    {
        if (held > limit)
            Broken($"{connection} holds {held} of at most {limit} {what}");
    }
}
