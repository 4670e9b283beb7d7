using System.Globalization;
using System.Net;
using Peers.Wire;

namespace Peers.Crawler.Tests;

/// <summary>
/// Two snapshots of a network as one finds it: most addresses dead, the rest of the usual software in the usual shares, some at odd heights, a few that
/// lie about others, and one with a name that no program should trust. The same seed makes the same.
/// </summary>
internal sealed class BelievableNetwork
{
    public const int Height = 912_345;
    public static readonly DateTimeOffset Start = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static readonly WireText Hostile = new("/Satoshi:29.0.0</script><script>document.title='owned'</script><img src=x onerror=alert(1)>\u202e\u200b\"'&\0\n"u8.ToArray());

    private static readonly (string Agent, int Version, int Weight)[] Agents =
    [
        ("/Satoshi:29.0.0/", 70016, 30), ("/Satoshi:28.1.0/", 70016, 18), ("/Satoshi:27.1.0/", 70016, 9), ("/Satoshi:27.0.0/", 70016, 6), ("/Satoshi:26.0.0/", 70016, 5),
        ("/Satoshi:25.0.0/", 70016, 5), ("/Satoshi:24.0.1/", 70016, 4), ("/Satoshi:22.0.0/", 70016, 4), ("/Satoshi:0.21.1/", 70016, 3), ("/Satoshi:0.20.1/", 70015, 1),
        ("/Satoshi:28.1.0/Knots:20250305/", 70016, 8), ("/Satoshi:29.0.0/Knots:20250903/", 70016, 7), ("/btcwire:0.5.0/btcd:0.24.2/", 70016, 1),
        ("/bcoin:2.2.0/", 70015, 1), ("/libbitcoin:3.8.0/", 70013, 1), ("/Satoshi:27.1.0(my home node, please be kind)/", 70016, 2), ("", 70016, 1),
    ];

    private readonly Random _random;
    private readonly List<Node> _nodes = [];

    public BelievableNetwork(int nodes, double reachable = 0.4, int seed = 1)
    {
        _random = new Random(seed);
        for (var i = 0; i < nodes; i++)
        {
            var endpoint = new NetworkEndpoint(Address(i), _random.NextDouble() < 0.93 ? (ushort)8333 : (ushort)_random.Next(1025, 65536));
            _nodes.Add(new Node(endpoint, i == 0 || _random.NextDouble() < reachable ? Version(i) : null));
        }
    }

    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>A store with two snapshots of it that have ended, 30 hours apart.</summary>
    public async Task<MemoryCrawlStore> CrawlAsync(int toldByEach = 40)
    {
        var store = new MemoryCrawlStore();
        await CrawlAsync(store, Start, toldByEach);
        Change();
        await CrawlAsync(store, Start.AddHours(30), toldByEach);
        return store;
    }

    public async Task<CrawlSnapshot> CrawlAsync(ICrawlStore store, DateTimeOffset start, int toldByEach)
    {
        var snapshot = await store.OpenSnapshotAsync("mainnet", start);
        var at = start;
        foreach (var batch in _nodes.Chunk(200))
        {
            var visits = new List<Visit>();
            foreach (var node in batch)
            {
                at += TimeSpan.FromMilliseconds(_random.Next(1, 90));
                visits.Add(Visit(node, at, toldByEach));
            }

            await store.AppendAsync(snapshot.Id, visits, [.. batch.Select(node => new LearnedNode(node.Endpoint, (uint)at.ToUnixTimeSeconds() - 4000, ServiceFlags.Network))]);
        }

        await store.CloseSnapshotAsync(snapshot.Id, at.AddMinutes(1));
        return (await ((ICrawlReader)store).ReadSnapshotsAsync())[^1];
    }

    private Visit Visit(Node node, DateTimeOffset at, int toldByEach)
    {
        var milliseconds = Math.Exp(Normal(4.3, 0.8)) * (node.Endpoint.Address.Kind == NetworkKind.TorV3 ? 12 : 1);
        if (node.Version is null)
        {
            var outcome = _random.Next(100) switch
            {
                < 62 => VisitOutcome.ConnectTimedOut, < 78 => VisitOutcome.Refused, < 88 => VisitOutcome.Unreachable, < 94 => VisitOutcome.ClosedBeforeVersion,
                < 96 => VisitOutcome.VersionTimedOut, < 98 => VisitOutcome.WrongNetwork, < 99 => VisitOutcome.NotBitcoin, _ => VisitOutcome.ProtocolError,
            };
            return new Visit(node.Endpoint, at, outcome, outcome == VisitOutcome.ProtocolError ? "checksum" : "", new VisitDurations(null, null, null, TimeSpan.FromSeconds(3)), null, null);
        }

        var kind = _random.Next(100) switch { < 92 => VisitOutcome.Complete, < 96 => VisitOutcome.AddressesTimedOut, _ => VisitOutcome.ClosedAfterVersion };
        var connect = TimeSpan.FromMilliseconds(Math.Round(milliseconds, 1));
        var handshake = TimeSpan.FromMilliseconds(Math.Round((milliseconds * 2.2) + _random.Next(2, 60), 1));
        var answer = kind == VisitOutcome.Complete ? new AddressAnswer(Tell(node, at, toldByEach), _random.Next(2) == 0) : null;
        return new Visit(node.Endpoint, at, kind, "", new VisitDurations(connect, handshake, handshake * 3, connect + (handshake * 4)), node.Version, answer);
    }

