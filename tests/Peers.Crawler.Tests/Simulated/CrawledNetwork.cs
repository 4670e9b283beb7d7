using System.Net;
using System.Text;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Crawler.Tests;

/// <summary>What a node of a crawled network does.</summary>
internal enum NodeKind
{
    Honest,
    SelfAnnouncing,
    Refusing,
    Dead,
    Full,
    Silent,
    VersionOnly,
    Mute,
    Lying,
    WrongNetwork,
    NotBitcoin,
    Obsolete,
    Dripping,
    Huge,
}

/// <summary>A network of nodes of all kinds, each knowing some of the others; and what a crawl has to find of it.</summary>
internal sealed class CrawledNetwork
{
    private readonly Simulation _simulation;
    private readonly Random _random;
    private readonly int _known;
    private readonly Dictionary<CrawledNode, int> _indexes = [];

    public CrawledNetwork(Simulation simulation, int nodes, int known = 100, double hostile = 0.3, bool crowded = false)
    {
        _simulation = simulation;
        _random = simulation.Random("crawled network");
        var liars = 0;
        _known = known;
        var odd = Enum.GetValues<NodeKind>().Where(kind => kind > NodeKind.SelfAnnouncing).ToArray();
        for (var index = 0; index < nodes; index++)
        {
            // Each liar brings a thousand dead addresses: ten are enough. The first is the seed. Addresses of many netgroups: 1 in 8 is IPv6.
            var kind = index == 0 || _random.NextDouble() >= hostile
                ? index % 3 == 0 ? NodeKind.SelfAnnouncing : NodeKind.Honest
                : odd[_random.Next(odd.Length)];
            kind = kind == NodeKind.Lying && ++liars > 10 ? NodeKind.Mute : kind;
            var address = index % 8 == 7
                ? IPAddress.Parse($"2a{(index >> 16) & 0xFF:x2}:{index & 0xFFFF:x}:{_random.Next(0x10000):x}::1")
                : crowded && index % 4 == 0 ? new IPAddress([88, 77, (byte)(index % 5), (byte)(1 + (index / 4))])
                : new IPAddress([(byte)(11 + (index % 89)), (byte)_random.Next(256), (byte)(index >> 8), (byte)(index & 0xFF)]);
            Nodes.Add(new CrawledNode(new IPEndPoint(address, 18444), kind));
            _indexes.Add(Nodes[^1], index);
        }

        Nodes.ForEach(Start);
    }

    public List<CrawledNode> Nodes { get; } = [];

    public string Seed => Nodes[0].Endpoint.ToString();

    /// <summary>Addresses that a node tells: some of the others, and for a liar a thousand that do not exist.</summary>
    public IReadOnlyList<AddressEntry> Tell(CrawledNode node)
    {
        var random = _simulation.Random($"addresses of {node.Endpoint}");
        var now = (uint)_simulation.Clock.GetUtcNow().ToUnixTimeSeconds();
        if (node.Kind == NodeKind.Lying)
        {
            return [.. Enumerable.Range(0, 1000).Select(_ => new AddressEntry(now, ServiceFlags.Network, NetworkEndpoint.From(new IPEndPoint(
                new IPAddress([(byte)random.Next(101, 120), (byte)random.Next(256), (byte)random.Next(256), 1]), 18444))))];
        }

        // A ring makes sure that everybody is told of by somebody.
        var index = _indexes[node];
        return [.. Enumerable.Range(1, 7).Select(next => Nodes[(index + next) % Nodes.Count])
            .Concat(Enumerable.Range(0, _known).Select(_ => Nodes[random.Next(Nodes.Count)]))
            .Where(other => other != node).DistinctBy(other => other.Endpoint)
            .Select(other => new AddressEntry(now - (uint)random.Next(20_000), ServiceFlags.Network, NetworkEndpoint.From(other.Endpoint)))];
    }

    private void Start(CrawledNode node)
    {
        if (node.Kind == NodeKind.Dead)
        {
            return;
        }

        var host = _simulation.Network.Host(node.Endpoint.Address);
        switch (node.Kind)
        {
            case NodeKind.Refusing:
                break;
            case NodeKind.Full:
                _simulation.Network.Listen(node.Endpoint).ClosesAfter = 0;
                break;
            case NodeKind.Silent or NodeKind.Honest or NodeKind.SelfAnnouncing or NodeKind.Lying or NodeKind.Mute:
                new GossipNode(_simulation, host, this, node).Listen();
                break;
            default:
                _ = new RawListener(host, node.Endpoint, raw => Misbehave(node, raw));
                break;
        }
    }

