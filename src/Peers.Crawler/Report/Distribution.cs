namespace Peers.Crawler;

/// <summary>Numbers in order, and what is said of them.</summary>
internal sealed class Distribution
{
    private readonly double[] _sorted;

    public Distribution(IEnumerable<double> values) => _sorted = [.. values.Order()];

    public int Count => _sorted.Length;

    /// <summary>The value below which that share lies (the nearest rank); 0 when there is none.</summary>
    /// <param name="share">From 0 to 1.</param>
    public double Percentile(double share) =>
        _sorted.Length == 0 ? 0 : _sorted[Math.Clamp((int)Math.Ceiling(share * _sorted.Length) - 1, 0, _sorted.Length - 1)];

    /// <summary>How many are from the bound before, or 0, to each bound; the last holds all above.</summary>
    public long[] Histogram(IReadOnlyList<double> bounds)
    {
        var counts = new long[bounds.Count + 1];
        foreach (var value in _sorted)
        {
            var bin = 0;
            while (bin < bounds.Count && value >= bounds[bin])
            {
                bin++;
            }

            counts[bin]++;
        }

        return counts;
    }
}
