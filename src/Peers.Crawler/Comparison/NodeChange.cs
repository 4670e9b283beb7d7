using Peers.Wire;

namespace Peers.Crawler;

/// <summary>How a node differs from one snapshot to another.</summary>
public enum NodeChangeKind
{
    /// <summary>Reachable in the second only.</summary>
    Entered,

    /// <summary>Reachable in the first, visited in the second and not reachable there.</summary>
    Left,

    /// <summary>Reachable in the first, and not visited in the second: nothing is known of it.</summary>
    NotVisited,

    /// <summary>
    /// Reachable in the first at one port of a host and in the second at another, the only one that the host has newly. Whether it is the same node,
    /// nobody can know: a node has no identity that outlasts a connection.
    /// </summary>
    Moved,

    /// <summary>Reachable in both, under another name.</summary>
    UserAgent,

    /// <summary>Reachable in both, with other services.</summary>
    Services,

    /// <summary>Reachable in both, with another protocol version.</summary>
    ProtocolVersion,

    /// <summary>Reachable in both, at another height.</summary>
    Height,
}

/// <summary>One difference between two snapshots.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Endpoint">The node; where it is in the second snapshot, when it moved.</param>
/// <param name="Before">What it was: a value, an outcome, or where the node was when it moved. Safe to print.</param>
/// <param name="After">What it is.</param>
public sealed record NodeChange(NodeChangeKind Kind, NetworkEndpoint Endpoint, string Before, string After);

/// <summary>What changed names in files and on a terminal.</summary>
public static class NodeChangeKinds
{
    private static readonly string[] Names = ["entered", "left", "not-visited", "moved", "user-agent", "services", "protocol-version", "height"];

    /// <summary>The kinds, in the order of the enumeration.</summary>
    public static IReadOnlyList<NodeChangeKind> All { get; } = Enum.GetValues<NodeChangeKind>();

    /// <summary>The kind in lower case with hyphens, such as <c>user-agent</c>.</summary>
    public static string Name(this NodeChangeKind kind) => Names[(int)kind];
}
