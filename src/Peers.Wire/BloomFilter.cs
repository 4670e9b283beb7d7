using System.Runtime.InteropServices;

namespace Peers.Wire;

/// <summary>
/// A bloom filter (BIP 37): what was inserted is always found, other things sometimes. A light client loads one into a full node to hear of its
/// own transactions only. Not for several threads at a time.
/// </summary>
public sealed class BloomFilter
{
    private const double SquaredLogarithmOf2 = 0.480453013918201424667102526326664971730552951594545586866864133623665382259834;
    private const double LogarithmOf2 = 0.693147180559945309417232121458176568075500134360255254120680009493393621969694;
    private const BloomUpdate UpdateMask = (BloomUpdate)3;
    private const uint SeedStep = 0xFBA4C795;

    private readonly byte[] _bits;
    private readonly uint _functions;
    private readonly uint _tweak;
    private readonly BloomUpdate _update;

    private BloomFilter(byte[] bits, uint functions, uint tweak, BloomUpdate update)
    {
        _bits = bits;
        _functions = functions;
        _tweak = tweak;
        _update = update;
    }

    /// <summary>Makes an empty filter, as large as it needs be, at most 36,000 bytes and 50 functions.</summary>
    /// <param name="elements">How many elements will be inserted, at least 1.</param>
    /// <param name="falsePositiveRate">How many of other elements may be found, above 0 and below 1.</param>
    /// <param name="tweak">A random number that tells it from other filters.</param>
    /// <param name="update">What is inserted when a transaction matches.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such filter.</exception>
    public static BloomFilter Create(int elements, double falsePositiveRate, uint tweak, BloomUpdate update)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(elements, 1);
        if (!(falsePositiveRate is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(falsePositiveRate), falsePositiveRate, "above 0 and below 1");
        }

        // Where it rounds down is Bitcoin Core's: the same arguments give the same filter, but never one of no bytes, which would find everything.
        var bits = (uint)Math.Min(-1 / SquaredLogarithmOf2 * elements * Math.Log(falsePositiveRate), WireLimits.BloomFilterBytes * 8.0);
        var bytes = Math.Max(1, bits / 8);
        var functions = (uint)Math.Min(bytes * 8 / (uint)elements * LogarithmOf2, WireLimits.BloomHashFunctions);
        return new BloomFilter(new byte[bytes], functions, tweak, update);
    }

    /// <summary>The filter that a remote loads. It is copied: what is inserted here changes no message.</summary>
    public static BloomFilter From(FilterLoadMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return new BloomFilter(message.Filter.Span.ToArray(), message.HashFunctions, message.Tweak, message.Update);
    }

    /// <summary>The message that loads it as it is now.</summary>
    public FilterLoadMessage ToMessage() => new(new Bytes(_bits.ToArray()), _functions, _tweak, _update);

    /// <summary>Inserts an element.</summary>
    public void Insert(ReadOnlySpan<byte> element)
    {
        for (uint function = 0; function < _functions && _bits.Length > 0; function++)
        {
            var bit = BitOf(function, element);
            _bits[bit >> 3] |= (byte)(1 << (int)(bit & 7));
        }
    }

    /// <summary>Inserts the id of a transaction or block.</summary>
    public void Insert(Hash256 hash) => Insert(MemoryMarshal.AsBytes(new ReadOnlySpan<Hash256>(in hash)));

    /// <summary>Inserts an output of a transaction.</summary>
    public void Insert(OutPoint output) => Insert(MemoryMarshal.AsBytes(new ReadOnlySpan<OutPoint>(in output)));

    /// <summary>Whether an element was inserted, or seems so. A filter of no bytes finds everything, as Bitcoin Core has it (CVE-2013-5700).</summary>
    public bool Contains(ReadOnlySpan<byte> element)
    {
        for (uint function = 0; function < _functions && _bits.Length > 0; function++)
        {
            var bit = BitOf(function, element);
            if ((_bits[bit >> 3] & (1 << (int)(bit & 7))) == 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the id of a transaction or block was inserted, or seems so.</summary>
    public bool Contains(Hash256 hash) => Contains(MemoryMarshal.AsBytes(new ReadOnlySpan<Hash256>(in hash)));

    /// <summary>Whether an output of a transaction was inserted, or seems so.</summary>
    public bool Contains(OutPoint output) => Contains(MemoryMarshal.AsBytes(new ReadOnlySpan<OutPoint>(in output)));

    /// <summary>
    /// Whether a transaction is wanted: its txid, data that its scripts push, or an output that it spends is in the filter. Outputs that match
    /// are inserted as the filter's <see cref="BloomUpdate"/> says, so that what spends them matches, too.
    /// </summary>
    public bool Matches(Transaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        var found = Contains(transaction.Id);
        var outputs = transaction.Outputs.Span;
        for (var i = 0; i < outputs.Length; i++)
        {
            var script = outputs[i].Script.Span;
            if (!MatchesPush(script))
            {
                continue;
            }

            found = true;
            var update = _update & UpdateMask;
            if (update == BloomUpdate.All || (update == BloomUpdate.PublicKeyOnly && PaysToKeys(script)))
            {
                Insert(new OutPoint(transaction.Id, (uint)i));
            }
        }

        if (found)
        {
            return true;
        }

        foreach (ref readonly var input in transaction.Inputs.Span)
        {
            if (Contains(input.Previous) || MatchesPush(input.Script.Span))
            {
                return true;
            }
        }

        return false;
    }

    private bool MatchesPush(ReadOnlySpan<byte> script)
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

    /// <summary>Whether a script is one public key and CHECKSIG, or m of n public keys and CHECKMULTISIG.</summary>
    private static bool PaysToKeys(ReadOnlySpan<byte> script)
    {
        const byte CheckSignature = 0xAC;
        const byte CheckMultipleSignatures = 0xAE;
        List<byte> operations = [];
        var keys = 0;
        var pushes = new ScriptPushes(script);
        while (pushes.MoveNext())
        {
            operations.Add(pushes.Operation);
            keys += pushes.Data.Length is 33 or 65 ? 1 : 0;
        }

        return operations switch
        {
            [_, CheckSignature] => keys == 1,
            [>= 0x51 and <= 0x60 and var least, .., >= 0x51 and <= 0x60 and var all, CheckMultipleSignatures] =>
                keys == operations.Count - 3 && keys == all - 0x50 && least <= all,
            _ => false,
        };
    }

    private uint BitOf(uint function, ReadOnlySpan<byte> element) =>
        Murmur3.Hash(unchecked((function * SeedStep) + _tweak), element) % ((uint)_bits.Length * 8);
}
