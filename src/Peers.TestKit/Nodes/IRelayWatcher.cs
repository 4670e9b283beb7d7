using System.Net;

namespace Peers.TestKit;

/// <summary>
/// Hears what <see cref="RelayNode"/>s do, as it happens, on the thread of the simulation. It must not drive the simulation.
/// </summary>
public interface IRelayWatcher
{
    /// <summary>A node made an item itself: it is the origin.</summary>
    void Originated(RelayNode node, RelayItem item);

    /// <summary>A node has an item for the first time, its own included.</summary>
    /// <param name="node">The node.</param>
    /// <param name="item">The item.</param>
    /// <param name="from">The address of the remote that it came from; null for an item of its own.</param>
    void Has(RelayNode node, RelayItem item, IPAddress? from);

    /// <summary>A node heard an item announced for the first time, by <c>inv</c>, <c>headers</c> or <c>cmpctblock</c>.</summary>
    /// <param name="node">The node.</param>
    /// <param name="item">The item.</param>
    /// <param name="from">The address of the announcer.</param>
    void HeardOf(RelayNode node, RelayItem item, IPAddress from);

    /// <summary>A connection of a node is ready, or has ended.</summary>
    /// <param name="node">The node.</param>
    /// <param name="remote">The address of the remote.</param>
    /// <param name="direction">Who opened it.</param>
    /// <param name="end">Why it ended; null when it is ready.</param>
    void Connection(RelayNode node, IPAddress remote, Direction direction, DisconnectReason? end);
}
