using Peers.Wire;

namespace Peers.TestKit;

/// <summary>
/// Whom to ask for what was announced: one announcer at a time, those that we dialled first and the others a little later, the next one when
/// an answer does not come. What Bitcoin Core's <c>txrequest</c> does, in small.
/// </summary>
/// <param name="patience">How long an announcer may take to answer.</param>
internal sealed class AnnouncedItems(TimeSpan patience)
{
    // Few are wanted at a time: a list in the order of arrival is quick, and its order is the same in every run.
    private readonly List<Wanted> _wanted = [];

    public int Count => _wanted.Count;

    /// <summary>Notes that a peer announced an item that we want.</summary>
    /// <param name="key">The item, whatever it is asked by.</param>
    /// <param name="peer">The announcer.</param>
    /// <param name="ask">How it is asked for there.</param>
    /// <param name="notBefore">When it may be asked.</param>
    public void Announced(Hash256 key, PeerId peer, InventoryVector ask, TimeSpan notBefore)
    {
        if (Find(key) is not { } wanted)
        {
            _wanted.Add(wanted = new Wanted(key));
        }

        if (!wanted.Announcers.Exists(announcer => announcer.Peer == peer) && wanted.Asked != peer)
        {
            wanted.Announcers.Add(new Announcer(peer, ask, notBefore));
        }
    }

    /// <summary>Notes that a peer was asked in another way, such as for the missing part of a compact block.</summary>
    public void Asked(Hash256 key, PeerId peer, TimeSpan now)
    {
        if (Find(key) is not { } wanted)
        {
            _wanted.Add(wanted = new Wanted(key));
        }

        wanted.Asked = peer;
        wanted.Expires = now + patience;
    }

    /// <summary>Whether it was announced and is not here yet.</summary>
    public bool Wants(Hash256 key) => Find(key) is not null;

    /// <summary>It is here, or no longer wanted.</summary>
    public void Forget(Hash256 key) => _wanted.RemoveAll(wanted => wanted.Key == key);

    /// <summary>That peer does not have it after all: another one may be asked at once.</summary>
    public void Refused(Hash256 key, PeerId peer)
    {
        if (Find(key) is { } wanted)
        {
            wanted.Lose(peer);
            Tidy();
        }
    }

    /// <summary>That peer is gone.</summary>
    public void Gone(PeerId peer)
    {
        foreach (var wanted in _wanted)
        {
            wanted.Lose(peer);
        }

        Tidy();
    }

    /// <summary>Chooses whom to ask now, and takes it as asked.</summary>
    /// <param name="now">The time.</param>
    /// <param name="asking">Where it is added.</param>
    public void Ask(TimeSpan now, List<(PeerId Peer, InventoryVector Item)> asking)
    {
        foreach (var wanted in _wanted)
        {
            if (wanted.Asked is not null && wanted.Expires <= now)
            {
                wanted.Asked = null;
            }

            if (wanted.Asked is null && wanted.Announcers.FindIndex(announcer => announcer.NotBefore <= now) is var index and >= 0)
            {
                var announcer = wanted.Announcers[index];
                wanted.Announcers.RemoveAt(index);
                wanted.Asked = announcer.Peer;
                wanted.Expires = now + patience;
                asking.Add((announcer.Peer, announcer.Ask));
            }
        }

        Tidy();
    }

    /// <summary>When there is something to do next; null when nothing is awaited.</summary>
    public TimeSpan? Next()
    {
        TimeSpan? next = null;
        foreach (var wanted in _wanted)
        {
            var at = wanted.Next;
            next = next < at ? next : at;
        }

        return next;
    }

    private Wanted? Find(Hash256 key)
    {
        foreach (var wanted in _wanted)
        {
            if (wanted.Key == key)
            {
                return wanted;
            }
        }

        return null;
    }

    private void Tidy() => _wanted.RemoveAll(wanted => wanted.Asked is null && wanted.Announcers.Count == 0);

    private readonly record struct Announcer(PeerId Peer, InventoryVector Ask, TimeSpan NotBefore);

    private sealed class Wanted(Hash256 key)
    {
        public Hash256 Key { get; } = key;

        public List<Announcer> Announcers { get; } = [];

        public PeerId? Asked { get; set; }

        public TimeSpan Expires { get; set; }

        /// <summary>When there is something to do about it.</summary>
        public TimeSpan Next
        {
            get
            {
                if (Asked is not null)
                {
                    return Expires;
                }

                var next = TimeSpan.MaxValue;
                foreach (var announcer in Announcers)
                {
                    next = next < announcer.NotBefore ? next : announcer.NotBefore;
                }

                return next;
            }
        }

        public void Lose(PeerId peer)
        {
            Announcers.RemoveAll(announcer => announcer.Peer == peer);
            if (Asked == peer)
            {
                Asked = null;
            }
        }
    }
}
