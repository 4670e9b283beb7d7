using System.Collections.Immutable;
using System.Net;
using Akka.Actor;
using Akka.IO;

namespace Peers.TestKit;

/// <summary>
/// One run of an exploration: a simulation with one seed, the faults that befall it, the engines that are watched. A scenario builds its
/// engines here and lets time pass.
/// </summary>
public sealed class ExplorationRun : IDisposable
{
    private static readonly TimeSpan StopSlack = TimeSpan.FromSeconds(30);

    private readonly ExplorationOptions _options;
    private readonly Invariant[] _invariants;
    private readonly Observer _observer;
    private readonly List<SimulatedEngine> _engines = [];
    private readonly List<IActorRef> _actors = [];
    private readonly List<Action> _lasting = [];
    private readonly List<Func<LinkProfile, LinkProfile>> _linkChanges = [];
    private readonly Cancelable _timers;
    private LinkProfile? _link;
    private bool _healed;

    internal ExplorationRun(Simulation simulation, ImmutableArray<PlannedFault> faults, ExplorationOptions options)
    {
        Simulation = simulation;
        Faults = faults;
        _options = options;
        _timers = new Cancelable((IScheduler)simulation.Scheduler);
        _invariants = [.. options.Invariants.Select(make => make())];
        _observer = new Observer(this, _invariants);
        foreach (var invariant in _invariants)
            invariant.Begin(this);
        // Of a fault whose victim was gone already, and to a socket that has just died: Akka.IO's words do not suppress themselves.
        simulation.Declare(lost => lost is { Message: Kill or Tcp.Message, Kind: LostMessageKind.DeadLetter });
    }

    /// <summary>The simulation: its network, its clock, its trace.</summary>
    public Simulation Simulation { get; }

    /// <summary>The seed of this run.</summary>
    public int Seed => Simulation.Seed;

    /// <summary>The faults of this run.</summary>
    public ImmutableArray<PlannedFault> Faults { get; }

    /// <summary>The engines that are watched.</summary>
    public IReadOnlyList<SimulatedEngine> Engines => _engines;

    /// <summary>The connections of those engines so far, those that ended included.</summary>
    public IReadOnlyList<ObservedConnection> Connections => _observer.Connections;

    /// <summary>Those that have not ended.</summary>
    public IReadOnlyList<ObservedConnection> LivingConnections => _observer.Living;

    /// <summary>How many events have happened.</summary>
    public long Events => _observer.Events;

    internal (string Rule, string Detail, TimeSpan At)? Failure { get; private set; }

    internal TimeSpan SampleInterval => _options.SampleInterval;

    /// <summary>Starts an engine that is watched, and stopped when the scenario is over.</summary>
    /// <param name="address">The address of its host.</param>
    /// <param name="hocon">Settings that lie over the defaults; the network is regtest unless they say otherwise.</param>
    /// <param name="change">Changes what HOCON cannot hold.</param>
    public SimulatedEngine Engine(string address, string hocon = "", Func<PeerSettings, PeerSettings>? change = null)
    {
        var engine = new SimulatedEngine(Simulation, Simulation.Network.Host(address), hocon, change);
        _engines.Add(engine);
        _observer.Watch(engine);
        return engine;
    }

    /// <summary>Creates an actor of the scenario's own; it is stopped behind the engines.</summary>
    public IActorRef ActorOf(Props props, string? name = null)
    {
        var actor = Simulation.ActorOf(props, name);
        _actors.Add(actor);
        return actor;
    }

    /// <summary>A source of randomness for <paramref name="purpose"/> that follows from the seed and from nothing else.</summary>
    public Random Random(string purpose) => Simulation.Random($"scenario {purpose}");

    /// <summary>Does something when so much time has passed from now; not at all when the scenario is over by then.</summary>
    public void After(TimeSpan delay, Action action) => ((IActionScheduler)Simulation.Scheduler).ScheduleOnce(delay, action, _timers);

    /// <summary>Lets time pass.</summary>
    public void Advance(TimeSpan time) => Simulation.Advance(time);

