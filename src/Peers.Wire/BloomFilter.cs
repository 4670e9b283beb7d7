using System.Runtime.InteropServices;

namespace Peers.Wire;

/// <summary>
/// A set that never denies what was inserted, but also claims some of what was not (BIP 37): what a light client lets a node choose
/// transactions by.
/// </summary>
/// <remarks>
/// Not thread-safe, not even to <see cref="Matches"/>, which may insert. A filter of no bytes or no hash functions claims everything
/// (as Bitcoin Core).
/// </remarks>
public sealed class BloomFilter
{
    /// <summary>Between the seeds of two hash functions (BIP 37).</summary>
    private const uint SeedStep = 0xFBA4C795;

    /// <summary>Bitcoin Core's mask: the other bits of the update byte have no meaning.</summary>
    private const byte UpdateMask = 3;

    private const double Ln2 = 0.6931471805599453;
    private const double Ln2Squared = 0.4804530139182014;

    private readonly byte[] _bits;
    private readonly uint _hashFunctions;
    private readonly uint _tweak;
    private readonly BloomUpdate _update;

    private BloomFilter(byte[] bits, uint hashFunctions, uint tweak, BloomUpdate update)
    {
        _bits = bits;
        _hashFunctions = hashFunctions;
        _tweak = tweak;
        _update = update;
    }

    /// <summary>Makes an empty filter of the size that BIP 37 reckons, at most 36,000 bytes and 50 hash functions.</summary>
    /// <param name="elements">How many elements will be inserted, at least 1. Where the largest filter is too small for them, more is claimed than was asked.</param>
    /// <param name="falsePositiveRate">How much of what was not inserted is claimed, above 0 and below 1. So high a rate that not one byte is needed gives a filter that claims everything.</param>
    /// <param name="tweak">Goes into the seed of each hash function; a random one keeps filters of one owner from being told by their bits.</param>
    /// <param name="update">What <see cref="Matches"/> inserts.</param>
    /// <exception cref="ArgumentOutOfRangeException">No elements, or a rate that is not between 0 and 1.</exception>
    public static BloomFilter Create(int elements, double falsePositiveRate, uint tweak, BloomUpdate update)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(elements, 1);
        if (falsePositiveRate is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(falsePositiveRate), falsePositiveRate, "a rate is above 0 and below 1");
        }

        var bits = Math.Min(-1 / Ln2Squared * elements * Math.Log(falsePositiveRate), WireLimits.BloomFilterBytes * 8);
        var bytes = (int)bits / 8;

        // Bits for each element are a whole number here, as in Bitcoin Core.
        var hashFunctions = Math.Min((uint)(bytes * 8 / elements * Ln2), WireLimits.BloomHashFunctions);
        return new BloomFilter(new byte[bytes], hashFunctions, tweak, update);
    }

    /// <summary>The filter that a remote loads. Its bits are copied.</summary>
    /// <param name="message">Any that was decoded will do.</param>
    /// <exception cref="ArgumentException">More bytes or hash functions than BIP 37 allows; decoding refuses those.</exception>
    public static BloomFilter From(FilterLoadMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.Filter.Length > WireLimits.BloomFilterBytes || message.HashFunctions > WireLimits.BloomHashFunctions)
        {
            throw new ArgumentException(
                $"{message.Filter.Length} bytes and {message.HashFunctions} hash functions are above the limits of BIP 37", nameof(message));
        }

        return new BloomFilter(message.Filter.Memory.ToArray(), message.HashFunctions, message.Tweak, message.Update);
    }

    /// <summary>The message that loads the filter at a remote. It keeps the bits of now.</summary>
    public FilterLoadMessage ToMessage() => new(_bits.AsSpan().ToArray(), _hashFunctions, _tweak, _update);

    /// <summary>Inserts an element: a public key, the hash of one, whatever a script may push.</summary>
    public void Insert(ReadOnlySpan<byte> element)
    {
        if (_bits.Length == 0)
        {
            return;
        }

        for (var function = 0u; function < _hashFunctions; function++)
        {
            var bit = BitOf(function, element);
            _bits[bit >> 3] |= (byte)(1 << (int)(bit & 7));
        }
    }

    /// <summary>Inserts an outpoint, in its 36 bytes of the wire: what spends it matches.</summary>
    public void Insert(OutPoint outPoint)
    {
        Span<byte> bytes = stackalloc byte[OutPoint.Size];
        MemoryMarshal.Write(bytes, in outPoint);
        Insert(bytes);
    }

    /// <summary>Inserts a hash, in its 32 bytes of the wire: the transaction of that id matches.</summary>
    public void Insert(Hash256 hash)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Length];
        hash.CopyTo(bytes);
        Insert(bytes);
    }

    /// <summary>Whether the element may have been inserted; false is certain.</summary>
    public bool Contains(ReadOnlySpan<byte> element)
    {
        // Without bits there is nothing to divide by (CVE-2013-5700).
        if (_bits.Length == 0)
        {
            return true;
        }

        for (var function = 0u; function < _hashFunctions; function++)
        {
            var bit = BitOf(function, element);
            if ((_bits[bit >> 3] & (1 << (int)(bit & 7))) == 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the outpoint may have been inserted; false is certain.</summary>
    public bool Contains(OutPoint outPoint)
    {
        Span<byte> bytes = stackalloc byte[OutPoint.Size];
        MemoryMarshal.Write(bytes, in outPoint);
        return Contains(bytes);
    }

    /// <summary>Whether the hash may have been inserted; false is certain.</summary>
    public bool Contains(Hash256 hash)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Length];
        hash.CopyTo(bytes);
        return Contains(bytes);
    }

    /// <summary>
    /// Whether the transaction matches: its id, something that an output's or an input's script pushes, or an outpoint that it spends
    /// (BIP 37, Bitcoin Core's IsRelevantAndUpdate). Outpoints of outputs that match are inserted as the filter's update mode says,
    /// so transactions are shown in the order of the block.
    /// </summary>
    public bool Matches(Transaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);

        // Outputs are looked at even where the id matches: what spends them is to match, too.
        var found = Contains(transaction.Id);
        var outputs = transaction.Outputs;
        for (var i = 0; i < outputs.Length; i++)
        {
            var script = outputs[i].Script.Span;
            if (ContainsPush(script))
            {
                found = true;
                if (IsUpdatedBy(script))
                {
                    Insert(new OutPoint(transaction.Id, (uint)i));
                }
            }
        }

        return found || MatchesInput(transaction);
    }

    private bool MatchesInput(Transaction transaction)
    {
        foreach (var input in transaction.Inputs)
        {
            if (Contains(input.Previous) || ContainsPush(input.Script.Span))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsUpdatedBy(ReadOnlySpan<byte> script) => (BloomUpdate)((byte)_update & UpdateMask) switch
    {
        BloomUpdate.All => true,
        BloomUpdate.PublicKeyOnly => ScriptPushes.PaysToPublicKeys(script),
        _ => false,
    };

    private bool ContainsPush(ReadOnlySpan<byte> script)
    {
        var pushes = new ScriptPushes(script);
        while (pushes.MoveNext())
        {
            if (!pushes.Data.IsEmpty && Contains(pushes.Data))
            {
                return true;
            }
        }

        return false;
    }

    private uint BitOf(uint function, ReadOnlySpan<byte> element) =>
        Murmur3.Hash(unchecked((function * SeedStep) + _tweak), element) % ((uint)_bits.Length * 8);
}
