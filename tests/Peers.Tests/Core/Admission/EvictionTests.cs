using CsCheck;
using Peers.Wire;

namespace Peers.Tests.Core;

public sealed class EvictionTests
{
    private static readonly EvictionSettings Rule = PeerSettings.From(PeerEngine.DefaultConfig).Eviction;

    /// <summary>Times and groups from small ranges, so that equals are common.</summary>
    private static readonly Gen<EvictionCandidate[]> Candidates = Gen.Select(
        Gen.ULong[0, 12], Gen.Int[0, 60], Gen.Int[-1, 30], Gen.Int[-5, 20], Gen.Int[-5, 20], Gen.Int[0, 15],
        (netgroup, connected, ping, transaction, block, kind) =>
            new EvictionCandidate(default, netgroup, TimeSpan.FromSeconds(connected), KindOf(kind), IsLocal: kind == 4)
            {
                MinimumPing = Seconds(ping),
                LastTransaction = Seconds(transaction),
                LastBlock = Seconds(block),
                RelaysTransactions = kind % 3 != 0,
                HasServices = kind % 5 != 0,
                IsDiscouraged = kind == 15,
            }).Array[0, 130].Select(all => all.Select((candidate, index) => candidate with { Id = new PeerId(index + 1) }).ToArray());

    [Fact(DisplayName = "140 from one netgroup and 20 others: the youngest of the crowd goes, and goes on going, until the crowd is no larger")]
    public void The_crowd_goes()
    {
        List<EvictionCandidate> peers =
        [
            .. Enumerable.Range(1, 20).Select(i => Peer(i, netgroup: (ulong)(100 + i), connected: i)),
            .. Enumerable.Range(21, 140).Select(i => Peer(i, netgroup: 7, connected: i)),
        ];
        for (var expected = 160; expected > 100; expected--)
        {
            var gone = Eviction.Choose(peers, Rule, out var neighbours);
            Assert.Equal(new PeerId(expected), gone);
            Assert.InRange(neighbours, 2, 140);
            peers.RemoveAll(peer => peer.Id == gone);
        }

        Assert.Equal(20, peers.Count(peer => peer.Netgroup != 7));
    }

    [Fact(DisplayName = "Of two crowds of equal number the one whose youngest is younger loses it")]
    public void Equal_crowds()
    {
        var peers = Enumerable.Range(1, 100).Select(i => Peer(i, netgroup: (ulong)(i % 2), connected: i)).ToList();
        var none = Rule with { Netgroups = 0, Pings = 0, Transactions = 0, BlockRelay = 0, Blocks = 0 };
        Assert.Equal(new PeerId(100), Eviction.Choose(peers, none, out var neighbours));
        Assert.Equal(25, neighbours); // Half stay for their uptime.
    }

    [Theory(DisplayName = "What protects a peer that is otherwise the one to go: a netgroup, a ping, transactions, blocks")]
    [InlineData("netgroup")]
    [InlineData("ping")]
    [InlineData("transaction")]
    [InlineData("block")]
    [InlineData("block-relay")]
    public void What_protects(string by)
    {
        // The youngest of the crowd; the others have all that it has not, but for what protects it.
        var peers = Enumerable.Range(1, 100).Select(i => Peer(i, netgroup: 7, connected: i)).ToList();
        Assert.Equal(new PeerId(100), Eviction.Choose(peers, Rule, out _));
        peers[99] = by switch
        {
            "netgroup" => peers[99] with { Netgroup = 8 }, // The highest under the secret.
            "ping" => peers[99] with { MinimumPing = TimeSpan.FromMilliseconds(1) },
            "transaction" => peers[99] with { LastTransaction = TimeSpan.FromSeconds(1) },
            "block" => peers[99] with { LastBlock = TimeSpan.FromSeconds(1) },
            _ => peers[99] with { LastBlock = TimeSpan.FromSeconds(1), RelaysTransactions = false, HasServices = true },
        };
        if (by == "block-relay")
        {
            // Ten others gave blocks later, but they want transactions: the places of those who do not are for it.
            peers = [.. peers.Select((peer, index) => index is >= 40 and < 50 ? peer with { LastBlock = TimeSpan.FromSeconds(100) } : peer)];
        }

        Assert.NotEqual(new PeerId(100), Eviction.Choose(peers, Rule, out _));
    }

