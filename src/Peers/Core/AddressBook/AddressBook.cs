using System.Collections.Immutable;
using Peers.Wire;

namespace Peers;

/// <summary>
/// The addresses that are known, as Bitcoin Core's addrman: those that somebody told ("new") and those of nodes that we were connected to ("tried"), each
/// in a table where nobody can take more than his share. It knows no clock and draws from the given randomness only.
/// </summary>
internal sealed partial class AddressBook
{
    internal const int NewBuckets = 1024;
    internal const int TriedBuckets = 256;

    /// <summary>Buckets of the new table that sources of one netgroup can reach.</summary>
    internal const int NewBucketsPerSource = 64;

    /// <summary>Buckets of the tried table that addresses of one netgroup can reach.</summary>
    internal const int TriedBucketsPerGroup = 8;

    /// <summary>Places of the new table that one address can have, by several who tell it.</summary>
    internal const int MostReferences = 8;

    private const long Hour = 3600;
    private const long Day = 24 * Hour;

    private readonly Random _random;
    private readonly byte[] _secret;
    private readonly BucketTable _new;
    private readonly BucketTable _tried;
    private readonly Dictionary<NetworkEndpoint, BookEntry> _byEndpoint = [];
    private readonly List<BookEntry> _all = [];
    private readonly Dictionary<NetworkKind, int> _byNetwork = [];
    private long _lastGood = 1; // Not 0: a counted try of long ago is before it.

    /// <param name="random">Where the secret and all draws come from.</param>
    public AddressBook(Random random)
        : this(random, NewSecret(random))
    {
    }

    private AddressBook(Random random, byte[] secret)
    {
        _random = random;
        _secret = secret;
        _new = new BucketTable(NewBuckets, secret, (byte)'N');
        _tried = new BucketTable(TriedBuckets, secret, (byte)'T');
    }

    /// <summary>Addresses that are known.</summary>
    public int Count => _all.Count;

    /// <summary>Of them those of nodes that we were connected to.</summary>
    public int TriedCount { get; private set; }

    public int CountOf(NetworkKind network) => _byNetwork.GetValueOrDefault(network);

    /// <summary>Of the addresses of a network those of nodes that we were connected to.</summary>
    public int TriedCountOf(NetworkKind network) => _all.Count(entry => entry.IsTried && entry.Endpoint.Address.Kind == network);

    public AddressBookEntry? Find(NetworkEndpoint endpoint) => _byEndpoint.GetValueOrDefault(endpoint)?.ToPublic();

    /// <summary>Learns addresses.</summary>
    /// <param name="told">What was told.</param>
    /// <param name="source">Who told it.</param>
    /// <param name="penalty">How much older they count than they were told to be; one who tells of himself has none.</param>
    /// <param name="now">The time.</param>
    /// <returns>How many were not known before.</returns>
    public int Add(IReadOnlyList<AddressEntry> told, NetworkAddress source, TimeSpan penalty, DateTimeOffset now) =>
        told.Count(entry => Add(entry, source, (long)penalty.TotalSeconds, now.ToUnixTimeSeconds()));

    /// <summary>A dial begins.</summary>
    /// <param name="endpoint">Where to.</param>
    /// <param name="isFailureCounted">Whether its failure would be the address's; not while our own line may be down.</param>
    /// <param name="now">The time.</param>
    public void Attempt(NetworkEndpoint endpoint, bool isFailureCounted, DateTimeOffset now)
    {
        if (!_byEndpoint.TryGetValue(endpoint, out var entry))
        {
            return;
        }

        entry.LastTry = now.ToUnixTimeSeconds();
        if (isFailureCounted && entry.LastCountedTry < _lastGood)
        {
            entry.LastCountedTry = entry.LastTry;
            entry.Failures++;
        }
    }

    /// <summary>A connection that was ready has ended: so long it was there. Told on only every 20 minutes, so that nobody sees when we left whom.</summary>
    public void Connected(NetworkEndpoint endpoint, DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds();
        if (_byEndpoint.TryGetValue(endpoint, out var entry) && seconds - entry.Time > 20 * 60)
        {
            entry.Time = seconds;
        }
    }

    /// <summary>What it offers, as it says itself.</summary>
    public void SetServices(NetworkEndpoint endpoint, ServiceFlags services)
    {
        if (_byEndpoint.TryGetValue(endpoint, out var entry))
        {
            entry.Services = services;
        }
    }

    /// <summary>Draws somebody to be dialled: new or tried by the toss of a coin, then by the chance that each has.</summary>
    /// <param name="newOnly">Whether only those that we were never connected to are wanted.</param>
    /// <param name="network">The network that it must be of; null for any.</param>
    /// <param name="now">The time.</param>
    public AddressBookEntry? Select(bool newOnly, NetworkKind? network, DateTimeOffset now)
    {
        var (tried, all) = network is { } kind ? (TriedCountOf(kind), CountOf(kind)) : (TriedCount, Count);
        if (all == 0 || (newOnly && all == tried))
        {
            return null;
        }

        var table = !newOnly && tried > 0 && (all == tried || _random.Next(2) == 0) ? _tried : _new;
        var factor = 1.0;
        while (true)
        {
            if (table.Draw(_random, network) is { } drawn)
            {
                if (_random.NextDouble() < factor * drawn.Chance(now.ToUnixTimeSeconds()))
                {
                    return drawn.ToPublic();
                }

                factor *= 1.2;
            }
        }
    }

    /// <summary>What a remote may be told: a share of all by chance, without those that are not worth it.</summary>
    /// <param name="most">Addresses at most.</param>
    /// <param name="percent">Of all that are known at most.</param>
    /// <param name="network">The network that they must be of; null for any.</param>
    /// <param name="now">The time.</param>
    public List<AddressEntry> Known(int most, int percent, NetworkKind? network, DateTimeOffset now)
    {
        var wanted = (int)Math.Min(most, (long)Count * percent / 100);
        List<AddressEntry> chosen = [];
        for (var i = 0; i < _all.Count && chosen.Count < wanted; i++)
        {
            Swap(i, _random.Next(i, _all.Count));
            var entry = _all[i];
            if (!entry.IsTerrible(now.ToUnixTimeSeconds()) && (network is null || entry.Endpoint.Address.Kind == network))
            {
                chosen.Add(entry.ToPublic().Address);
            }
        }

        return chosen;
    }

    /// <summary>All that is known, without anchors.</summary>
    public AddressBookState Save()
    {
        var places = new List<ushort>?[_all.Count];
        for (var place = 0; place < NewBuckets * BucketTable.Places; place++)
        {
            if (_new[place] is { } entry)
            {
                (places[entry.Index] ??= []).Add((ushort)place);
            }
        }

        return new([.. _secret], [.. _all.Select(entry => entry.ToPublic() with { Places = places[entry.Index] is { } known ? [.. known] : default })], []);
    }

    /// <summary>A book as it was saved; what is broken of it is left out.</summary>
    public static AddressBook Restore(AddressBookState state, Random random)
    {
        var book = new AddressBook(random, state.Secret is { IsDefault: false, Length: 32 } ? [.. state.Secret] : NewSecret(random));
        foreach (var kept in state.Entries.IsDefault ? [] : state.Entries)
        {
            book.Restore(kept);
        }

        return book;
    }

    private static byte[] NewSecret(Random random)
    {
        var secret = new byte[32];
        random.NextBytes(secret);
        return secret;
    }
}
