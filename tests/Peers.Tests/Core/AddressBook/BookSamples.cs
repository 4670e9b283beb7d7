using System.Net;
using Peers.Wire;

namespace Peers.Tests.Core;

/// <summary>Addresses for books, and the tables of a book as anybody can derive them from its secret.</summary>
internal static class BookSamples
{
    public static readonly DateTimeOffset Now = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    public static NetworkAddress IPv4(int number) => NetworkAddress.From(new IPAddress([(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number]));

    public static NetworkEndpoint Endpoint(int number) => new(IPv4(number), 8333);

    /// <summary>The nth address of a netgroup.</summary>
    public static NetworkEndpoint InGroup(int group, int n) => Endpoint((11 << 24) + (group << 16) + n);

    /// <summary>A source in a netgroup of its own.</summary>
    public static NetworkAddress Source(int number) => IPv4((60 << 24) + (number << 16) + 1);

    public static AddressEntry Told(NetworkEndpoint endpoint, DateTimeOffset time) => new((uint)time.ToUnixTimeSeconds(), ServiceFlags.Network, endpoint);

    public static bool Tell(this AddressBook book, NetworkEndpoint endpoint, NetworkAddress source, DateTimeOffset? now = null, TimeSpan age = default) =>
        book.Add([Told(endpoint, (now ?? Now) - age)], source, TimeSpan.Zero, now ?? Now) == 1;

    public static void MakeTried(this AddressBook book, NetworkEndpoint endpoint, DateTimeOffset? now = null)
    {
        book.Tell(endpoint, Source(1), now);
        Assert.True(book.Good(endpoint, now ?? Now), "its place was taken");
    }

    public static BucketTable NewTable(this AddressBook book) => new(AddressBook.NewBuckets, [.. book.Save().Secret], (byte)'N');

    public static BucketTable TriedTable(this AddressBook book) => new(AddressBook.TriedBuckets, [.. book.Save().Secret], (byte)'T');

    public static int TriedPlace(this BucketTable table, NetworkEndpoint endpoint) => table.PlaceByAddress(endpoint, AddressBook.TriedBucketsPerGroup);

    public static int NewPlace(this BucketTable table, NetworkEndpoint endpoint, NetworkAddress source) =>
        table.PlaceBySource(endpoint, source, AddressBook.NewBucketsPerSource);

    /// <summary>What must hold of every book at every time.</summary>
    public static void AssertWhole(this AddressBook book)
    {
        var entries = book.Save().Entries;
        var (fresh, tried) = (book.NewTable(), book.TriedTable());
        Assert.Equal(entries.Length, book.Count);
        Assert.Equal(entries.Count(entry => entry.IsTried), book.TriedCount);
        Assert.Equal(entries.Length, entries.Select(entry => entry.Address.Endpoint).Distinct().Count());
        foreach (var kind in Enum.GetValues<NetworkKind>())
        {
            Assert.Equal(entries.Count(entry => entry.Address.Endpoint.Address.Kind == kind), book.CountOf(kind));
        }

        var triedPlaces = entries.Where(entry => entry.IsTried).Select(entry => tried.TriedPlace(entry.Address.Endpoint)).ToList();
        Assert.Equal(triedPlaces.Count, triedPlaces.Distinct().Count());
        var newPlaces = entries.Where(entry => !entry.IsTried).SelectMany(entry => entry.Places).ToList();
        Assert.Equal(newPlaces.Count, newPlaces.Distinct().Count());
        Assert.All(entries, entry => Assert.True(
            entry.IsTried ? entry.Places.IsDefault : entry.Places.Length is >= 1 and <= AddressBook.MostReferences
                && entry.Places.All(place => place == fresh.PlaceIn(place / BucketTable.Places, entry.Address.Endpoint))));
    }

    public static IEnumerable<string> Texts(this AddressBook book) => book.Save().Entries.Select(
        entry => $"{entry.Address} {entry.Source} {entry.IsTried} {entry.Failures} {entry.LastTry:s} {entry.LastSuccess:s} {(entry.Places.IsDefault ? "" : string.Join(' ', entry.Places))}");
}
