namespace Peers.TestKit;

/// <summary>How a read cuts the stream that has arrived.</summary>
public enum ReadChunks
{
    /// <summary>A read returns any part of what has arrived, at least one byte; the seed decides. The default: a stream has no messages.</summary>
    Any,

    /// <summary>A read returns all that has arrived, as far as it fits.</summary>
    Whole,

    /// <summary>A read returns one byte.</summary>
    Single,
}

/// <summary>What the way between two hosts is like, in each direction.</summary>
public sealed record LinkProfile
{
    /// <summary>A link of the Internet: 20 to 25 ms, reads of any size.</summary>
    public static LinkProfile Default { get; } = new();

    /// <summary>The way of a host to itself: 50 microseconds.</summary>
    public static LinkProfile Loopback { get; } = new() { Latency = TimeSpan.FromMicroseconds(50), Jitter = TimeSpan.Zero };

    /// <summary>The least time a byte is on its way.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>The most time that the seed adds to <see cref="Latency"/>. Bytes never overtake each other.</summary>
    public TimeSpan Jitter { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Bytes per second that a connection can carry; <c>null</c> for no limit.</summary>
    public long? BytesPerSecond { get; init; }

    /// <summary>Bytes that may be sent before the receiver has read them: what a kernel buffers for a connection, both ends together.</summary>
    public int Window { get; init; } = 256 * 1024;

    /// <summary>How a read cuts the stream.</summary>
    public ReadChunks Chunks { get; init; } = ReadChunks.Any;
}
