using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Peers.Wire;

namespace Peers.Cli;

/// <summary>
/// A network to crawl, on this machine's loopback and by real TCP: most of its nodes are whole engines, some misbehave, and what a crawl has to find of
/// it is known.
/// </summary>
/// <remarks>
/// All of 127.0.0.0/8 is loopback on Linux and Windows, so nodes have addresses of many netgroups; elsewhere all are at 127.0.0.1, with ports of their own.
/// </remarks>
internal sealed class DemoNetwork : IAsyncDisposable
{
    /// <summary>Nodes with whom a crawl begins.</summary>
    public const int Seeds = 3;

    /// <summary>The least that makes a network.</summary>
    public const int LeastNodes = 20;

    private const int MostNodes = 20_000;
    private const int NodesOfAnEngine = 50;
    private const int InventedAddresses = 1_000;

    /// <summary>Below this no service listens that a machine has: whoever is told of a node there knocks at nobody's door.</summary>
    private const int InventedPorts = 7;

    private const string EngineNeeds = """
        peers {
          network = regtest
          ping.enabled = off
          trickle.enabled = off
          listen { max-inbound = 100000, backlog = 64 }
          connection.frame-size = 4KiB
        }
        """;

    private static readonly string[] UserAgents =
    [
        "/Satoshi:29.0.0/", "/Satoshi:28.1.0/", "/Satoshi:27.0.0/", "/Satoshi:25.0.0/Knots:20230823/", "/Satoshi:0.21.1/", "/btcd:0.24.2/",
        "/bcoin:2.2.0/", "/libbitcoin:4.0.0/", "/peers:0.1.0/", "/Satoshi:28.0.0(@the <b>\"attic\"</b>)/",
    ];

    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Socket> _listeners = [];
    private readonly List<DemoNode> _nodes = [];
    private readonly TimeProvider _clock;

    private DemoNetwork(TimeProvider clock) => _clock = clock;

    /// <summary>The nodes; the first are seeds.</summary>
    public IReadOnlyList<DemoNode> Nodes => _nodes;

    /// <summary>Whether so many nodes can be made.</summary>
    public static Func<System.CommandLine.Parsing.ArgumentResult, int> Number { get; } = OptionValue.Number(LeastNodes, MostNodes);

