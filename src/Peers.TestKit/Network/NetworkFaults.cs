using System.Net;

namespace Peers.TestKit;

/// <summary>What is broken in a <see cref="SimulatedNetwork"/>, and who waits for it to be whole again.</summary>
internal sealed class NetworkFaults
{
    private readonly HashSet<IPEndPoint> _refused = [];
    private readonly HashSet<IPEndPoint> _silentEndpoints = [];
    private readonly HashSet<IPAddress> _silentAddresses = [];
    private readonly HashSet<(IPAddress, IPAddress)> _cut = [];
    private readonly Dictionary<IPEndPoint, long> _resetAfter = [];
    private List<SimulatedPath> _waiting = [];

    /// <summary>Goes up whenever a way may have become cut or whole, so that a path asks once and remembers.</summary>
    public int Version { get; private set; }

    public void Refuse(IPEndPoint endpoint) => _refused.Add(endpoint);

    public bool Refuses(IPEndPoint endpoint) => _refused.Count > 0 && _refused.Contains(endpoint);

    public void ResetAfter(IPEndPoint endpoint, long bytes) => _resetAfter[endpoint] = bytes;

    public long? ResetAfter(IPEndPoint endpoint) => _resetAfter.TryGetValue(endpoint, out var bytes) ? bytes : null;

    public void Blackhole(IPEndPoint endpoint) => Break(_silentEndpoints.Add(endpoint));

    public void Blackhole(IPAddress address) => Break(_silentAddresses.Add(address));

    public void Cut(IPAddress one, IPAddress other) => Break(_cut.Add((one, other)) | _cut.Add((other, one)));

    public void Restore(IPEndPoint endpoint)
    {
        _refused.Remove(endpoint);
        _resetAfter.Remove(endpoint);
        Heal(_silentEndpoints.Remove(endpoint));
    }

    public void Restore(IPAddress address) => Heal(_silentAddresses.Remove(address));

    public void Heal(IPAddress one, IPAddress other) => Heal(_cut.Remove((one, other)) | _cut.Remove((other, one)));

    public bool Cut(IPEndPoint from, IPEndPoint to) =>
        (_silentAddresses.Count > 0 && (_silentAddresses.Contains(from.Address) || _silentAddresses.Contains(to.Address))) ||
        (_silentEndpoints.Count > 0 && (_silentEndpoints.Contains(from) || _silentEndpoints.Contains(to))) ||
        (_cut.Count > 0 && _cut.Contains((from.Address, to.Address)));

    public void Wait(SimulatedPath path) => _waiting.Add(path);

    private void Break(bool broken) => Version += broken ? 1 : 0;

    private void Heal(bool healed)
    {
        if (!healed)
            return;
        Version++;
        var waiting = _waiting;
        _waiting = [];
        foreach (var path in waiting)
        {
            if (path.IsCut())
                _waiting.Add(path);
            else
                path.Release();
        }
    }
}
