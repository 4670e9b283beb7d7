using System.Diagnostics.CodeAnalysis;
using Peers.Wire;

namespace Peers;

/// <summary>
/// Sorts what a peer of the facade hears: to the subscriptions of its type, else into <see cref="IPeer.Messages"/>, else away. Each message gives
/// its cost back exactly once: here when every subscription has heard it or nobody wants it, by the channel when the user takes it from there.
/// </summary>
/// <remarks>Nothing here is larger than the read window: whatever waits holds its credit.</remarks>
/// <typeparam name="TKey">What names a subscription.</typeparam>
internal sealed class InboxSorter<TKey>
    where TKey : class
{
    private readonly List<Subscription> _subscriptions = [];
    private readonly Queue<Item> _held = new();
    private readonly Queue<Item> _messages = new();
    private bool _isSubscribed;
    private bool _isTaken;
    private long _free;

    /// <summary>Messages for the channel.</summary>
    public int Waiting => _messages.Count;

    /// <summary>Whether every subscription has heard everything, and nothing waits for the first word of the user's.</summary>
    public bool IsHeard => _held.Count == 0 && _subscriptions.TrueForAll(subscription => subscription.IsIdle);

    public void Hear(Message message, int cost)
    {
        var item = new Item(message, cost);
        if (_isSubscribed || _isTaken)
        {
            Sort(item);
        }
        else
        {
            _held.Enqueue(item); // Nobody has said yet who hears: nothing is lost until somebody does.
        }
    }

    /// <summary>The user reads the channel: from now on what has no subscription waits for him there.</summary>
    public void Take()
    {
        _isTaken = true;
        SortHeld();
    }

    public void Subscribe(TKey key, Type type)
    {
        _subscriptions.Add(new Subscription(key, type));
        _isSubscribed = true;
        SortHeld();
    }

    /// <summary>Ends a subscription; what it has not heard goes where it would have gone without it. One that hears something ends behind it.</summary>
    /// <returns>Whether it has ended.</returns>
    public bool Unsubscribe(TKey key)
    {
        if (Find(key) is not { } subscription)
        {
            return true;
        }

        subscription.IsEnding = true;
        return EndWhenIdle(subscription);
    }

    /// <summary>The next message for a subscription that hears nothing just now.</summary>
    public bool TryNext([NotNullWhen(true)] out TKey? key, [NotNullWhen(true)] out Message? message)
    {
        var subscription = _subscriptions.Find(one => one is { Current: null, IsEnding: false, Queue.Count: > 0 });
        key = subscription?.Key;
        message = (subscription is null ? null : subscription.Current = subscription.Queue.Dequeue())?.Message;
        return message is not null;
    }

    /// <summary>A subscription is done with the message that it was given.</summary>
    /// <param name="key">Which.</param>
    /// <param name="heard">Whether it heard it; else it had ended before.</param>
    /// <returns>Whether the subscription has ended.</returns>
    public bool Done(TKey key, bool heard)
    {
        var subscription = Find(key)!;
        Leave(subscription.Current!, heard);
        subscription.Current = null;
        return EndWhenIdle(subscription);
    }

    /// <summary>The next message for the channel, which gives its cost back.</summary>
    public bool TryTake(out HeardMessage heard)
    {
        var there = _messages.TryDequeue(out var item);
        heard = there ? new HeardMessage(item!.Message, item.Cost) : default;
        return there;
    }

    /// <summary>Cost that is free again.</summary>
    public long TakeCredit()
    {
        var free = _free;
        _free = 0;
        return free;
    }

    /// <summary>Nothing more comes, and nobody hears: whatever would wait for the first word of the user's is for the channel.</summary>
    public void Close()
    {
        if (!_isSubscribed)
        {
            Take();
        }
    }

    private void SortHeld()
    {
        while (_held.TryDequeue(out var item))
        {
            Sort(item);
        }
    }

    private void Sort(Item item)
    {
        foreach (var subscription in _subscriptions)
        {
            if (subscription.Type.IsInstanceOfType(item.Message))
            {
                item.Owed++;
                subscription.Queue.Enqueue(item);
            }
        }

        if (item.Owed == 0)
        {
            SortRest(item);
        }
    }

    /// <summary>Who only subscribes must never stall the connection by what he does not want.</summary>
    private void SortRest(Item item)
    {
        if (_isTaken)
        {
            _messages.Enqueue(item);
        }
        else
        {
            _free += item.Cost;
        }
    }

    private bool EndWhenIdle(Subscription subscription)
    {
        if (!subscription.IsEnding || subscription.Current is not null)
        {
            return false;
        }

        _subscriptions.RemoveAll(one => ReferenceEquals(one, subscription));
        foreach (var item in subscription.Queue)
        {
            Leave(item, heard: false);
        }

        return true;
    }

    /// <summary>One subscription less owes the message; the last one frees it, or passes it on when nobody has heard it.</summary>
    private void Leave(Item item, bool heard)
    {
        item.IsHeard |= heard;
        if (--item.Owed > 0)
        {
            return;
        }

        if (item.IsHeard)
        {
            _free += item.Cost;
        }
        else
        {
            SortRest(item);
        }
    }

    private Subscription? Find(TKey key) => _subscriptions.Find(subscription => ReferenceEquals(subscription.Key, key));

    private sealed record Item(Message Message, int Cost)
    {
        public int Owed { get; set; }

        public bool IsHeard { get; set; }
    }

    private sealed record Subscription(TKey Key, Type Type)
    {
        public Queue<Item> Queue { get; } = new();

        public Item? Current { get; set; }

        public bool IsEnding { get; set; }

        public bool IsIdle => Current is null && Queue.Count == 0;
    }
}