    /// <exception cref="CommandFailedException">The machine does not allow so many sockets.</exception>
    public static async Task<DemoNetwork> StartAsync(int nodes, int seed, EngineHost host, SettingsSource source, TimeProvider clock, CancellationToken stopping)
    {
        var network = new DemoNetwork(clock);
        try
        {
            await network.ListenAsync(nodes, new Random(seed), host, source.Settings(EngineNeeds), stopping);
            return network;
        }
        catch (Exception fault) when (fault is SocketException or ListenException)
        {
            await network.DisposeAsync();
            throw new CommandFailedException(string.Create(CultureInfo.InvariantCulture,
                $"--demo {nodes}: node {network._nodes.Count + 1} cannot listen: {OneLine.Of(fault.Message)}; allow more open files (ulimit -n) or take fewer nodes"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listeners.ForEach(listener => listener.Dispose());
        _stopping.Dispose();
    }

    private async Task ListenAsync(int nodes, Random random, EngineHost host, PeerSettings settings, CancellationToken stopping)
    {
        var kinds = DemoKinds.Draw(nodes, Seeds, random);
        var books = new Dictionary<IPEndPoint, DemoNode>();
        for (var index = 0; index < nodes; index += NodesOfAnEngine)
        {
            // Nodes of one engine call themselves the same; where it listens tells it whose book to open.
            var (userAgent, height) = (UserAgents[random.Next(UserAgents.Length)], 900_000 + random.Next(4));
            var engine = host.StartEngine(
                settings with
                {
                    UserAgent = userAgent,
                    Services = ServiceFlags.Network | ServiceFlags.Witness | (random.Next(3) == 0 ? ServiceFlags.CompactFilters : 0),
                    BestHeight = () => height,
                    Addresses = remote => books.TryGetValue(remote.LocalEndpoint, out var asked) ? asked.Book : [],
                },
                string.Create(CultureInfo.InvariantCulture, $"demo-{index}"));
            foreach (var kind in kinds.Skip(index).Take(NodesOfAnEngine))
            {
                stopping.ThrowIfCancellationRequested();
                var address = Address(random);
                var endpoint = kind == DemoKind.Ordinary ? await ListenAsync(engine, address, stopping) : Listen(address, kind);
                var node = new DemoNode(endpoint, kind, userAgent, height);
                books[endpoint] = node;
                _nodes.Add(node);
            }
        }

        WriteBooks(random);
        Accept();
    }

    private static IPAddress Address(Random random) => OperatingSystem.IsMacOS()
        ? IPAddress.Loopback
        : new IPAddress([127, (byte)random.Next(1, 255), (byte)random.Next(256), (byte)random.Next(1, 255)]);

    private static async Task<IPEndPoint> ListenAsync(PeerEngine engine, IPAddress address, CancellationToken stopping)
    {
        // What its peers say concerns nobody but the engine.
        var answer = await engine.Manager.Ask<PeerEvent>(asker => new Listen(new IPEndPoint(address, 0), asker, ActorRefs.Nobody), null, stopping);
        return answer switch
        {
            Listening listening => listening.Local,
            ListenFailed failed => throw new ListenException(failed),
            _ => throw new InvalidOperationException($"{answer} is no answer to Listen"),
        };
    }

    /// <summary>A port of its own; nobody listens at that of a dead node, which nobody else is given while the demo runs.</summary>
    private IPEndPoint Listen(IPAddress address, DemoKind kind)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _listeners.Add(socket);
        socket.Bind(new IPEndPoint(address, 0));
        if (kind != DemoKind.Dead)
        {
            socket.Listen();
        }

        return (IPEndPoint)socket.LocalEndPoint!;
    }

    /// <summary>
    /// Who knows whom: each node some of all others, by chance, as many as one in four; and each ordinary node the next in a ring, with whoever stands
    /// between them, so that everybody is told of.
    /// </summary>
    private void WriteBooks(Random random)
    {
        var now = (uint)_clock.GetUtcNow().ToUnixTimeSeconds();
        var size = Math.Clamp(_nodes.Count * 23 / 100, Math.Min(15, _nodes.Count - 1), WireLimits.Addresses - _nodes.Count / 10);
        for (var index = 0; index < _nodes.Count; index++)
        {
            var node = _nodes[index];
            if (node.Kind == DemoKind.Lying)
            {
                node.Book = [.. Enumerable.Range(0, InventedAddresses).Select(_ => Entry(new IPEndPoint(Address(random), random.Next(1, OperatingSystem.IsMacOS() ? 1024 : InventedPorts)), 0))];
                continue;
            }

            var next = Enumerable.Range(1, _nodes.Count - 1).Select(step => _nodes[(index + step) % _nodes.Count]);
            var ring = next.TakeWhile(other => other.Kind != DemoKind.Ordinary).Append(next.First(other => other.Kind == DemoKind.Ordinary));
            node.Book =
            [
                .. ring.Concat(Enumerable.Range(0, size).Select(_ => _nodes[random.Next(_nodes.Count)])).Where(other => other != node).Distinct()
                    .Take(WireLimits.Addresses).Select(other => Entry(other.Endpoint, (uint)random.Next(20 * 3600))),
            ];
        }

        AddressEntry Entry(IPEndPoint endpoint, uint age) => new(now - age, ServiceFlags.Network | ServiceFlags.Witness, NetworkEndpoint.From(endpoint));
    }

    private void Accept()
    {
        var raw = _nodes.Where(node => node.Kind != DemoKind.Ordinary);
        foreach (var (node, listener) in raw.Zip(_listeners).Where(pair => pair.First.Kind != DemoKind.Dead))
        {
            _ = AcceptAsync(node, listener);
        }
    }

    private async Task AcceptAsync(DemoNode node, Socket listener)
    {
        try
        {
            while (true)
            {
                _ = SpeakAsync(new DemoSpeaker(node, await listener.AcceptAsync(_stopping.Token), _clock));
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The demo is over.
        }
    }

    private async Task SpeakAsync(DemoSpeaker speaker)
    {
        using (speaker)
        {
            try
            {
                await speaker.RunAsync(_stopping.Token);
            }
            catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException or WireException)
            {
                // The crawler left.
            }
        }
    }
}
