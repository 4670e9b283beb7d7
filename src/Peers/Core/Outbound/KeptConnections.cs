using Peers.Wire;

namespace Peers;

/// <summary>The connections that the engine opened by itself, and which of those that it is to keep are missing.</summary>
internal sealed class KeptConnections(KeepingSettings settings) : IEnumerable<KeptConnection>
{
    private readonly List<KeptConnection> _all = []; // A few dozen: counted anew each time.

    /// <summary>Those that are being dialled.</summary>
    public int UnderWay => _all.Count(kept => !kept.IsReady);

    public void Add(KeptConnection kept) => _all.Add(kept);

    public bool Remove(KeptConnection kept) => _all.Remove(kept);

    public KeptConnection? Find(PeerId id) => _all.Find(kept => kept.Id == id);

    public int Count(ConnectionType type) => _all.Count(kept => kept.Type == type);

    public int Ready(ConnectionType type) => _all.Count(kept => kept.Type == type && kept.IsReady);

    /// <summary>Whether a connection that is kept to somebody there would be the second one to that netgroup.</summary>
    public bool Takes(ulong? netgroup) => netgroup is not null && _all.Exists(kept => kept.Netgroup == netgroup);

    /// <summary>Whether there is one to that address.</summary>
    public bool IsConnected(NetworkEndpoint address) =>
        _all.Exists(kept => kept.Address is { } known && NetworkIdentity.Of(known.Address) == NetworkIdentity.Of(address.Address) && known.Port == address.Port);

    /// <summary>What is missing, in the order in which it matters: those that carry everything, those of a role first, then those for blocks.</summary>
    public IEnumerable<OutboundWant> Missing()
    {
        var full = Count(ConnectionType.OutboundFullRelay);
        if (full < settings.Target)
        {
            yield return new OutboundWant(ConnectionType.OutboundFullRelay, settings.Services | MissingRole(settings.Target - full));
        }

        if (Count(ConnectionType.BlockRelay) < settings.BlockRelayOnly)
        {
            yield return new OutboundWant(ConnectionType.BlockRelay, settings.Services);
        }
    }

    /// <summary>
    /// What the next one must offer for the roles. Places that no role needs are filled first, with those who are easier to find; where one remote must
    /// play several roles at once for all to be played, it must.
    /// </summary>
    private ServiceFlags MissingRole(int places)
    {
        var lacking = settings.Roles
            .Select(role => (role.Services, Missing: role.Count - _all.Count(kept => kept.Type == ConnectionType.OutboundFullRelay && kept.Services.HasFlag(role.Services))))
            .Where(role => role.Missing > 0)
            .ToArray();
        if (lacking.Sum(role => role.Missing) < places)
        {
            return ServiceFlags.None;
        }

        var services = ServiceFlags.None;
        foreach (var role in lacking.Where(role => role.Missing >= places))
        {
            services |= role.Services;
        }

        return services != ServiceFlags.None ? services : lacking.MaxBy(role => role.Missing).Services;
    }

    public IEnumerator<KeptConnection> GetEnumerator() => _all.GetEnumerator();

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
}
