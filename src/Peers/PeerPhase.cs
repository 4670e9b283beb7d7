namespace Peers;

/// <summary>Where in its life a connection is.</summary>
public enum PeerPhase
{
    /// <summary>The socket is being opened.</summary>
    Connecting,

    /// <summary>The versions are being negotiated.</summary>
    Handshaking,

    /// <summary>Messages flow.</summary>
    Ready,

    /// <summary>It is coming to its end.</summary>
    Leaving,
}
