namespace Peers;

/// <summary>
/// Remembers at least the last so many addresses in a fixed number of bits, and at most twice as many; now and then it takes a stranger for one of them
/// (as Bitcoin Core's rolling Bloom filter). Two filters: when one has its number the older one is emptied and takes its place. The memory is taken
/// when it is first needed.
/// </summary>
internal sealed class RollingFilter
{
    private readonly int _elements;
    private readonly int _functions;
    private readonly ulong _bits;
    private ulong[]? _young;
    private ulong[]? _old;
    private int _count;

    /// <param name="elements">How many are remembered for certain.</param>
    /// <param name="falsePositives">The share of strangers that may be taken for one of them, such as one in a million.</param>
    public RollingFilter(int elements, double falsePositives)
    {
        _elements = Math.Max(1, elements);
        var bitsEach = -Math.Log(falsePositives / 2) / (Math.Log(2) * Math.Log(2)); // Each filter may err by half of it.
        _functions = (int)Math.Ceiling(bitsEach * Math.Log(2));
        _bits = (ulong)Math.Ceiling(bitsEach * _elements);
    }

    /// <summary>Bytes that it takes when it is in use.</summary>
    public long Bytes => 2 * (long)((_bits + 63) / 64) * sizeof(ulong);

    /// <param name="hash">Two hashes that know nothing of each other.</param>
    public void Add((ulong First, ulong Second) hash)
    {
        _young ??= new ulong[(_bits + 63) / 64];
        _old ??= new ulong[_young.Length];
        if (_count == _elements)
        {
            (_young, _old) = (_old, _young);
            Array.Clear(_young);
            _count = 0;
        }

        _count++;
        for (var i = 0; i < _functions; i++)
        {
            var bit = Bit(hash, i);
            _young[bit / 64] |= 1UL << (int)(bit % 64);
        }
    }

    /// <param name="hash">Two hashes that know nothing of each other.</param>
    public bool Contains((ulong First, ulong Second) hash) => IsIn(_young, hash) || IsIn(_old, hash);

    private bool IsIn(ulong[]? filter, (ulong First, ulong Second) hash)
    {
        if (filter is null)
        {
            return false;
        }

        for (var i = 0; i < _functions; i++)
        {
            var bit = Bit(hash, i);
            if ((filter[bit / 64] & (1UL << (int)(bit % 64))) == 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Many hashes out of two (Kirsch and Mitzenmacher); the second is made odd, so that it never stands still.</summary>
    private ulong Bit((ulong First, ulong Second) hash, int function) => (hash.First + ((ulong)function * (hash.Second | 1))) % _bits;
}
