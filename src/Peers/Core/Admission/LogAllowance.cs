namespace Peers;

/// <summary>
/// How much a stranger can make us log: bytes an hour for each source, the IPv4 /24 or IPv6 /64, and for all of them together, as token buckets that are full
/// at the start (CVE-2025-54604; Bitcoin Core: 1 MiB an hour for each line of its code).
/// </summary>
/// <param name="perSource">Bytes an hour of one source.</param>
/// <param name="inAll">Bytes an hour of all sources.</param>
internal sealed class LogAllowance(int perSource, int inAll)
{
    /// <summary>Sources that are told apart at most; of more, the one that logged longest ago begins anew.</summary>
    internal const int Sources = 2048;

    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    private readonly Dictionary<Subnet, Bucket> _sources = [];
    private Bucket _all = new(inAll, TimeSpan.MinValue);

    /// <summary>Lines that were left out since one was let through last.</summary>
    public long LeftOut { get; private set; }

    /// <summary>Whether a line may be logged.</summary>
    /// <param name="source">Who makes us log it.</param>
    /// <param name="bytes">About how long it is.</param>
    /// <param name="now">The monotonic time.</param>
    /// <param name="leftOut">How many lines were left out before it.</param>
    public bool Take(Subnet source, int bytes, TimeSpan now, out long leftOut)
    {
        leftOut = LeftOut;
        var own = Filled(_sources.TryGetValue(source, out var known) ? known : new Bucket(perSource, now), perSource, now);
        _all = Filled(_all, inAll, now);
        if (own.Bytes < bytes || _all.Bytes < bytes)
        {
            LeftOut++;
            return false;
        }

        if (_sources.Count >= Sources && !_sources.ContainsKey(source))
        {
            _sources.Remove(_sources.MinBy(other => other.Value.At).Key);
        }

        _sources[source] = own with { Bytes = own.Bytes - bytes };
        _all = _all with { Bytes = _all.Bytes - bytes };
        LeftOut = 0;
        return true;
    }

    private static Bucket Filled(Bucket bucket, int most, TimeSpan now) => bucket.At == TimeSpan.MinValue
        ? bucket with { At = now }
        : new Bucket(Math.Min(most, bucket.Bytes + (most * ((now - bucket.At) / Period))), now);

    private readonly record struct Bucket(double Bytes, TimeSpan At);
}