    [Fact(DisplayName = "Somebody discouraged goes first, unless something protects it")]
    public void The_discouraged_go_first()
    {
        var peers = Enumerable.Range(1, 100).Select(i => Peer(i, netgroup: 7, connected: i)).ToList();
        peers[90] = peers[90] with { IsDiscouraged = true };
        Assert.Equal(new PeerId(91), Eviction.Choose(peers, Rule, out _));
        peers[90] = peers[90] with { LastBlock = TimeSpan.FromSeconds(1) };
        Assert.Equal(new PeerId(100), Eviction.Choose(peers, Rule, out _));
    }

    [Fact(DisplayName = "A quarter of the places by uptime is for Tor, I2P, CJDNS and this machine, shared evenly; what one does not need the next gets")]
    public void Disadvantaged_networks_have_a_share()
    {
        // As in Bitcoin Core: of 24 the half stays; six places of these twelve are for networks that the others would push out.
        foreach (var (tor, i2p, cjdns, local, expected) in new[]
        {
            (0, 0, 0, 0, (0, 0, 0, 0)),
            (8, 0, 0, 0, (6, 0, 0, 0)),
            (0, 0, 0, 9, (0, 0, 0, 6)),
            (3, 3, 0, 0, (3, 3, 0, 0)),
            (6, 1, 0, 0, (5, 1, 0, 0)),
            (4, 4, 4, 4, (1, 1, 2, 2)), // One each, then those two that come first of equals: see below.
            (1, 6, 1, 6, (1, 2, 1, 2)),
        })
        {
            List<EvictionCandidate> left = [];
            Add(tor, NetworkKind.TorV3, false);
            Add(i2p, NetworkKind.I2P, false);
            Add(cjdns, NetworkKind.Cjdns, false);
            Add(local, NetworkKind.IPv4, true);
            var favoured = left.Count;
            for (var i = favoured; i < 24; i++)
            {
                left.Insert(i - favoured, Peer(i + 1, (ulong)i, connected: i)); // All of them older.
            }

            var before = left.ToList();
            Eviction.ProtectByUptime(left);
            Assert.Equal(12, left.Count);
            var stay = before.Except(left).ToList();
            var counts = (stay.Count(peer => peer.Network == NetworkKind.TorV3), stay.Count(peer => peer.Network == NetworkKind.I2P),
                stay.Count(peer => peer.Network == NetworkKind.Cjdns), stay.Count(peer => peer.IsLocal));
            if ((tor, i2p, cjdns, local) == (4, 4, 4, 4))
            {
                Assert.Equal((1, 2, 2, 1), counts); // CJDNS before I2P before this machine before Tor.
                continue;
            }

            Assert.True(expected == counts, $"{(tor, i2p, cjdns, local)}: {counts}");

            void Add(int count, NetworkKind network, bool isLocal)
            {
                for (var i = 0; i < count; i++)
                {
                    left.Add(Peer(100 + left.Count, 3, connected: 1000 + left.Count) with { Network = network, IsLocal = isLocal });
                }
            }
        }
    }

    [Fact(DisplayName = "Twenty are never asked to go, twenty-nine always have one to spare, and who goes has no claim to stay")]
    public void Claims_are_kept() => Candidates.Sample(
        all =>
        {
            var gone = Eviction.Choose(all, Rule, out var neighbours);
            Assert.True(all.Length > 20 || gone is null);
            Assert.True(all.Length <= 28 || gone is not null);
            if (gone is null)
            {
                return;
            }

            var loser = all.Single(candidate => candidate.Id == gone);
            Assert.InRange(neighbours, 1, all.Count(candidate => candidate.Netgroup == loser.Netgroup));
            Assert.True(all.Count(candidate => candidate.Netgroup >= loser.Netgroup) > Rule.Netgroups);
            Assert.True(all.Count(candidate => Ping(candidate) <= Ping(loser)) > Rule.Pings);
            Assert.True(all.Count(candidate => Last(candidate.LastTransaction) >= Last(loser.LastTransaction)) > Rule.Transactions);
            Assert.True(all.Count(candidate => Last(candidate.LastBlock) >= Last(loser.LastBlock)) > Rule.Blocks);
        },
        iter: 4000);

