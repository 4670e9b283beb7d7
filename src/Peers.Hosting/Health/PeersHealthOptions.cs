namespace Peers.Hosting;

/// <summary>When an engine is healthy: it has peers enough.</summary>
public sealed class PeersHealthOptions
{
    /// <summary>
    /// Ready peers that are wanted: with as many the engine is healthy, with fewer degraded. Null: as many as the
    /// engine is to keep by itself (<c>peers.outbound.target</c>), or <see cref="Least"/> when it keeps none.
    /// </summary>
    public int? Target { get; set; }

    /// <summary>Ready peers without which nothing works: with fewer for longer than <see cref="Grace"/> the engine is unhealthy. 1 unless you say otherwise.</summary>
    public int Least { get; set; } = 1;

    /// <summary>How long there may be fewer than the least: a lost connection is not an outage. A minute unless you say otherwise.</summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Which peers count: outbound ones unless you say otherwise, as anybody can make inbound ones; null for all.</summary>
    public Direction? Direction { get; set; } = Peers.Direction.Outbound;
}
