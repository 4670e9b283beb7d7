namespace Peers;

/// <summary>A connection ended before its handshake was done.</summary>
public sealed class PeerUnreachableException : Exception
{
    /// <summary>Creates the exception.</summary>
    public PeerUnreachableException(string endpoint, DisconnectReason reason)
        : base($"{endpoint}: {reason}") => Reason = reason;

    /// <summary>Why it ended.</summary>
    public DisconnectReason Reason { get; }
}
