namespace Peers;

/// <summary>Who may be connected: limits, duplicates, unfinished handshakes, and ourselves. One owner asks it, so nothing races.</summary>
internal sealed class Admission(int maxInbound, OutboundSettings outbound, AdmissionSettings settings)
{
    private readonly Dictionary<PeerId, Entry> _entries = [];
    private readonly Dictionary<ulong, PeerId> _nonces = [];
    private readonly HashSet<string> _dialled = [];
    private readonly Dictionary<ulong, int> _netgroups = [];
    private readonly Dictionary<Subnet, int> _pending = []; // Bounded by the inbound connections.
    private int _inbound;
    private int _outbound;

    /// <summary>Whether one inbound place is left at most: none for somebody discouraged (as Bitcoin Core).</summary>
    public bool IsNearlyFull => _inbound + 1 >= maxInbound;

    /// <summary>Judges a dial before it is made.</summary>
    /// <returns>Why not; null when it may be.</returns>
    public string? MayConnect(in RemoteIdentity remote)
    {
        if (_outbound >= outbound.Max)
        {
            return $"peers.outbound.max = {outbound.Max} is reached";
        }

        return !outbound.AllowDuplicates && _dialled.Contains(remote.Text) ? $"{remote.Text} is connected already"
            : NetgroupOf(remote) is { } netgroup && _netgroups.ContainsKey(netgroup) ? "somebody of its netgroup is connected already (peers.outbound.distinct-netgroups)"
            : null;
    }

    /// <summary>Judges the handshake that a connection would begin, when it was accepted and before anything is read of it.</summary>
    /// <returns>Why not; null when it may begin.</returns>
    public string? MayBegin(in RemoteIdentity remote) =>
        PrefixOf(remote) is { } prefix && _pending.GetValueOrDefault(prefix) >= settings.PendingPerPrefix
            ? $"{settings.PendingPerPrefix} handshakes from {prefix} are unfinished (peers.admission.pending-per-prefix)"
            : null;

    /// <summary>Judges whether there is a place for an accepted connection.</summary>
    /// <returns>Why not; null when there is.</returns>
    public string? MayAccept() => _inbound >= maxInbound ? $"peers.listen.max-inbound = {maxInbound} is reached" : null;

    public void Enter(PeerId id, Direction direction, in RemoteIdentity remote, ulong nonce)
    {
        var entry = new Entry(direction, remote.Text, nonce, direction == Direction.Outbound ? NetgroupOf(remote) : null);
        _nonces.Add(nonce, id);
        if (direction == Direction.Inbound)
        {
            _inbound++;
            if (PrefixOf(remote) is { } prefix)
            {
                entry.Pending = prefix;
                _pending[prefix] = _pending.GetValueOrDefault(prefix) + 1;
            }
        }
        else
        {
            _outbound++;
            _dialled.Add(remote.Text);
            Count(_netgroups, entry.Netgroup, 1);
        }

        _entries.Add(id, entry);
    }

    /// <summary>A name has become an address, or a handshake was done.</summary>
    /// <returns>Why the address may not be connected; null when it may.</returns>
    public string? Found(PeerId id, in RemoteIdentity remote)
    {
        if (!_entries.TryGetValue(id, out var entry) || entry.Direction == Direction.Inbound || entry.Netgroup is not null || NetgroupOf(remote) is not { } netgroup)
        {
            return null;
        }

        var taken = _netgroups.ContainsKey(netgroup);
        entry.Netgroup = netgroup;
        Count(_netgroups, netgroup, 1);
        return taken ? "somebody of its netgroup is connected already (peers.outbound.distinct-netgroups)" : null;
    }

    /// <summary>The handshake is done: it is no longer one of the unfinished.</summary>
    public void Ready(PeerId id)
    {
        if (_entries.TryGetValue(id, out var entry))
        {
            Finish(entry);
        }
    }

    public void Leave(PeerId id)
    {
        if (!_entries.Remove(id, out var entry))
        {
            return;
        }

        _nonces.Remove(entry.Nonce);
        if (entry.Direction == Direction.Inbound)
        {
            _inbound--;
            Finish(entry);
        }
        else
        {
            _outbound--;
            _dialled.Remove(entry.Endpoint);
            Count(_netgroups, entry.Netgroup, -1);
        }
    }

    /// <summary>The connection of ours whose version had that nonce: hearing it means that we met ourselves. Zero is no nonce.</summary>
    public PeerId? Owner(ulong nonce) =>
        !outbound.AllowSelfConnection && nonce != 0 && _nonces.TryGetValue(nonce, out var id) ? id : null;

    private void Finish(Entry entry)
    {
        Count(_pending, entry.Pending, -1);
        entry.Pending = null;
    }

    private ulong? NetgroupOf(in RemoteIdentity remote) =>
        outbound.DistinctNetgroups && !remote.IsManual && !remote.IsLocal && remote.Address is { } address ? Netgroup.Of(address) : null;

    private Subnet? PrefixOf(in RemoteIdentity remote) =>
        settings.PendingPerPrefix > 0 && remote.Address is { } address && !(settings.ExemptLocal && remote.IsLocal) ? Netgroup.PrefixOf(address) : null;

    private static void Count<T>(Dictionary<T, int> counts, T? key, int by)
        where T : struct
    {
        if (key is { } counted && (counts[counted] = counts.GetValueOrDefault(counted) + by) == 0)
        {
            counts.Remove(counted);
        }
    }

    private sealed class Entry(Direction direction, string endpoint, ulong nonce, ulong? netgroup)
    {
        public Direction Direction { get; } = direction;

        public string Endpoint { get; } = endpoint;

        public ulong Nonce { get; } = nonce;

        public ulong? Netgroup { get; set; } = netgroup;

        /// <summary>Where it counts as unfinished; null when it does not.</summary>
        public Subnet? Pending { get; set; }
    }
}
