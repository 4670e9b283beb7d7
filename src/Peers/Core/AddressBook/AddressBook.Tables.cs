using Peers.Wire;

namespace Peers;

/// <content>How addresses come into the tables and out of them.</content>
internal sealed partial class AddressBook
{
    private bool Add(in AddressEntry told, NetworkAddress source, long penalty, long now)
    {
        var time = told.Time is <= 100_000_000 || told.Time > now + 600 ? now - (5 * Day) : told.Time; // A time that cannot be is worth little.
        penalty = told.Endpoint.Address == source ? 0 : penalty;
        if (_byEndpoint.TryGetValue(told.Endpoint, out var entry))
        {
            var isOnline = now - time < Day;
            if (entry.Time < time - (isOnline ? Hour : Day) - penalty)
            {
                entry.Time = Math.Max(0, time - penalty);
            }

            entry.Services |= told.Services;

            // Each place more is half as likely: who tells an address often must not make it everybody's choice.
            if (time <= entry.Time || entry.IsTried || entry.References == MostReferences || _random.Next(1 << entry.References) != 0)
            {
                return false;
            }

            Place(entry, source, now);
            return false;
        }

        entry = new BookEntry(told.Endpoint, source) { Services = told.Services, Time = Math.Max(0, time - penalty) };
        Enter(entry);
        Place(entry, source, now);
        if (entry.References > 0)
        {
            return true;
        }

        Delete(entry);
        return false;
    }

    /// <summary>Gives an address the place that it has by its source, unless somebody better is there.</summary>
    private void Place(BookEntry entry, NetworkAddress source, long now)
    {
        var place = _new.PlaceBySource(entry.Endpoint, source, NewBucketsPerSource);
        if (_new[place] == entry || (_new[place] is { } there && !there.IsTerrible(now) && !(there.References > 1 && entry.References == 0)))
        {
            return;
        }

        Clear(place);
        _new[place] = entry;
        entry.References++;
    }

    /// <summary>Moves an address to the tried table; who had its place there goes back to the new one.</summary>
    private void MakeTried(BookEntry entry, long now)
    {
        for (var place = 0; entry.References > 0 && place < NewBuckets * BucketTable.Places; place++)
        {
            if (_new[place] == entry)
            {
                _new[place] = null;
                entry.References--;
            }
        }

        var tried = _tried.PlaceByAddress(entry.Endpoint, TriedBucketsPerGroup);
        if (_tried[tried] is { } evicted)
        {
            evicted.IsTried = false;
            TriedCount--;
            var back = _new.PlaceBySource(evicted.Endpoint, evicted.Source, NewBucketsPerSource);
            Clear(back);
            _new[back] = evicted;
            evicted.References = 1;
        }

        _tried[tried] = entry;
        entry.IsTried = true;
        TriedCount++;
    }

    private void Restore(AddressBookEntry kept)
    {
        var endpoint = kept.Address.Endpoint;
        if (_byEndpoint.ContainsKey(endpoint) || kept.Failures < 0)
        {
            return;
        }

        var entry = new BookEntry(endpoint, kept.Source)
        {
            Services = kept.Address.Services,
            Time = kept.Address.Time,
            Failures = kept.Failures,
            LastTry = kept.LastTry?.ToUnixTimeSeconds() ?? 0,
            LastSuccess = kept.LastSuccess?.ToUnixTimeSeconds() ?? 0,
        };
        RestorePlaces(entry, kept);
        if (entry.IsTried || entry.References > 0)
        {
            Enter(entry);
        }
    }

    /// <summary>Gives it the places that it had and that are free; who has lost his place among the tried may still be among the new.</summary>
    private void RestorePlaces(BookEntry entry, AddressBookEntry kept)
    {
        var tried = _tried.PlaceByAddress(entry.Endpoint, TriedBucketsPerGroup);
        if (kept.IsTried && _tried[tried] is null)
        {
            _tried[tried] = entry;
            entry.IsTried = true;
            TriedCount++;
            return;
        }

        foreach (var place in kept.Places.IsDefault ? [] : kept.Places.Take(MostReferences))
        {
            if (_new[place] is null && place == _new.PlaceIn(place / BucketTable.Places, entry.Endpoint))
            {
                _new[place] = entry;
                entry.References++;
            }
        }

        var bySource = _new.PlaceBySource(entry.Endpoint, entry.Source, NewBucketsPerSource);
        if (entry.References == 0 && _new[bySource] is null)
        {
            _new[bySource] = entry;
            entry.References++;
        }
    }

    private void Clear(int place)
    {
        if (_new[place] is { } there)
        {
            _new[place] = null;
            if (--there.References == 0)
            {
                Delete(there);
            }
        }
    }

    private void Enter(BookEntry entry)
    {
        entry.Index = _all.Count;
        _all.Add(entry);
        _byEndpoint.Add(entry.Endpoint, entry);
        var network = entry.Endpoint.Address.Kind;
        _byNetwork[network] = CountOf(network) + 1;
    }

    private void Delete(BookEntry entry)
    {
        Swap(entry.Index, _all.Count - 1);
        _all.RemoveAt(_all.Count - 1);
        _byEndpoint.Remove(entry.Endpoint);
        _byNetwork[entry.Endpoint.Address.Kind]--;
    }

    private void Swap(int one, int other)
    {
        (_all[one], _all[other]) = (_all[other], _all[one]);
        _all[one].Index = one;
        _all[other].Index = other;
    }
}
