using Akka.Dispatch;

namespace Peers.TestKit;

/// <summary>
/// Everything that could run now: the mailboxes (and tasks) of every <see cref="SeededDispatcher"/> of one actor system.
/// The seed decides who is next; seed 0 keeps the order of arrival.
/// </summary>
internal sealed class RunQueue
{
    private readonly Lock _gate = new();
    private readonly Queue<IRunnable> _inOrder = new();
    private readonly List<IRunnable> _shuffled = [];
    private readonly Random? _random;

    public RunQueue(int seed) => _random = seed == 0 ? null : Seeds.Derive(seed, "dispatcher");

    // Locked because a task's continuation or a real dispatcher may tell a simulated actor from its own thread.
    public void Add(IRunnable runnable)
    {
        lock (_gate)
        {
            if (_random is null)
                _inOrder.Enqueue(runnable);
            else
                _shuffled.Add(runnable);
        }
    }

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
                return _inOrder.Count + _shuffled.Count == 0;
        }
    }

    public IRunnable Take()
    {
        lock (_gate)
        {
            if (_random is null)
                return _inOrder.Dequeue();

            var index = _random.Next(_shuffled.Count);
            var runnable = _shuffled[index];
            _shuffled[index] = _shuffled[^1];
            _shuffled.RemoveAt(_shuffled.Count - 1);
            return runnable;
        }
    }
}