    private void Misbehave(CrawledNode node, RawPeer raw)
    {
        node.Dials++;
        raw.Taker = static _ => { };
        byte[] first = node.Kind switch
        {
            NodeKind.VersionOnly => Encoded(BitcoinNetwork.Regtest, ProtocolVersion.Latest),
            NodeKind.WrongNetwork => Encoded(BitcoinNetwork.Testnet4, ProtocolVersion.Latest),
            NodeKind.NotBitcoin => Encoding.ASCII.GetBytes("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"),
            NodeKind.Obsolete => Encoded(BitcoinNetwork.Regtest, 106),
            NodeKind.Huge => [.. Encoded(BitcoinNetwork.Regtest, ProtocolVersion.Latest), .. HugeHeader()],
            _ => [],
        };
        raw.Send(first);
        if (node.Kind == NodeKind.Dripping)
        {
            Drip(raw, Encoded(BitcoinNetwork.Regtest, ProtocolVersion.Latest), 0);
        }
    }

    private void Drip(RawPeer raw, byte[] bytes, int from)
    {
        if (from < bytes.Length && !raw.IsClosed)
        {
            raw.Send(bytes.AsSpan(from, 1));
            _simulation.Network.After(TimeSpan.FromSeconds(5), () => Drip(raw, bytes, from + 1));
        }
    }

    private static byte[] HugeHeader()
    {
        var frame = MessageCodec.For(BitcoinNetwork.Regtest).Encode(new PingMessage(1));
        frame.AsSpan(4, 12).Clear();
        "block"u8.CopyTo(frame.AsSpan(4));
        BitConverter.TryWriteBytes(frame.AsSpan(16), 3_999_999);
        return frame[..24];
    }

    private static byte[] Encoded(BitcoinNetwork network, int version) => MessageCodec.For(network).Encode(new VersionMessage(
        version, ServiceFlags.Network, 0, new VersionAddress(ServiceFlags.None, default), new VersionAddress(ServiceFlags.None, default), 77,
        "/odd:1.0/", 5, true));

    /// <summary>A node that answers <c>getaddr</c>, or does part of it.</summary>
    private sealed class GossipNode(Simulation simulation, SimulatedHost host, CrawledNetwork network, CrawledNode node) : ModelNode(simulation, host)
    {
        internal override bool Handshakes => node.Kind != NodeKind.Silent;

        internal override void IsReady(NodeConnection connection)
        {
            node.Dials++;
            if (node.Kind == NodeKind.SelfAnnouncing)
            {
                connection.Say(new AddrMessage(WireArray.Create<AddressEntry>([new AddressEntry(1, ServiceFlags.Network, NetworkEndpoint.From(node.Endpoint))])));
            }
        }

        internal override void Hear(NodeConnection connection, Message message)
        {
            if (message is GetAddrMessage && node.Kind != NodeKind.Mute)
            {
                node.Asked++;
                connection.Say(new AddrMessage(network.Tell(node).ToWireArray()));
            }
        }
    }
}

/// <summary>One node, and what the crawl did to it.</summary>
internal sealed class CrawledNode(IPEndPoint endpoint, NodeKind kind)
{
    public IPEndPoint Endpoint { get; } = endpoint;

    public NodeKind Kind { get; } = kind;

    public int Dials { get; set; }

    public int Asked { get; set; }

    /// <summary>How a visit of it has to end.</summary>
    public VisitOutcome Expected => Kind switch
    {
        NodeKind.Refusing => VisitOutcome.Refused,
        NodeKind.Dead => VisitOutcome.ConnectTimedOut,
        NodeKind.Full => VisitOutcome.ClosedBeforeVersion,
        NodeKind.Silent or NodeKind.Dripping => VisitOutcome.VersionTimedOut,
        NodeKind.VersionOnly or NodeKind.Huge => VisitOutcome.VerackTimedOut,
        NodeKind.Mute => VisitOutcome.AddressesTimedOut,
        NodeKind.WrongNetwork => VisitOutcome.WrongNetwork,
        NodeKind.NotBitcoin => VisitOutcome.NotBitcoin,
        NodeKind.Obsolete => VisitOutcome.Obsolete,
        _ => VisitOutcome.Complete,
    };
}
