namespace Peers.TestKit;

/// <summary>
/// Two groups of hosts that do not reach each other, until <see cref="Heal"/>. Connections between them stay open: what was sent meanwhile
/// arrives after healing, unless <see cref="SimulatedNetwork.RetransmissionLimit"/> passes first.
/// </summary>
public sealed class SimulatedPartition : IDisposable
{
    private readonly NetworkFaults _faults;
    private readonly HashSet<SimulatedHost> _one;
    private readonly HashSet<SimulatedHost>? _other;

    internal SimulatedPartition(NetworkFaults faults, IEnumerable<SimulatedHost> one, IEnumerable<SimulatedHost>? other)
    {
        _faults = faults;
        _one = [.. one];
        _other = other is null ? null : [.. other];
        faults.Add(this);
    }

    /// <summary>Whether it is over.</summary>
    public bool IsHealed { get; private set; }

    /// <summary>Lets the groups reach each other again.</summary>
    public void Heal()
    {
        if (IsHealed)
            return;
        IsHealed = true;
        _faults.Remove(this);
    }

    /// <summary>As <see cref="Heal"/>.</summary>
    public void Dispose() => Heal();

    internal bool Separates(SimulatedHost? from, SimulatedHost? to)
    {
        var (here, there) = (from is not null && _one.Contains(from), to is not null && _one.Contains(to));
        return _other is null ? here != there : (here && to is not null && _other.Contains(to)) || (there && from is not null && _other.Contains(from));
    }
}
