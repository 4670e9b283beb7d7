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

/// <summary>What the way from one host to another is like: in each direction, unless <see cref="SimulatedNetwork.LinkOneWay"/> says otherwise.</summary>
public sealed record LinkProfile
{
    /// <summary>A link of the Internet: 20 to 25 ms, reads of any size.</summary>
    public static LinkProfile Default { get; } = new();

    /// <summary>The way of a host to itself: 50 microseconds.</summary>
    public static LinkProfile Loopback { get; } = new() { Latency = TimeSpan.FromMicroseconds(50), Jitter = TimeSpan.Zero };

    /// <summary>The way to an onion service: six relays, 250 to 400 ms.</summary>
    public static LinkProfile Onion { get; } = new() { Latency = TimeSpan.FromMilliseconds(250), Jitter = TimeSpan.FromMilliseconds(150) };

    /// <summary>The least time a byte is on its way.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Where the latency of each connection is drawn from, once for both directions; <see cref="Latency"/> does not count then.</summary>
    public LatencyDistribution? Latencies { get; init; }

    /// <summary>The most time that the seed adds to the latency of a packet. Bytes never overtake each other.</summary>
    public TimeSpan Jitter { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Where the time is drawn from that is added to each packet; <see cref="Jitter"/> does not count then.</summary>
    public LatencyDistribution? Delays { get; init; }

    /// <summary>
    /// The share of packets that get lost, from 0 to below 1. TCP sends them again: each loss costs a retransmission time-out (1 s in the
    /// handshake, then the round trip and 200 ms; twice as long each further time) for it and all that is behind it, and never a byte.
    /// A reset is not sent again.
    /// </summary>
    public double Loss { get; init; }

    /// <summary>Bytes per second that a connection can carry; <c>null</c> for no limit.</summary>
    public long? BytesPerSecond { get; init; }

    /// <summary>Bytes that may be sent before the receiver has read them: what a kernel buffers for a connection, both ends together.</summary>
    public int Window { get; init; } = 256 * 1024;

    /// <summary>How a read cuts the stream.</summary>
    public ReadChunks Chunks { get; init; } = ReadChunks.Any;
}
