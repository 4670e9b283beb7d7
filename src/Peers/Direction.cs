namespace Peers;

/// <summary>Who opened a connection.</summary>
public enum Direction
{
    /// <summary>The remote did.</summary>
    Inbound,

    /// <summary>We did.</summary>
    Outbound,
}
