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
    private readonly ConditionalWeakTable<IRunnable, Draws> _draws = [];
    private long _sequence;

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
                return _ready.Count == 0;
        }
    }

    /// <summary>Called with each message that an actor is told: recipient, message, sender.</summary>
    public Action<IActorRef, object, IActorRef>? Told { get; set; }

    public void Know(IRunnable mailbox, string path) =>
        _draws.AddOrUpdate(mailbox, new Draws(Mix(Seeds.Hash(path) ^ ((ulong)(uint)seed << 32))));

    // Locked because a task's continuation or a real dispatcher may tell a simulated actor from its own thread.
    public void Add(IRunnable runnable)
    {
        lock (_gate)
        {
            var place = seed != 0 && _draws.TryGetValue(runnable, out var draws) ? draws.Next() : 0;
            _ready.Enqueue(runnable, (place, _sequence++));
        }
    }

    public IRunnable Take()
    {
        lock (_gate)
            return _ready.Dequeue();
    }

    // The finalizer of SplitMix64: neighbouring inputs give unrelated outputs.
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }

    private sealed class Draws(ulong stream)
    {
        private ulong _count;

        public ulong Next() => Mix(stream + (++_count * 0x9e3779b97f4a7c15));
    }
}
