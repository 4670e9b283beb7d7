namespace Peers.TestKit;

/// <summary>A set of the numbers of items: one bit each.</summary>
internal sealed class ItemSet
{
    private ulong[] _words = [];

    public int Count { get; private set; }

    public bool Contains(int number) => number >> 6 < _words.Length && (_words[number >> 6] >> (number & 63) & 1) != 0;

    /// <returns>Whether it was new.</returns>
    public bool Add(int number)
    {
        if (Contains(number))
        {
            return false;
        }

        if (number >> 6 >= _words.Length)
        {
            Array.Resize(ref _words, Math.Max((number >> 6) + 1, _words.Length * 2));
        }

        _words[number >> 6] |= 1UL << (number & 63);
        Count++;
        return true;
    }
}
