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
    private readonly List<SimulatedPartition> _partitions = [];
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

    public void Add(SimulatedPartition partition)
    {
        _partitions.Add(partition);
        Changed();
    }

    public void Remove(SimulatedPartition partition) => Heal(_partitions.Remove(partition));

    /// <summary>A way may be cut that was whole.</summary>
    public void Changed() => Version++;

    /// <summary>A way may be whole that was cut: what waits for it is sent again.</summary>
    public void Healed()
    {
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

    public bool Cuts(SimulatedPath path) =>
        path.Receiver is { IsDown: true } ||
        (_silentAddresses.Count > 0 && (_silentAddresses.Contains(path.From.Address) || _silentAddresses.Contains(path.To.Address))) ||
        (_silentEndpoints.Count > 0 && (_silentEndpoints.Contains(path.From) || _silentEndpoints.Contains(path.To))) ||
        (_cut.Count > 0 && _cut.Contains((path.From.Address, path.To.Address))) ||
        (_partitions.Count > 0 && _partitions.Exists(partition => partition.Separates(path.Sender, path.Receiver)));

    public void Wait(SimulatedPath path) => _waiting.Add(path);

    private void Break(bool broken) => Version += broken ? 1 : 0;

    private void Heal(bool healed)
    {
        if (healed)
            Healed();
    }
}
