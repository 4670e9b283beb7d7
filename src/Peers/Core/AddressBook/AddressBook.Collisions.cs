using Peers.Wire;

namespace Peers;

/// <content>Test before evict: nobody loses his place in the tried table before he was seen to be gone.</content>
internal sealed partial class AddressBook
{
    /// <summary>Addresses that wait for the place of another at most.</summary>
    internal const int MostCollisions = 10;

    private const long ReplacementTime = 4 * Hour;
    private const long TestWindow = 40 * 60;

    private readonly List<NetworkEndpoint> _collisions = [];

    /// <summary>A handshake was done with it: it is tried from now on, unless somebody has its place, who is to be tested first.</summary>
    /// <returns>Whether it has become tried by that.</returns>
    public bool Good(NetworkEndpoint endpoint, DateTimeOffset now) => Good(endpoint, now.ToUnixTimeSeconds(), isTestWanted: true);

    /// <summary>Somebody whose place another waits for: dial him to see whether he is still there.</summary>
    public AddressBookEntry? SelectCollision(DateTimeOffset now)
    {
        if (_collisions.Count == 0)
        {
            return null;
        }

        var waiting = _collisions[_random.Next(_collisions.Count)];
        return _byEndpoint.ContainsKey(waiting) && _tried[_tried.PlaceByAddress(waiting, TriedBucketsPerGroup)] is { } holder
            ? holder.ToPublic()
            : null;
    }

    /// <summary>Ends the waits that can be: who was there keeps his place, who was not gives it up.</summary>
    public void ResolveCollisions(DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds();
        for (var i = _collisions.Count - 1; i >= 0; i--)
        {
            if (IsResolved(_collisions[i], seconds))
            {
                _collisions.RemoveAt(i);
            }
        }
    }

    private bool IsResolved(NetworkEndpoint waiting, long now)
    {
        if (!_byEndpoint.TryGetValue(waiting, out var entry) || entry.IsTried)
        {
            return true;
        }

        if (_tried[_tried.PlaceByAddress(waiting, TriedBucketsPerGroup)] is { } holder)
        {
            if (now - holder.LastSuccess < ReplacementTime)
            {
                return true; // He was there.
            }

            var wasTested = now - holder.LastTry < ReplacementTime;
            if (wasTested ? now - holder.LastTry <= 60 : now - entry.LastSuccess <= TestWindow)
            {
                return false; // The test is under way, or still to come.
            }
        }

        Good(waiting, now, isTestWanted: false);
        return true;
    }

    private bool Good(NetworkEndpoint endpoint, long now, bool isTestWanted)
    {
        _lastGood = now;
        if (!_byEndpoint.TryGetValue(endpoint, out var entry))
        {
            return false;
        }

        entry.LastSuccess = entry.LastTry = now;
        entry.Failures = 0;
        if (entry.IsTried || entry.References == 0)
        {
            return false;
        }

        if (isTestWanted && _tried[_tried.PlaceByAddress(endpoint, TriedBucketsPerGroup)] is not null)
        {
            if (_collisions.Count < MostCollisions && !_collisions.Contains(endpoint))
            {
                _collisions.Add(endpoint);
            }

            return false;
        }

        MakeTried(entry, now);
        return true;
    }
}
