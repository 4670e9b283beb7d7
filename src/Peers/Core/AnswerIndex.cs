namespace Peers;

/// <summary>Who awaits which answer; of several who await the same one, the first gets the first.</summary>
internal sealed class AnswerIndex<T>
    where T : class
{
    private readonly Dictionary<AnswerKey, T> _first = new(new AnswerKey.Comparer());

    /// <summary>Rare: the same thing asked for twice before it came.</summary>
    private readonly Dictionary<AnswerKey, Queue<T>> _later = new(new AnswerKey.Comparer());

    public int Count => _first.Count;

    public void Add(AnswerKey key, T waiting)
    {
        if (_first.TryAdd(key, waiting))
        {
            return;
        }

        if (!_later.TryGetValue(key, out var queue))
        {
            _later.Add(key, queue = new Queue<T>());
        }

        queue.Enqueue(waiting);
    }

    /// <summary>Takes out who has waited longest; null when nobody waits.</summary>
    public T? Take(AnswerKey key)
    {
        if (!_first.Remove(key, out var taken))
        {
            return null;
        }

        if (_later.TryGetValue(key, out var queue))
        {
            _first.Add(key, queue.Dequeue());
            if (queue.Count == 0)
            {
                _later.Remove(key);
            }
        }

        return taken;
    }

    /// <summary>Takes one out who no longer waits.</summary>
    public void Remove(AnswerKey key, T waiting)
    {
        if (!_first.TryGetValue(key, out var first))
        {
            return;
        }

        if (ReferenceEquals(first, waiting))
        {
            Take(key);
        }
        else if (_later.Remove(key, out var queue))
        {
            var others = new Queue<T>(queue.Where(other => !ReferenceEquals(other, waiting)));
            if (others.Count > 0)
            {
                _later.Add(key, others);
            }
        }
    }
}
