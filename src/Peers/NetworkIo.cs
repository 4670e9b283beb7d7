namespace Peers;

/// <summary>Whose sockets carry the connections; nothing else differs.</summary>
public enum NetworkIo
{
    /// <summary>Akka.IO's: an actor of its own for each socket.</summary>
    AkkaIo,

    /// <summary>The connection's own: it reads and writes without an actor between, holds no buffer while it waits, and says more of a dial that failed.</summary>
    Sockets,
}
