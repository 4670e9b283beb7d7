using Akka.Actor;

namespace Peers;

/// <summary>
/// The open socket of one connection, as <see cref="TcpConnectionActor"/> uses it. What happens to it comes to that actor as a message; nothing
/// here is called by anyone else, but for the <see cref="Abort"/> of one that gets no peer.
/// </summary>
internal abstract class ConnectionSocket
{
    /// <summary>
    /// Whether each write is a call of the operating system, there and then: then what is told in one go is better gathered first. A network of
    /// actors gathers by itself, while it writes.
    /// </summary>
    public abstract bool WritesAtOnce { get; }

    /// <summary>Gives it its owner, once, before anything else.</summary>
    public abstract void Attach(IActorContext owner);

    /// <summary>Asks for one read. What it brought comes as a message; one more that is asked for meanwhile is the same.</summary>
    public abstract void Read();

    /// <summary>Writes everything of a batch, one batch at a time.</summary>
    /// <returns>True when it is written; else <see cref="BatchWritten"/> comes, or the end.</returns>
    public abstract bool Write(ArraySegment<byte> batch);

    /// <summary>Ends both directions behind what is written.</summary>
    /// <returns>True when it is ended; else that comes as a message.</returns>
    public abstract bool Close();

    /// <summary>Ends it where it stands, by a reset. At the second time nothing happens.</summary>
    /// <returns>True when it is ended; else that comes as a message.</returns>
    public abstract bool Abort();
}
