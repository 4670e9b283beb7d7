using Akka.Actor;

namespace Peers.TestKit;

/// <summary>What a <see cref="VirtualTimeScheduler"/> has to run: once, or again after each interval (in ticks), unless it is cancelled.</summary>
internal sealed record TimerItem(Action Action, long? Interval, ICancelable? Cancelable)
{
    public bool IsCancelled => Cancelable is { IsCancellationRequested: true };
}

/// <summary>The items of a <see cref="VirtualTimeScheduler"/> in the order (due, scheduled first). Safe from any thread.</summary>
internal sealed class TimerQueue
{
    private const int SmallestSweep = 4096;

    private readonly Lock _gate = new();
    private readonly PriorityQueue<TimerItem, (long Due, long Sequence)> _items = new();
    private long _sequence;
    private int _sweepAt = SmallestSweep;
    private bool _closed;

    public int Count
    {
        get
        {
            lock (_gate)
                return _items.Count;
        }
    }

    public long? NextDue
    {
        get
        {
            lock (_gate)
            {
                DropCancelled();
                return _items.TryPeek(out _, out var key) ? key.Due : null;
            }
        }
    }

    public void Add(long due, TimerItem item)
    {
        lock (_gate)
        {
            if (_closed)
                throw new SchedulerException("The simulation is over.");
            if (item.IsCancelled)
                return;
            if (_items.Count >= _sweepAt)
                Sweep();
            _items.Enqueue(item, (due, _sequence++));
        }
    }

    /// <summary>The next item that is due at <paramref name="instant"/>, or <c>null</c>.</summary>
    public TimerItem? TryTake(long instant)
    {
        lock (_gate)
        {
            DropCancelled();
            return _items.TryPeek(out _, out var key) && key.Due <= instant ? _items.Dequeue() : null;
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            _items.Clear();
        }
    }

    // A receive timeout that is set anew for every message leaves a cancelled item each time: without this an hour of chatter is all memory.
    private void Sweep()
    {
        var living = _items.UnorderedItems.Where(entry => !entry.Element.IsCancelled).ToArray();
        _items.Clear();
        _items.EnqueueRange(living);
        _sweepAt = Math.Max(SmallestSweep, 2 * living.Length);
    }

    private void DropCancelled()
    {
        while (_items.TryPeek(out var item, out _) && item.IsCancelled)
            _items.Dequeue();
    }
}
