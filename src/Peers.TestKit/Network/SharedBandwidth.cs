namespace Peers.TestKit;

/// <summary>What all connections of a host share in one direction: bytes take their turn in the order they come.</summary>
internal struct SharedBandwidth
{
    private long _busyUntil;

    public long? BytesPerSecond { get; set; }

    /// <summary>When the last of these bytes is through, in ticks of virtual time.</summary>
    public long Take(long now, int bytes)
    {
        if (BytesPerSecond is not { } rate)
            return now;
        return _busyUntil = Math.Max(_busyUntil, now) + (long)((double)bytes * TimeSpan.TicksPerSecond / rate);
    }
}
