using System.Collections.Immutable;
using Peers.Wire;

namespace Peers;

/// <summary>
/// Who makes room for a newcomer when all inbound places are taken: Bitcoin Core's rule. Peers that are hard to imitate in number are protected: by a netgroup that
/// nobody can guess, by the lowest pings, by what they gave us lately, by the time that they stayed. Of the rest the largest netgroup loses its youngest.
/// </summary>
internal static class Eviction
{
    /// <summary>Networks that are slow or rare and would lose by the other measures; the first of two with as many candidates is served first.</summary>
    private static readonly ImmutableArray<Func<EvictionCandidate, bool>> Disadvantaged =
    [
        candidate => candidate.Network == NetworkKind.Cjdns,
        candidate => candidate.Network == NetworkKind.I2P,
        candidate => candidate.IsLocal,
        candidate => candidate.Network is NetworkKind.TorV3 or NetworkKind.TorV2,
    ];

    /// <summary>Chooses who goes.</summary>
    /// <param name="candidates">The inbound peers that may go at all.</param>
    /// <param name="settings">How many are protected by what.</param>
    /// <param name="neighbours">How many unprotected ones come from the netgroup of the one that goes.</param>
    /// <returns>Who goes; null when all are protected.</returns>
    public static PeerId? Choose(IEnumerable<EvictionCandidate> candidates, EvictionSettings settings, out int neighbours)
    {
        List<EvictionCandidate> left = [.. candidates.OrderBy(candidate => candidate.Connected).ThenBy(candidate => candidate.Id.Value)];
        Protect(left, settings.Netgroups, left.OrderByDescending(candidate => candidate.Netgroup));
        Protect(left, settings.Pings, left.OrderBy(candidate => candidate.MinimumPing ?? TimeSpan.MaxValue));
        Protect(left, settings.Transactions, left
            .OrderByDescending(candidate => candidate.LastTransaction ?? TimeSpan.MinValue).ThenByDescending(candidate => candidate.RelaysTransactions));
        Protect(left, settings.BlockRelay, left
            .Where(candidate => !candidate.RelaysTransactions && candidate.HasServices).OrderByDescending(candidate => candidate.LastBlock ?? TimeSpan.MinValue));
        Protect(left, settings.Blocks, left
            .OrderByDescending(candidate => candidate.LastBlock ?? TimeSpan.MinValue).ThenByDescending(candidate => candidate.HasServices));
        ProtectByUptime(left);
        return Youngest(left, out neighbours);
    }

    /// <summary>
    /// Protects half of those that are left for having stayed the longest; half of these places go to disadvantaged networks first, shared evenly, and
    /// what one does not need the next one gets.
    /// </summary>
    internal static void ProtectByUptime(List<EvictionCandidate> left)
    {
        var places = left.Count / 2;
        var shared = places / 2;
        var networks = Disadvantaged.Select(isOf => (IsOf: isOf, Count: left.Count(isOf))).OrderBy(network => network.Count).Select(network => network.IsOf).ToList();
        while (shared > 0 && networks.RemoveAll(isOf => !left.Exists(isOf.Invoke)) is var _ && networks.Count > 0)
        {
            var each = Math.Max(1, shared / networks.Count);
            foreach (var isOf in networks)
            {
                var taken = Protect(left, Math.Min(each, shared), left.Where(isOf));
                shared -= taken;
                places -= taken;
            }
        }

        Protect(left, places, left);
    }

    /// <summary>Of those left the youngest of the netgroup with the most of them; of equal groups the one whose youngest is younger. The discouraged first.</summary>
    private static PeerId? Youngest(List<EvictionCandidate> left, out int neighbours)
    {
        neighbours = 0;
        if (left.Exists(candidate => candidate.IsDiscouraged))
        {
            left.RemoveAll(candidate => !candidate.IsDiscouraged);
        }

        var largest = left.GroupBy(candidate => candidate.Netgroup)
            .OrderByDescending(group => group.Count()).ThenByDescending(group => group.Last().Connected).ThenByDescending(group => group.Last().Id.Value)
            .FirstOrDefault()?.ToList();
        neighbours = largest?.Count ?? 0;
        return largest?[^1].Id;
    }

    /// <summary>Takes the first so many out of those left: they stay. Equals are taken by age, the older first, as the list is in that order.</summary>
    private static int Protect(List<EvictionCandidate> left, int count, IEnumerable<EvictionCandidate> best)
    {
        HashSet<PeerId> stay = [.. best.Take(count).Select(candidate => candidate.Id)];
        return left.RemoveAll(candidate => stay.Contains(candidate.Id));
    }
}
