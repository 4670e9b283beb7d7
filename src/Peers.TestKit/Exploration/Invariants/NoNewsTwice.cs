using Akka.Actor;
using Peers.Wire;

namespace Peers.TestKit;

/// <summary>
/// Nothing is announced to a remote that has told it or was told it on the same connection. Watched on the wire; an <c>inv</c> that the
/// scenario itself sends does not count.
/// </summary>
public sealed class NoNewsTwice : Invariant
{
    private readonly Dictionary<ObservedConnection, Memory> _memories = [];

    /// <inheritdoc />
    public override string Rule => "No inv goes to a peer that has the item";

    /// <inheritdoc />
    public override void Told(IActorRef recipient, object message, IActorRef sender)
    {
        if (message is Send { Message: InvMessage inv } && Run.ConnectionOf(recipient) is { } connection)
            MemoryOf(connection).Own.Add(inv);
    }

    /// <inheritdoc />
    public override void Said(ObservedConnection connection, Message message)
    {
        var memory = MemoryOf(connection);
        if (message is InvMessage inv && !memory.Own.Remove(inv))
        {
            foreach (var item in inv.Items)
            {
                if (memory.Has(item.Hash))
                    Broken($"{connection} announces {item}, which its remote has");
            }
        }

        foreach (var hash in Named(message))
            memory.Note(hash);
    }

    /// <inheritdoc />
    public override void Heard(ObservedConnection connection, Message message) => MemoryOf(connection).Fresh.AddRange(Named(message));

    /// <inheritdoc />
    public override void AfterEvent()
    {
        // What waits for the window was announced before: until it is out, what was heard since is not held against it.
        foreach (var connection in Run.LivingConnections)
        {
            if (connection.LastBackloggedAt == Now || !_memories.TryGetValue(connection, out var memory))
                continue;
            memory.Fresh.ForEach(memory.Note);
            memory.Fresh.Clear();
        }
    }

    private static IEnumerable<Hash256> Named(Message message) => message switch
    {
        InvMessage inv => inv.Items.Select(item => item.Hash),
        TransactionMessage { Transaction: var transaction } => [transaction.Id, transaction.WitnessId],
        BlockMessage { Block: var block } => [block.Hash],
        _ => [],
    };

    private Memory MemoryOf(ObservedConnection connection) => _memories.TryGetValue(connection, out var memory)
        ? memory
        : _memories[connection] = new Memory(connection.Engine.Settings.Trickle.KnownInventory / 4);

    /// <summary>An engine forgets what is old: only so many of the last tellings count, by far fewer than it must remember.</summary>
    private sealed class Memory(int capacity)
    {
        private readonly Dictionary<Hash256, long> _lastTold = [];
        private long _tellings;

        public List<Hash256> Fresh { get; } = [];

        public List<InvMessage> Own { get; } = [];

        public bool Has(Hash256 hash) => _lastTold.TryGetValue(hash, out var told) && _tellings - told < capacity;

        public void Note(Hash256 hash) => _lastTold[hash] = ++_tellings;
    }
}
