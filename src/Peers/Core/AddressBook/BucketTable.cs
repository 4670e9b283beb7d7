using System.Security.Cryptography;
using System.Buffers.Binary;
using Peers.Wire;

namespace Peers;

/// <summary>
/// Buckets of 64 places. Bucket and place of an address follow from a secret, so that nobody can choose addresses that push out others; and the buckets
/// that one netgroup or one source can reach are few, so that whoever has many addresses of one kind fills no more than those.
/// </summary>
/// <param name="buckets">How many.</param>
/// <param name="secret">32 bytes.</param>
/// <param name="kind">What tells this table's places from another's.</param>
internal sealed class BucketTable(int buckets, byte[] secret, byte kind)
{
    public const int Places = 64;

    private readonly BookEntry?[] _places = new BookEntry?[buckets * Places];
    private readonly byte[] _taken = new byte[buckets];
    private readonly List<int> _filled = []; // Buckets that are not empty: else a book of few addresses were searched for long.

    public BookEntry? this[int place]
    {
        get => _places[place];
        set
        {
            var bucket = place / Places;
            if (_places[place] is not null && value is null && --_taken[bucket] == 0)
            {
                _filled.Remove(bucket);
            }
            else if (_places[place] is null && value is not null && _taken[bucket]++ == 0)
            {
                _filled.Add(bucket);
            }

            _places[place] = value;
        }
    }

    /// <summary>The place of an address in a bucket.</summary>
    public int PlaceIn(int bucket, NetworkEndpoint endpoint)
    {
        Span<byte> key = stackalloc byte[KeySize];
        return (bucket * Places) + (int)(Hash((ulong)bucket, kind, KeyOf(endpoint, key)) % Places);
    }

    /// <summary>The place of an address by where it is itself: 8 buckets for each netgroup.</summary>
    public int PlaceByAddress(NetworkEndpoint endpoint, int perGroup)
    {
        Span<byte> key = stackalloc byte[KeySize];
        var lane = Hash(NoBucket, kind, KeyOf(endpoint, key)) % (ulong)perGroup;
        return PlaceIn(BucketOf(Netgroup.Of(endpoint.Address), lane), endpoint);
    }

    /// <summary>The place of an address by who told it: 64 buckets for each netgroup of sources.</summary>
    public int PlaceBySource(NetworkEndpoint endpoint, NetworkAddress source, int perGroup)
    {
        var group = Netgroup.Of(source);
        var lane = Hash(group, kind, BitConverter.GetBytes(Netgroup.Of(endpoint.Address))) % (ulong)perGroup;
        return PlaceIn(BucketOf(group, lane), endpoint);
    }

    /// <summary>Somebody of a bucket that is drawn by chance from those that are not empty; null when nobody there is of the network.</summary>
    public BookEntry? Draw(Random random, NetworkKind? network)
    {
        if (_filled.Count == 0)
        {
            return null;
        }

        var bucket = _filled[random.Next(_filled.Count)] * Places;
        var first = random.Next(Places);
        for (var i = 0; i < Places; i++)
        {
            if (_places[bucket + ((first + i) % Places)] is { } entry && (network is null || entry.Endpoint.Address.Kind == network))
            {
                return entry;
            }
        }

        return null;
    }

    /// <summary>In place of the number of a bucket: else an address's place in the bucket of that number would follow from its lane.</summary>
    private const ulong NoBucket = ulong.MaxValue;

    private const int KeySize = WireLimits.AddressBytes + 3;

    private static ReadOnlySpan<byte> KeyOf(NetworkEndpoint endpoint, Span<byte> key)
    {
        key[0] = (byte)endpoint.Address.Kind;
        BinaryPrimitives.WriteUInt16LittleEndian(key[1..], endpoint.Port);
        endpoint.Address.CopyTo(key[3..]);
        return key[..(3 + endpoint.Address.Length)];
    }

    private int BucketOf(ulong group, ulong lane) => (int)(Hash(group, kind, BitConverter.GetBytes(lane)) % (ulong)buckets);

    private ulong Hash(ulong first, byte second, ReadOnlySpan<byte> rest)
    {
        Span<byte> image = stackalloc byte[secret.Length + sizeof(ulong) + 1 + KeySize];
        secret.CopyTo(image);
        BinaryPrimitives.WriteUInt64LittleEndian(image[secret.Length..], first);
        image[secret.Length + sizeof(ulong)] = second;
        rest.CopyTo(image[(secret.Length + sizeof(ulong) + 1)..]);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(image[..(secret.Length + sizeof(ulong) + 1 + rest.Length)], digest);
        return BinaryPrimitives.ReadUInt64LittleEndian(digest);
    }
}
