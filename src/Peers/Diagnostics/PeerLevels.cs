using System.Diagnostics.Metrics;

namespace Peers;

/// <summary>What stands at a moment, as instruments tell it. Never changed once it is told: others read it.</summary>
/// <param name="Connections">Connections that are ready.</param>
/// <param name="Pending">Connections that are not ready yet.</param>
/// <param name="QueuedBytes">Bytes that wait to be written.</param>
/// <param name="UnconsumedBytes">Bytes that were delivered and not consumed.</param>
/// <param name="Addresses">Addresses that the address book holds.</param>
internal sealed record PeerLevels(
    IReadOnlyList<Measurement<long>> Connections, IReadOnlyList<Measurement<long>> Pending, IReadOnlyList<Measurement<long>> QueuedBytes,
    IReadOnlyList<Measurement<long>> UnconsumedBytes, IReadOnlyList<Measurement<long>> Addresses)
{
    public static PeerLevels None { get; } = new([], [], [], [], []);
}
