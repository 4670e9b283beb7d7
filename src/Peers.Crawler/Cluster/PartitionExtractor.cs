using System.Globalization;
using Akka.Cluster.Sharding;

namespace Peers.Crawler;

/// <summary>
/// Says which partition a message is for, and which of them move together: four, in <see cref="Shards"/> shards, for each move is agreed upon by the
/// whole cluster.
/// </summary>
internal sealed class PartitionExtractor : IMessageExtractor
{
    /// <summary>Shards: enough to share 16 machines' work out evenly.</summary>
    public const int Shards = 64;

    public string? EntityId(object message) => (message as PartitionMessage)?.Partition.ToString(CultureInfo.InvariantCulture);

    public object EntityMessage(object message) => message;

    public string? ShardId(object message) => EntityId(message) is { } entity ? ShardId(entity) : null;

    public string ShardId(string entityId, object? messageHint = null) =>
        (int.Parse(entityId, CultureInfo.InvariantCulture) % Shards).ToString(CultureInfo.InvariantCulture);
}