    [Fact(DisplayName = "The rule and one written as Bitcoin Core writes it, by sorting and cutting, choose the same")]
    public void As_Bitcoin_Core() => Candidates.Sample(
        all => Assert.Equal(ByCutting(all), Eviction.Choose(all, Rule, out _)), iter: 4000);

    [Fact(DisplayName = "The order in which candidates are told changes nothing")]
    public void Order_does_not_matter() => Gen.Select(Candidates, Gen.Int).Sample(
        (all, seed) =>
        {
            var shuffled = all.ToArray();
            new Random(seed).Shuffle(shuffled);
            return Eviction.Choose(all, Rule, out _) == Eviction.Choose(shuffled, Rule, out _);
        },
        iter: 500);

    /// <summary>The same rule, told the other way round: sort so that the best are last, and cut them off.</summary>
    private static PeerId? ByCutting(IEnumerable<EvictionCandidate> all)
    {
        var left = all.ToList();
        Cut(4, candidate => (candidate.Netgroup, 0), _ => true);
        Cut(8, candidate => (-Ping(candidate).Ticks, 0), _ => true);
        Cut(4, candidate => (Last(candidate.LastTransaction).Ticks, candidate.RelaysTransactions ? 1 : 0), _ => true);
        Cut(8, candidate => (Last(candidate.LastBlock).Ticks, 0), candidate => !candidate.RelaysTransactions && candidate.HasServices);
        Cut(4, candidate => (Last(candidate.LastBlock).Ticks, candidate.HasServices ? 1 : 0), _ => true);

        var size = left.Count;
        var (total, most) = (size / 2, size / 2 / 2);
        List<(Func<EvictionCandidate, bool> Is, int Count)> networks =
        [
            .. new Func<EvictionCandidate, bool>[]
            {
                candidate => candidate.Network == NetworkKind.Cjdns, candidate => candidate.Network == NetworkKind.I2P,
                candidate => candidate.IsLocal, candidate => candidate.Network == NetworkKind.TorV3,
            }.Select(isOf => (Is: isOf, Count: left.Count(isOf))).OrderBy(network => network.Count),
        ];
        var done = 0;
        while (done < most && networks.Count(network => left.Any(network.Is)) is var there and > 0)
        {
            var each = Math.Max((most - done) / there, 1);
            foreach (var network in networks)
            {
                var before = left.Count;
                Cut(Math.Min(each, most - done), candidate => (0, 0), network.Is);
                done += before - left.Count;
            }
        }

        Cut(total - done, candidate => (0, 0), _ => true);
        if (left.Any(candidate => candidate.IsDiscouraged))
        {
            left = [.. left.Where(candidate => candidate.IsDiscouraged)];
        }

        return left.Count == 0 ? null : left
            .GroupBy(candidate => candidate.Netgroup)
            .OrderByDescending(group => (group.Count(), group.Max(candidate => (candidate.Connected, candidate.Id.Value)))).First()
            .MaxBy(candidate => (candidate.Connected, candidate.Id.Value))!.Id;

        void Cut<T>(int count, Func<EvictionCandidate, T> key, Func<EvictionCandidate, bool> may)
        {
            var sorted = left.Where(may).OrderBy(key).ThenByDescending(candidate => candidate.Connected).ThenByDescending(candidate => candidate.Id.Value).ToList();
            foreach (var stays in sorted.Skip(Math.Max(0, sorted.Count - count)))
            {
                left.Remove(stays);
            }
        }
    }

    private static EvictionCandidate Peer(int id, ulong netgroup, int connected) =>
        new(new PeerId(id), netgroup, TimeSpan.FromSeconds(connected), NetworkKind.IPv4, IsLocal: false) { RelaysTransactions = true, HasServices = true };

    private static TimeSpan Ping(EvictionCandidate candidate) => candidate.MinimumPing ?? TimeSpan.MaxValue;

    private static TimeSpan Last(TimeSpan? time) => time ?? TimeSpan.MinValue;

    private static TimeSpan? Seconds(int seconds) => seconds < 0 ? null : TimeSpan.FromSeconds(seconds);

    private static NetworkKind KindOf(int number) => number switch
    {
        1 => NetworkKind.Cjdns,
        2 => NetworkKind.I2P,
        3 => NetworkKind.TorV3,
        _ => NetworkKind.IPv4,
    };
}
