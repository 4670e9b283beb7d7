namespace Peers;

/// <summary>
/// The bytes that all remotes of an engine together may make us hold: of messages that have begun to arrive, and of those that were not consumed.
/// One per engine; connections write their own accounts from their own threads.
/// </summary>
/// <typeparam name="TOwner">What the owner of an account is known by.</typeparam>
internal sealed class ReceiveBudget<TOwner>(long limit)
{
    /// <summary>What an account may differ from the truth by, so that small messages, held for a moment, touch nothing that is shared.</summary>
    public const int Grain = 16 * 1024;

    /// <summary>Who holds no more than this goes on reading whatever others do: a budget that an attacker fills must not silence everybody.</summary>
    public const int Free = 64 * 1024;

    private readonly HashSet<Account> _accounts = [];
    private long _held;

    /// <summary>Bytes that may be held.</summary>
    public long Limit { get; } = limit;

    /// <summary>Bytes that are held.</summary>
    public long Held => Volatile.Read(ref _held);

    public bool IsExceeded => Held > Limit;

    /// <summary>
    /// Whether messages that remotes do not end are what fills it: else our own listeners are slow, and who is read no more because of that has a
    /// message under way through no fault of its own.
    /// </summary>
    public bool IsHeldByRemotes
    {
        get
        {
            lock (_accounts)
            {
                return _accounts.Sum(account => account.Unfinished) > Limit / 2;
            }
        }
    }

    /// <summary>Opens the account of a connection.</summary>
    public Account Open(TOwner owner)
    {
        var account = new Account(this, owner);
        lock (_accounts)
        {
            _accounts.Add(account);
        }

        return account;
    }

    /// <summary>Whose unfinished message is the largest; null when there is none.</summary>
    public Account? Largest()
    {
        lock (_accounts)
        {
            return _accounts.Where(account => account.Unfinished > 0).MaxBy(account => account.Unfinished);
        }
    }

    /// <summary>What one connection holds.</summary>
    public sealed class Account(ReceiveBudget<TOwner> budget, TOwner owner)
    {
        private long _unfinished;
        private long _told;
        private bool _closed;

        public TOwner Owner { get; } = owner;

        /// <summary>Bytes of a message that has begun to arrive.</summary>
        public long Unfinished => Volatile.Read(ref _unfinished);

        /// <summary>Whether to read no more for now.</summary>
        public bool MustWait => budget.IsExceeded && _told > Free;

        /// <summary>Tells what is held now.</summary>
        public void Hold(long unfinished, long unconsumed)
        {
            var held = unfinished + unconsumed;
            if (_closed || (Math.Abs(held - _told) < Grain && (held > 0 || _told == 0)))
            {
                return;
            }

            Volatile.Write(ref _unfinished, unfinished);
            Interlocked.Add(ref budget._held, held - _told);
            _told = held;
        }

        public void Close()
        {
            Hold(0, 0);
            _closed = true;
            lock (budget._accounts)
            {
                budget._accounts.Remove(this);
            }
        }
    }
}
