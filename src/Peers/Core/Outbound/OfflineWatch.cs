namespace Peers;

/// <summary>
/// Tells that nothing works at all: nobody whom we keep is connected, and dials to several netgroups have failed since anybody was. Then one dial
/// at a time is enough to see it end, and none is held against anybody.
/// </summary>
internal sealed class OfflineWatch(RetrySettings retry, Random random)
{
    /// <summary>As many failed dials may be chance, when a third of the network is dead: (1/3)^8 is one in 6,500.</summary>
    internal const int Netgroups = 8;

    /// <summary>The longest rest between two such dials: half of the addresses may be dead, and several rests pass before the end of an outage is seen.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    private readonly HashSet<ulong> _failed = [];
    private readonly DialBackoff _probes = new(retry.Ceiling > Rest && retry.Floor <= Rest ? retry with { Ceiling = Rest } : retry, random);

    /// <summary>Whether nothing works.</summary>
    public bool IsOffline => _failed.Count >= Netgroups;

    /// <summary>Since when; the first failure of the row.</summary>
    public TimeSpan Since { get; private set; }

    /// <summary>When somebody may be dialled next, to see whether it is over.</summary>
    public TimeSpan NextProbe => IsOffline ? _probes.Until("") : TimeSpan.MinValue;

    /// <summary>A dial failed, and nobody is connected.</summary>
    /// <returns>Whether that is how it came out.</returns>
    public bool Failed(ulong netgroup, TimeSpan now)
    {
        if (_failed.Count == 0)
        {
            Since = now;
        }

        var was = IsOffline;
        if (!was)
        {
            _failed.Add(netgroup);
        }

        if (IsOffline)
        {
            _probes.Failed("", now);
        }

        return IsOffline && !was;
    }

    /// <summary>Somebody was there.</summary>
    /// <returns>Whether nothing worked until now.</returns>
    public bool Heard()
    {
        var was = IsOffline;
        _failed.Clear();
        _probes.Succeeded("");
        return was;
    }
}
