using Peers.Wire;

namespace Peers;

/// <summary>What is known of an inbound peer when one has to make room.</summary>
/// <param name="Id">The connection.</param>
/// <param name="Netgroup">Its netgroup under a secret of ours, so that nobody knows which groups are protected.</param>
/// <param name="Connected">When it connected, by the monotonic clock.</param>
/// <param name="Network">The network that it came through.</param>
/// <param name="IsLocal">Whether it is of this machine, but not through the proxy.</param>
internal sealed record EvictionCandidate(PeerId Id, ulong Netgroup, TimeSpan Connected, NetworkKind Network, bool IsLocal)
{
    /// <summary>Its shortest round trip; null when none was measured.</summary>
    public TimeSpan? MinimumPing { get; init; }

    /// <summary>When it last gave us a transaction that was worth announcing; null for never.</summary>
    public TimeSpan? LastTransaction { get; init; }

    /// <summary>When it last gave us a block that was worth announcing; null for never.</summary>
    public TimeSpan? LastBlock { get; init; }

    /// <summary>Whether it wants transactions announced.</summary>
    public bool RelaysTransactions { get; init; }

    /// <summary>Whether it offers blocks with witnesses.</summary>
    public bool HasServices { get; init; }

    /// <summary>Whether it misbehaved once.</summary>
    public bool IsDiscouraged { get; init; }
}
