using Akka.Actor;
using Peers.Wire;

namespace Peers.TestKit;

/// <summary>Each ping that is heard is answered, once and with its nonce; a round trip is measured only by the answer to a ping of ours.</summary>
public sealed class PingsAreAnswered : Invariant
{
    private readonly Dictionary<ObservedConnection, Book> _books = [];

    /// <inheritdoc />
    public override string Rule => "A ping is answered by a pong with its nonce, and by nothing else";

    /// <inheritdoc />
    public override void Told(IActorRef recipient, object message, IActorRef sender)
    {
        if (message is PingMeasured measured && Run.Engines.FirstOrDefault(engine => engine.Events.Ref.Equals(recipient)) is { } engine
            && Run.LivingConnections.FirstOrDefault(connection => connection.Engine == engine && connection.Id == measured.Id) is { } connection)
        {
            BookOf(connection).Measured++;
        }
    }

    /// <inheritdoc />
    public override void Said(ObservedConnection connection, Message message)
    {
        var book = BookOf(connection);
        if (message is PingMessage ping)
            book.Ours.Add(ping.Nonce);
        else if (message is PongMessage pong && book.Owed.TryPeek(out var owed) && owed == pong.Nonce)
            book.Owed.Dequeue();
    }

    /// <inheritdoc />
    public override void Heard(ObservedConnection connection, Message message)
    {
        var book = BookOf(connection);
        if (message is PingMessage ping && book.IsBehindVerAck)
            book.Owed.Enqueue(ping.Nonce);
        else if (message is PongMessage pong && book.Ours.Remove(pong.Nonce))
            book.Answered++;
        book.VersionHeard |= message is VersionMessage;
        book.IsBehindVerAck |= book.VersionHeard && message is VerAckMessage;
    }

    /// <inheritdoc />
    public override void AfterEvent()
    {
        foreach (var connection in Run.LivingConnections)
        {
            if (_books.TryGetValue(connection, out var book) && book.Measured > book.Answered)
                Broken($"{connection} measured {book.Measured} round trips; {book.Answered} pings were answered");
        }
    }

    /// <inheritdoc />
    public override void Sampled(ObservedConnection connection, PeerStats stats)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(stats);
        if (stats.Phase == PeerPhase.Ready && connection.ToldToEndAt is null && stats.Remote?.Features.ProtocolVersion > ProtocolVersion.Bip31
            && stats.QueuedBytes == 0 && connection.Wire?.Socket.IsSendWaiting == false && BookOf(connection).Owed.TryPeek(out var owed))
        {
            Broken($"{connection} heard ping {owed:x16} and has not answered it");
        }
    }

    private Book BookOf(ObservedConnection connection) => _books.TryGetValue(connection, out var book) ? book : _books[connection] = new Book();

    private sealed class Book
    {
        public HashSet<ulong> Ours { get; } = [];

        public Queue<ulong> Owed { get; } = new();

        public int Measured { get; set; }

        public int Answered { get; set; }

        public bool VersionHeard { get; set; }

        public bool IsBehindVerAck { get; set; }
    }
}
