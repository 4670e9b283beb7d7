using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Dispatch;

namespace Peers.TestKit;

/// <summary>
/// Everything that could run now: the mailboxes (and tasks) of every <see cref="SeededDispatcher"/> of one actor system.
/// The seed decides who is next; seed 0 keeps the order of arrival.
/// </summary>
/// <remarks>
/// With a seed, each run of an actor draws its place from the seed, the actor's path and how often it ran, never from the order of
/// arrival: Akka stops children in the order of their names' hash codes, which differ from process to process.
/// </remarks>
internal sealed class RunQueue(int seed)
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<IRunnable, (ulong Place, long Sequence)> _ready = new();
    private readonly ConditionalWeakTable<IRunnable, Draws> _otherDraws = [];
    private long _sequence;

    public void Know(Mailbox mailbox, string path)
    {
        var draws = new Draws(Seeds.Hash(path) ^ ((ulong)(uint)seed << 32));
        if (mailbox.MessageQueue is SeededMessageQueue queue)
            queue.Draws = draws;
        else
            _otherDraws.AddOrUpdate(mailbox, draws);
    }

    /// <summary>Called with each message that an actor is told: recipient, message, sender.</summary>
    public Action<IActorRef, object, IActorRef>? Told { get; set; }

    // Locked because a task's continuation or a real dispatcher may tell a simulated actor from its own thread.
    public void Add(IRunnable runnable)
    {
        lock (_gate)
            _ready.Enqueue(runnable, (seed == 0 ? 0 : Place(runnable), _sequence++));
    }

    public bool TryTake([NotNullWhen(true)] out IRunnable? runnable)
    {
        lock (_gate)
            return _ready.TryDequeue(out runnable, out _);
    }

    private ulong Place(IRunnable runnable) =>
        runnable is Mailbox { MessageQueue: SeededMessageQueue { Draws: { } draws } } ? draws.Next()
        : _otherDraws.TryGetValue(runnable, out var others) ? others.Next() : 0;
}

/// <summary>The places that the seed gives to one actor, one for each time that it runs.</summary>
internal sealed class Draws(ulong start)
{
    private SeededDraws _draws = new(SeededDraws.Mix(start));

    public ulong Next() => _draws.Next();
}
