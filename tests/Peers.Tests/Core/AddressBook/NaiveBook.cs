using Peers.Wire;

namespace Peers.Tests.Core;

/// <summary>The rules of the book written down as plainly as they go, slow and without its tables.</summary>
internal sealed class NaiveBook
{
    private readonly Random _random;
    private readonly BucketTable _newPlaces;
    private readonly BucketTable _triedPlaces;
    private readonly Dictionary<int, NetworkEndpoint> _new = [];
    private readonly Dictionary<int, NetworkEndpoint> _tried = [];
    private readonly Dictionary<NetworkEndpoint, BookEntry> _entries = [];
    private readonly List<NetworkEndpoint> _waiting = [];
    private long _lastGood = 1;

    public NaiveBook(Random random)
    {
        var secret = new byte[32];
        random.NextBytes(secret);
        _random = random;
        _newPlaces = new BucketTable(AddressBook.NewBuckets, secret, (byte)'N');
        _triedPlaces = new BucketTable(AddressBook.TriedBuckets, secret, (byte)'T');
    }

    public IEnumerable<string> Texts => _entries.Values.Select(entry =>
    {
        var known = entry.ToPublic();
        return $"{known.Address} {known.Source} {_tried.ContainsValue(entry.Endpoint)} {known.Failures} {known.LastTry:s} {known.LastSuccess:s} {string.Join(' ', Places(entry.Endpoint).Order())}";
    });

    public void Add(AddressEntry told, NetworkAddress source, long penalty, long now)
    {
        var time = (long)told.Time;
        if (told.Endpoint.Address == source)
        {
            penalty = 0;
        }

        if (!_entries.TryGetValue(told.Endpoint, out var entry))
        {
            _entries[told.Endpoint] = new BookEntry(told.Endpoint, source) { Services = told.Services, Time = time - penalty };
            Put(told.Endpoint, source, now);
            Sweep();
            return;
        }

        entry.Services |= told.Services;
        if (entry.Time + (now - time < 86_400 ? 3_600 : 86_400) + penalty < time)
        {
            entry.Time = time - penalty;
        }

        var references = Places(told.Endpoint).Count();
        if (time > entry.Time && !_tried.ContainsValue(told.Endpoint) && references < 8 && _random.Next((int)Math.Pow(2, references)) == 0)
        {
            Put(told.Endpoint, source, now);
            Sweep();
        }
    }

    public void Attempt(NetworkEndpoint endpoint, bool isCounted, long now)
    {
        if (_entries.TryGetValue(endpoint, out var entry))
        {
            var counts = isCounted && entry.LastCountedTry < _lastGood;
            entry.Failures += counts ? 1 : 0;
            entry.LastCountedTry = counts ? now : entry.LastCountedTry;
            entry.LastTry = now;
        }
    }

    public void Connected(NetworkEndpoint endpoint, long now)
    {
        if (_entries.TryGetValue(endpoint, out var entry) && now > entry.Time + 1_200)
        {
            entry.Time = now;
        }
    }

    public void SetServices(NetworkEndpoint endpoint, ServiceFlags services)
    {
        if (_entries.TryGetValue(endpoint, out var entry))
        {
            entry.Services = services;
        }
    }

    public void Good(NetworkEndpoint endpoint, long now, bool isTested = false)
    {
        _lastGood = now;
        if (!_entries.TryGetValue(endpoint, out var entry))
        {
            return;
        }

        (entry.LastSuccess, entry.LastTry, entry.Failures) = (now, now, 0);
        var place = TriedPlace(endpoint);
        if (_tried.ContainsValue(endpoint))
        {
            return;
        }

        if (_tried.TryGetValue(place, out var holder) && !isTested)
        {
            if (_waiting.Count < 10 && !_waiting.Contains(endpoint))
            {
                _waiting.Add(endpoint);
            }

            return;
        }

        foreach (var old in Places(endpoint).ToList())
        {
            _new.Remove(old);
        }

        var isTaken = _tried.ContainsKey(place);
        _tried[place] = endpoint;
        if (isTaken)
        {
            _new[NewPlace(holder, _entries[holder].Source)] = holder;
        }

        Sweep();
    }

    public void Resolve(long now)
    {
        foreach (var waiting in _waiting.AsEnumerable().Reverse().ToList())
        {
            var isHere = _entries.TryGetValue(waiting, out var entry) && !_tried.ContainsValue(waiting);
            var isEvicted = isHere && (!_tried.TryGetValue(TriedPlace(waiting), out var endpoint) || _entries[endpoint] is var holder && now - holder.LastSuccess >= 4 * 3_600
                && (now - holder.LastTry < 4 * 3_600 ? now - holder.LastTry > 60 : now - entry!.LastSuccess > 2_400));
            var isOver = !isHere || isEvicted || now - _entries[_tried[TriedPlace(waiting)]].LastSuccess < 4 * 3_600;
            if (isEvicted)
            {
                Good(waiting, now, isTested: true);
            }

            if (isOver)
            {
                _waiting.Remove(waiting);
            }
        }
    }

    private void Put(NetworkEndpoint endpoint, NetworkAddress source, long now)
    {
        var place = NewPlace(endpoint, source);
        if (!_new.TryGetValue(place, out var there) || _entries[there].IsTerrible(now) || (Places(there).Count() > 1 && !Places(endpoint).Any()))
        {
            _new[place] = endpoint;
        }
    }

    /// <summary>Who has no place is not known.</summary>
    private void Sweep()
    {
        foreach (var endpoint in _entries.Keys.Where(endpoint => !_new.ContainsValue(endpoint) && !_tried.ContainsValue(endpoint)).ToList())
        {
            _entries.Remove(endpoint);
        }
    }

    private IEnumerable<int> Places(NetworkEndpoint endpoint) => _new.Where(place => place.Value == endpoint).Select(place => place.Key);

    private int NewPlace(NetworkEndpoint endpoint, NetworkAddress source) => _newPlaces.NewPlace(endpoint, source);

    private int TriedPlace(NetworkEndpoint endpoint) => _triedPlaces.TriedPlace(endpoint);
}
