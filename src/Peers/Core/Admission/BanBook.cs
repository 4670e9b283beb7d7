using Peers.Wire;

namespace Peers;

/// <summary>
/// The bans of one engine, of addresses and of subnets. To find one costs a look for each prefix length in use (129 at most), however many there are;
/// when it is full those that end first give way, a sixteenth at a time, so a flood of bans costs the same for each (CVE-2020-14198).
/// </summary>
/// <param name="capacity">Bans at most.</param>
/// <param name="hash">How addresses are hashed.</param>
internal sealed class BanBook(int capacity, AddressHash hash)
{
    private const int ShareToDrop = 16;

    private readonly Dictionary<Subnet, Entry> _bans = new(hash);
    private readonly SortedDictionary<(NetworkKind Kind, int Length), int> _lengths = [];

    /// <summary>Bans that were neither lifted nor found to be over.</summary>
    public int Count => _bans.Count;

    /// <summary>Bans, or bans anew: the later end counts unless the ban replaces what there is.</summary>
    /// <returns>The ban that holds now.</returns>
    public Ban Add(Ban ban, bool replace)
    {
        if (_bans.TryGetValue(ban.Subject, out var known))
        {
            if (!replace && known.Until >= ban.Until)
            {
                return known.Of(ban.Subject);
            }
        }
        else
        {
            if (_bans.Count >= capacity)
            {
                MakeRoom(ban.Since);
            }

            var length = (ban.Subject.Address.Kind, ban.Subject.PrefixLength);
            _lengths[length] = _lengths.GetValueOrDefault(length) + 1;
        }

        _bans[ban.Subject] = new Entry(ban.Since, ban.Until, ban.Why);
        return ban;
    }

    /// <summary>Lifts the ban of that very subnet.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Remove(Subnet subject)
    {
        if (!_bans.Remove(subject))
        {
            return false;
        }

        var length = (subject.Address.Kind, subject.PrefixLength);
        if (--_lengths[length] == 0)
        {
            _lengths.Remove(length);
        }

        return true;
    }

    /// <summary>The ban that an address is under: of the largest subnet first.</summary>
    public Ban? Find(NetworkAddress address, DateTimeOffset now)
    {
        if (_bans.Count == 0)
        {
            return null;
        }

        var identity = NetworkIdentity.Of(address);
        Subnet? over = null;
        Ban? found = null;
        foreach (var (kind, length) in _lengths.Keys)
        {
            if (kind != identity.Kind || length > identity.Length * 8 || (length < identity.Length * 8 && !NetworkIdentity.HasSubnets(identity)))
            {
                continue;
            }

            var subject = new Subnet(identity, length);
            if (_bans.TryGetValue(subject, out var entry))
            {
                if (entry.Until > now)
                {
                    found = entry.Of(subject);
                    break;
                }

                over = subject;
            }
        }

        if (over is { } ended)
        {
            Remove(ended);
        }

        return found;
    }

    /// <summary>All bans that hold, those that end first at the head. What is over is forgotten.</summary>
    public IReadOnlyList<Ban> List(DateTimeOffset now)
    {
        DropUntil(now, _bans.Count);
        return [.. _bans.Select(ban => ban.Value.Of(ban.Key)).OrderBy(ban => ban.Until).ThenBy(ban => ban.Subject.ToString(), StringComparer.Ordinal)];
    }

    private void MakeRoom(DateTimeOffset now)
    {
        DropUntil(now, _bans.Count);
        if (_bans.Count >= capacity)
        {
            var ends = _bans.Values.Select(ban => ban.Until).ToArray();
            Array.Sort(ends);
            var share = Math.Max(1, ends.Length / ShareToDrop);
            DropUntil(ends[share - 1], share);
        }
    }

    private void DropUntil(DateTimeOffset end, int atMost)
    {
        foreach (var (subject, ban) in _bans)
        {
            if (ban.Until <= end && atMost-- > 0)
            {
                Remove(subject); // A dictionary bears this while it is walked through.
            }
        }
    }

    private readonly record struct Entry(DateTimeOffset Since, DateTimeOffset Until, string Why)
    {
        public Ban Of(Subnet subject) => new(subject, Since, Until, Why);
    }
}
