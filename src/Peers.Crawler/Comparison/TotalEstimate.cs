namespace Peers.Crawler;

/// <summary>
/// How many there are in all, by capture and recapture: Chapman's estimator, which of all that are made this way is biased least for small counts
/// (D. G. Chapman, 1951; the variance is that of G. A. F. Seber, 1970).
/// </summary>
/// <param name="First">How many the first sample holds.</param>
/// <param name="Second">How many the second holds.</param>
/// <param name="Both">How many are in both.</param>
internal readonly record struct TotalEstimate(long First, long Second, long Both)
{
    /// <summary>Of the normal distribution: 95 % lie within so many standard deviations.</summary>
    private const double Deviations = 1.96;

    /// <summary>How many were seen at all.</summary>
    public long Seen => First + Second - Both;

    /// <summary>How many there are, most likely.</summary>
    public double Total => ((First + 1.0) * (Second + 1.0) / (Both + 1.0)) - 1;

    /// <summary>The standard deviation of <see cref="Total"/>.</summary>
    public double Deviation => Math.Sqrt(
        (First + 1.0) * (Second + 1.0) * (First - Both) * (Second - Both) / ((Both + 1.0) * (Both + 1.0) * (Both + 2.0)));

    /// <summary>The lower end of the 95 % interval; never below what was seen.</summary>
    public double Low => Math.Max(Seen, Total - (Deviations * Deviation));

    /// <summary>The upper end of it.</summary>
    public double High => Math.Max(Seen, Total + (Deviations * Deviation));
}
