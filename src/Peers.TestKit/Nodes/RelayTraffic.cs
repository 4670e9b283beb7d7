using System.Collections.Immutable;

namespace Peers.TestKit;

/// <summary>What a node has sent over all its connections, those included that have ended.</summary>
/// <param name="Messages">Messages.</param>
/// <param name="Bytes">Bytes, those of frames included.</param>
/// <param name="ByCommand">The same by the command of the message.</param>
public sealed record RelayTraffic(long Messages, long Bytes, ImmutableSortedDictionary<string, MessageCount> ByCommand)
{
    /// <summary>Nothing.</summary>
    public static RelayTraffic None { get; } = new(0, 0, ImmutableSortedDictionary.Create<string, MessageCount>(StringComparer.Ordinal));

    /// <summary>Both together.</summary>
    public RelayTraffic And(RelayTraffic other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var sums = ByCommand;
        foreach (var (command, count) in other.ByCommand)
        {
            var known = sums.GetValueOrDefault(command);
            sums = sums.SetItem(command, new MessageCount(known.Messages + count.Messages, known.Bytes + count.Bytes));
        }

        return new RelayTraffic(Messages + other.Messages, Bytes + other.Bytes, sums);
    }

    internal static RelayTraffic Of(PeerStats stats) => new(stats.Sent.Values.Sum(count => count.Messages), stats.BytesSent, stats.Sent);
}
