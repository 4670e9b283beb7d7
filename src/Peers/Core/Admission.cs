namespace Peers;

/// <summary>Who may be connected: limits, duplicates, and ourselves. One owner asks it, so nothing races.</summary>
internal sealed class Admission(int maxInbound, OutboundSettings outbound)
{
    private readonly Dictionary<PeerId, Entry> _entries = [];
    private readonly Dictionary<ulong, PeerId> _nonces = [];
    private readonly HashSet<string> _dialled = [];
    private int _inbound;
    private int _outbound;

    /// <summary>Judges a dial before it is made.</summary>
    /// <returns>Why not; null when it may be.</returns>
    public string? MayConnect(string endpoint)
    {
        if (_outbound >= outbound.Max)
        {
            return $"peers.outbound.max = {outbound.Max} is reached";
        }

        return !outbound.AllowDuplicates && _dialled.Contains(endpoint) ? $"{endpoint} is connected already" : null;
    }

    /// <summary>Judges a connection that was accepted.</summary>
    /// <returns>Why not; null when it may stay.</returns>
    public string? MayAccept() =>
        _inbound >= maxInbound ? $"peers.listen.max-inbound = {maxInbound} is reached" : null;

    public void Enter(PeerId id, Direction direction, string endpoint, ulong nonce)
    {
        _entries.Add(id, new Entry(direction, endpoint, nonce));
        _nonces.Add(nonce, id);
        if (direction == Direction.Inbound)
        {
            _inbound++;
        }
        else
        {
            _outbound++;
            _dialled.Add(endpoint);
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
        }
        else
        {
            _outbound--;
            _dialled.Remove(entry.Endpoint);
        }
    }

    /// <summary>The connection of ours whose version had that nonce: hearing it means that we met ourselves. Zero is no nonce.</summary>
    public PeerId? Owner(ulong nonce) =>
        !outbound.AllowSelfConnection && nonce != 0 && _nonces.TryGetValue(nonce, out var id) ? id : null;

    private readonly record struct Entry(Direction Direction, string Endpoint, ulong Nonce);
}
