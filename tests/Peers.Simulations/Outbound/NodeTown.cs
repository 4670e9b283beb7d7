using System.Net;
using Akka.Actor;
using Akka.Configuration;
using Peers.TestKit;
using Peers.Wire;

namespace Peers.Simulations;

/// <summary>
/// A network as a node finds it: of 100 nodes 55 are good, 30 dead, 10 full and 5 hostile. A third of all share one netgroup, as the nodes of
/// one hosting company do. Good ones tell 200 addresses to whoever asks; hostile ones keep quiet in three ways, or tell a thousand that do not exist.
/// </summary>
internal sealed class NodeTown : IAddressSeeds
{
    public const int Port = 18444;
    private const string Hocon = "peers { network = regtest, services = [network, witness], addresses.cache-time = 0s";

    private readonly Simulation _simulation;
    private readonly List<SimulatedHost> _good = [];
    private readonly List<SimulatedHost> _liars = [];
    private readonly NetworkEndpoint[] _all;
    private readonly Random _random;

    public NodeTown(Simulation simulation, int nodes)
    {
        _simulation = simulation;
        _random = simulation.Random("town");
        _all = [.. Enumerable.Range(0, nodes).Select(EndpointOf)];
        var good = PeerSettings.From(Read($"{Hocon} }}")) with { Addresses = _ => Some(200) };
        var full = PeerSettings.From(Read($"{Hocon}, listen.max-inbound = 0 }}"));
        for (var i = 0; i < nodes; i++)
        {
            var host = simulation.Network.Host(AddressOf(i));
            switch (i % 20)
            {
                case < 11:
                    _good.Add(host);
                    Listen(host, good);
                    break;
                case < 14:
                    break; // Refuses.
                case < 17:
                    simulation.Network.Blackhole(AddressOf(i));
                    break;
                case < 19:
                    Listen(host, full);
                    break;
                default:
                    ListenHostile(host, i / 20);
                    break;
            }
        }
    }

    /// <summary>How often it was asked for seeds.</summary>
    public int Asked { get; private set; }

    public IReadOnlyList<SimulatedHost> Good => _good;

    /// <summary>Whether he serves: who tells lies of addresses answers all else as the good do, and nobody can tell him from them; the book must bear him.</summary>
    public bool IsGood(EndPoint remote) =>
        remote is IPEndPoint endpoint && _good.Concat(_liars).Any(host => host.Addresses[0].Equals(endpoint.Address) && !host.IsDown);

    public Task<IReadOnlyList<SeedAnswer>> FindAsync(SeedQuery query, CancellationToken cancellation)
    {
        Asked++;
        return Task.FromResult<IReadOnlyList<SeedAnswer>>([new SeedAnswer("seed.town", Some(30))]);
    }

    private AddressEntry[] Some(int count)
    {
        var lately = (uint)_simulation.Clock.GetUtcNow().ToUnixTimeSeconds() - 3600;
        var chosen = _all.ToArray();
        _random.Shuffle(chosen);
        return [.. chosen.Take(count).Select(endpoint => new AddressEntry(lately, ServiceFlags.Network | ServiceFlags.Witness, endpoint))];
    }

    private void Listen(SimulatedHost host, PeerSettings settings)
    {
        var engine = new SimulatedEngine(_simulation, host, settings, recorded: false);
        engine.Manager.Tell(
            new Listen(new IPEndPoint(host.Addresses[0], Port), ActorRefs.Nobody, _simulation.ActorOf(HeadersActor.Props)), ActorRefs.NoSender);
    }

    private void ListenHostile(SimulatedHost host, int kind)
    {
        if (kind % 4 == 3)
        {
            // Full of lies: a thousand addresses where nobody is, in a thousand netgroups.
            var lies = PeerSettings.From(Read($"{Hocon} }}")) with { Addresses = _ => [.. Enumerable.Range(0, 1000).Select(Lie)] };
            Listen(host, lies);
            _liars.Add(host);
            return;
        }

        new SilentNode(_simulation, host, (Silence)(kind % 4)).Listen(Port);
    }

    private AddressEntry Lie(int number) => new(
        (uint)_simulation.Clock.GetUtcNow().ToUnixTimeSeconds(), ServiceFlags.Network | ServiceFlags.Witness,
        new NetworkEndpoint(NetworkAddress.From(new IPAddress([(byte)(150 + (number / 250)), (byte)(number % 250), 9, 9])), Port));

    private static Config Read(string hocon) =>
        ConfigurationFactory.ParseString(hocon).WithFallback(PeerEngine.DefaultConfig);

    private static NetworkEndpoint EndpointOf(int node) => new(NetworkAddress.From(AddressOf(node)), Port);

    private static IPAddress AddressOf(int node) =>
        new(node % 3 == 2 ? [80, 1, (byte)(node / 200), (byte)((node % 200) + 1)] : [(byte)(20 + (node / 200)), (byte)(node % 200), 1, 1]);
}
