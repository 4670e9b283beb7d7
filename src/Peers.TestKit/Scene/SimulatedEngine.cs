using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Configuration;

namespace Peers.TestKit;

/// <summary>
/// A production engine on a simulated host: the same actors and the same codec, with the simulation's network, clock and randomness.
/// </summary>
public sealed class SimulatedEngine
{
    private readonly Simulation _simulation;
    private readonly Recorder? _events;

    /// <summary>Starts an engine.</summary>
    /// <param name="simulation">Where it lives.</param>
    /// <param name="host">The host that it runs on.</param>
    /// <param name="hocon">Settings that lie over the defaults; the network is regtest unless they say otherwise.</param>
    /// <param name="change">Changes what HOCON cannot hold.</param>
    public SimulatedEngine(Simulation simulation, SimulatedHost host, string hocon = "", Func<PeerSettings, PeerSettings>? change = null)
        : this(simulation, host, Read(hocon), change, recorded: true)
    {
    }

    /// <summary>Starts an engine with settings that were read already: thousands of engines may share them.</summary>
    /// <param name="simulation">Where it lives.</param>
    /// <param name="host">The host that it runs on.</param>
    /// <param name="settings">The settings; clock and randomness are the simulation's, unless the randomness is seeded already.</param>
    /// <param name="recorded">Whether <see cref="Events"/> keeps what the engine tells: all of it, for ever.</param>
    public SimulatedEngine(Simulation simulation, SimulatedHost host, PeerSettings settings, bool recorded = true)
        : this(simulation, host, settings, null, recorded)
    {
    }

    private SimulatedEngine(Simulation simulation, SimulatedHost host, PeerSettings settings, Func<PeerSettings, PeerSettings>? change, bool recorded)
    {
        ArgumentNullException.ThrowIfNull(simulation);
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(settings);
        _simulation = simulation;
        Host = host;
        settings = settings with
        {
            Clock = simulation.Clock,
            Random = settings.Random is CryptographicRandom ? simulation.Random($"engine {host}") : settings.Random,
            Resolve = name => Task.FromResult(simulation.Network.Resolve(name) is { Count: > 0 } addresses
                ? addresses.ToArray()
                : throw new SocketException((int)SocketError.HostNotFound)),
        };
        Settings = change?.Invoke(settings) ?? settings;
        Manager = simulation.ActorOf(PeerEngine.Props(Settings, host.Tcp));
        if (recorded)
        {
            _events = simulation.Recorder();
            Manager.Tell(new Subscribe(_events.Ref));
            simulation.Run();
        }
    }

    /// <summary>The host that it runs on.</summary>
    public SimulatedHost Host { get; }

    /// <summary>Its settings.</summary>
    public PeerSettings Settings { get; }

    /// <summary>The actor that takes <see cref="ManagerCommand"/>s.</summary>
    public IActorRef Manager { get; }

    /// <summary>Everything that it tells its subscribers.</summary>
    /// <exception cref="InvalidOperationException">It was started with nothing recorded.</exception>
    public Recorder Events => _events ?? throw new InvalidOperationException("This engine was started with nothing recorded.");

    /// <summary>Connections that ended, in order.</summary>
    public IEnumerable<PeerStopped> Stopped => Events.Of<PeerStopped>();

    /// <summary>Accepts connections at the first address of the host.</summary>
    /// <param name="port">The port; 0 for any.</param>
    /// <param name="listener">Who gets the messages of those who connect; null to discard them.</param>
    /// <param name="consumption">When a message counts as consumed.</param>
    public IPEndPoint Listen(int port = 18444, IActorRef? listener = null, Consumption consumption = Consumption.OnDelivery)
    {
        var known = Events.Of<Listening>().Count();
        Manager.Tell(new Listen(
            new IPEndPoint(Host.Addresses[0], port), ActorRefs.Nobody, listener, listener is null ? Consumption.Discard : consumption));
        _simulation.Until(() => Events.Of<Listening>().Count() > known, TimeSpan.FromSeconds(10));
        return Events.Of<Listening>().Last().Local;
    }

    /// <summary>Opens a connection and waits for nothing.</summary>
    /// <returns>Who gets its messages and events.</returns>
    public Recorder Dial(EndPoint remote, Consumption consumption = Consumption.OnDelivery, PeerOptions? options = null)
    {
        var listener = _simulation.Recorder();
        Manager.Tell(new Connect(remote, listener.Ref, consumption, options));
        return listener;
    }

    /// <summary>Opens a connection and waits until its handshake is done.</summary>
    public (PeerReady Peer, Recorder Listener) Connect(
        EndPoint remote, Consumption consumption = Consumption.OnDelivery, PeerOptions? options = null)
    {
        var listener = Dial(remote, consumption, options);
        _simulation.Until(() => listener.Of<PeerReady>().Any(), TimeSpan.FromSeconds(60));
        return (listener.Of<PeerReady>().First(), listener);
    }

    /// <summary>How a connection is doing.</summary>
    public PeerStats Stats(IActorRef peer)
    {
        var asker = _simulation.Recorder();
        peer.Tell(new GetStats(asker.Ref));
        _simulation.Until(() => asker.Of<PeerStats>().Any(), TimeSpan.FromSeconds(1));
        return asker.Of<PeerStats>().First();
    }

    /// <summary>Stops the engine and waits until it is gone.</summary>
    public void Stop()
    {
        var watcher = _simulation.Recorder();
        watcher.Watch(Manager);
        Manager.Tell(StopEngine.Instance);
        _simulation.Until(() => watcher.Of<Terminated>().Any(), TimeSpan.FromSeconds(30));
    }

    /// <summary>Reads settings for any number of engines; the network is regtest unless they say otherwise.</summary>
    /// <param name="hocon">Settings that lie over the defaults.</param>
    public static PeerSettings Read(string hocon) => PeerSettings.From(
        ConfigurationFactory.ParseString(hocon)
            .WithFallback(ConfigurationFactory.ParseString("peers.network = regtest"))
            .WithFallback(PeerEngine.DefaultConfig));
}