    /// <summary>What a node tells: some of the others, most of them seen lately. Nodes 1 to 4 tell the same, node 5 tells what is not there.</summary>
    private List<AddressEntry> Tell(Node node, DateTimeOffset at, int count)
    {
        var index = _nodes.IndexOf(node);
        var random = index is >= 1 and <= 4 ? new Random(77) : _random;
        return
        [
            .. Enumerable.Range(0, count).Select(i => index == 5
                    ? new NetworkEndpoint(NetworkAddress.From(new IPAddress([23, (byte)random.Next(256), (byte)random.Next(256), 7])), 8333)
                    : _nodes[random.Next(3) == 0 ? random.Next(_nodes.Count / 10) : random.Next(_nodes.Count)].Endpoint)
                .Distinct().Select(endpoint => new AddressEntry(
                    (uint)(at.ToUnixTimeSeconds() - (long)Math.Exp(Normal(11, 1.8))), ServiceFlags.Network | ServiceFlags.Witness, endpoint)),
        ];
    }

    private void Change()
    {
        for (var i = 0; i < _nodes.Count; i++)
        {
            var node = _nodes[i];
            _nodes[i] = (node.Version, _random.Next(100)) switch
            {
                (null, < 4) => node with { Version = Version(i) },
                (not null, < 7) => node with { Version = null },
                ({ } version, < 9) => node with { Version = version with { UserAgent = "/Satoshi:30.0.0/" } },
                ({ } version, < 10) => node with { Version = version with { Services = version.Services ^ ServiceFlags.Bloom } },
                ({ } version, < 11) => node with { Endpoint = node.Endpoint with { Port = 8444 }, Version = version },
                ({ } version, _) => node with { Version = version with { StartHeight = version.StartHeight == Height ? Height + 180 : version.StartHeight } },
                _ => node,
            };
        }
    }

    private NodeVersion Version(int index)
    {
        if (index == 7)
        {
            return new NodeVersion(70016, ServiceFlags.Network, Hostile, -5, TimeSpan.Zero);
        }

        var pick = _random.Next(Agents.Sum(agent => agent.Weight));
        var (agent, version, _) = Agents.First(agent => (pick -= agent.Weight) < 0);
        var services = ServiceFlags.Network | ServiceFlags.Witness | ServiceFlags.NetworkLimited
            | (_random.Next(3) > 0 ? ServiceFlags.EncryptedTransport : 0) | (_random.Next(4) == 0 ? ServiceFlags.CompactFilters : 0)
            | (_random.Next(9) == 0 ? ServiceFlags.Bloom : 0) | (_random.Next(40) == 0 ? (ServiceFlags)(1 << 26) : 0);
        services = _random.Next(10) == 0 ? services & ~ServiceFlags.Network : services;
        var height = _random.Next(100) switch { < 88 => Height, < 92 => Height - 1, < 94 => Height - 2, < 96 => Height - _random.Next(3, 140), < 98 => Height - _random.Next(200, 90_000), < 99 => Height + 1, _ => 0 };
        return new NodeVersion(version, services, agent, height, TimeSpan.FromSeconds(_random.Next(-3, 4)));
    }

    private NetworkAddress Address(int index) => (index % 20) switch
    {
        < 11 => NetworkAddress.From(new IPAddress([(byte)_random.Next(24, 120), (byte)_random.Next(256), (byte)(index >> 8), (byte)index])),
        < 14 => NetworkAddress.From(IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"2a0{_random.Next(1, 10)}:{_random.Next(65536):x}:{index & 0xFFFF:x}::1"))),
        < 19 => new NetworkAddress(NetworkKind.TorV3, Random(32)),
        _ when index % 40 < 20 => new NetworkAddress(NetworkKind.I2P, Random(32)),
        _ => new NetworkAddress(NetworkKind.Cjdns, [0xFC, .. Random(15)]),
    };

    private byte[] Random(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    private double Normal(double mean, double deviation) =>
        mean + (deviation * Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble()));

    internal sealed record Node(NetworkEndpoint Endpoint, NodeVersion? Version);
}