    /// <summary>Takes back every fault that lasts, and lets no more strike: for what must come right once the network is whole.</summary>
    public void Heal()
    {
        _healed = true;
        foreach (var end in _lasting.ToArray())
            end();
        _lasting.Clear();
    }

    /// <summary>Fails the run. The first word counts; the run ends when the actors have come to rest.</summary>
    /// <param name="rule">What should hold, in a sentence.</param>
    /// <param name="detail">What was seen instead.</param>
    public void Fail(string rule, string detail) => Failure ??= (rule, detail, Simulation.Elapsed);

    /// <summary>The open connection at that place, counted round; null when there is none.</summary>
    public SimulatedConnection? ConnectionAt(int place)
    {
        var open = Simulation.Network.Connections.Where(connection => connection.IsOpen).ToArray();
        return open.Length == 0 ? null : open[place % open.Length];
    }

    /// <summary>The host at that place, counted round.</summary>
    public SimulatedHost HostAt(int place) => Simulation.Network.Hosts[place % Simulation.Network.Hosts.Count];

    /// <summary>The endpoint at that place on which a host listens, counted round; null when nobody listens.</summary>
    public IPEndPoint? ListeningAt(int place)
    {
        var ports = Simulation.Network.Hosts.SelectMany(host => host.Ports).Where(port => port.IsOpen).ToArray();
        return ports.Length == 0 ? null : ports[place % ports.Length].Endpoint;
    }

    /// <summary>Changes what links of connections to come are like.</summary>
    /// <returns>What changes them back.</returns>
    public Action ChangeLinks(Func<LinkProfile, LinkProfile> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        _link ??= Simulation.Network.DefaultLink;
        _linkChanges.Add(change);
        Relink();
        return () =>
        {
            _linkChanges.Remove(change);
            Relink();
        };
    }

    /// <summary>The observed connection whose actor that is; null when it is none.</summary>
    public ObservedConnection? ConnectionOf(IActorRef peer) => _observer.ConnectionOf(peer);

    internal void Run(Action<ExplorationRun> scenario)
    {
        foreach (var fault in Faults)
            After(fault.At, () => Strike(fault));
        ((IActionScheduler)Simulation.Scheduler).ScheduleRepeatedly(_options.SampleInterval, _options.SampleInterval, _observer.Sample, _timers);
        scenario(this);
        End();
    }

    void IDisposable.Dispose()
    {
        _timers.Dispose();
        _observer.Dispose();
    }

    internal void ThrowIfBroken()
    {
        if (Failure is { } failure)
            throw new SimulationException($"{failure.Rule}: {failure.Detail}");
    }

    // Changes overlap, and end in any order.
    private void Relink() => Simulation.Network.DefaultLink = _linkChanges.Aggregate(_link!, (link, change) => change(link));

    private void Strike(PlannedFault fault)
    {
        if (_healed)
            return;
        Simulation.Trace.Write($"fault {fault}");
        if (fault.Strike(this) is not { } end)
            return;

        _lasting.Add(end);
        After(fault.For, () =>
        {
            if (!_lasting.Remove(end))
                return;
            Simulation.Trace.Write($"fault over {fault}");
            end();
        });
    }

    /// <summary>Stops the engines and lets everything end that will: then nothing may be left.</summary>
    private void End()
    {
        Heal();
        _observer.Sample();
        Simulation.Run();
        _timers.Cancel();
        var managers = _engines.ConvertAll(engine => Watched(engine.Manager));
        _engines.ForEach(engine => engine.Manager.Tell(StopEngine.Instance));
        Advance(_engines.Select(engine => 2 * engine.Settings.StopTimeout).DefaultIfEmpty().Max() + StopSlack);
        foreach (var (engine, manager) in _engines.Zip(managers))
        {
            if (!manager.Of<Terminated>().Any())
                Fail("An engine that is told to stop stops", $"{engine.Host} does not");
        }

        foreach (var actor in _actors)
            Simulation.System.Stop(actor);
        Advance(_options.Settle);
        foreach (var invariant in _invariants)
            invariant.Ended();
        ThrowIfBroken();
    }

    private Recorder Watched(IActorRef actor)
    {
        var watcher = Simulation.Recorder();
        watcher.Watch(actor);
        return watcher;
    }
}
