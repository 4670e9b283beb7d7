using Peers.Wire;

namespace Peers;

/// <summary>What follows from misbehaviour.</summary>
internal enum Penalty
{
    /// <summary>Nothing yet.</summary>
    None,

    /// <summary>The connection ends; the remote comes last when places are few.</summary>
    Discourage,

    /// <summary>The connection ends, and the remote is banned for a while.</summary>
    Ban,
}

/// <summary>What misbehaviour adds up to: <c>peers.misbehaviour.policy</c>.</summary>
internal interface IMisbehaviour
{
    /// <summary>Notes that a remote misbehaved.</summary>
    /// <param name="address">Who.</param>
    /// <param name="points">How badly; 100 is as bad as it gets.</param>
    /// <param name="now">The monotonic time.</param>
    /// <returns>What follows.</returns>
    Penalty Note(NetworkAddress address, int points, TimeSpan now);

    /// <summary>Whether a remote comes last when places are few.</summary>
    bool IsDiscouraged(NetworkAddress address);
}
