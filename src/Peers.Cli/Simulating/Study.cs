using System.Globalization;
using System.Net;
using Peers.TestKit;

namespace Peers.Cli;

/// <summary>One scenario: a network, what is done to it at which virtual time, and what is told of it in the end.</summary>
internal abstract class Study : IDisposable
{
    private const int ProgressSteps = 200;
    private static readonly IPAddress ObserverAddress = IPAddress.Parse("192.0.2.1");

    private readonly PriorityQueue<Action, (TimeSpan At, int Number)> _plan = new();
    private int _planned;

    protected Study(SimulateValues values, PeerSettings settings, RelayNodeOptions? options = null)
    {
        Values = values;
        Settings = settings;
        Simulation = new Simulation(values.Seed);
        Simulation.Trace.IsOn = values.Trace is not null;
        Simulation.Trace.KeptLines = 0;
        Simulation.Network.DefaultLink = new LinkProfile { Latency = values.Latency, Jitter = values.Latency / 4, Chunks = ReadChunks.Whole };
        Figures = new RelayFigures { Now = () => Simulation.Elapsed };
        Topology = SimulatedTopology.Random(values.Nodes, values.Connections, Simulation.Random("topology"));
        Network = new RelayNetwork(Simulation, Topology, settings, options, Figures);
        Figures.Count(Network.Nodes);
        Chance = Simulation.Random("who does what, when");
    }

    public RelayFigures Figures { get; }

    /// <summary>What is simulated, in a line.</summary>
    public string Title => string.Create(
        CultureInfo.InvariantCulture,
        $"{Values.Scenario}: {Values.Nodes:#,0} nodes, {Values.Connections} dialled by each, {Policy} trickle, links of {Values.Latency.TotalMilliseconds:0.###} ms, seed {Values.Seed}");

    /// <summary>The same for programs.</summary>
    public object Summary => new
    {
        Values.Scenario, Values.Nodes, Values.Connections, Trickle = Policy, Values.Latency, Values.Seed, Values.Transactions, Values.Blocks, Values.For,
    };

    protected SimulateValues Values { get; }

    protected PeerSettings Settings { get; }

    protected Simulation Simulation { get; }

    protected SimulatedTopology Topology { get; }

    protected RelayNetwork Network { get; }

    protected Random Chance { get; }

    protected ObserverNode? Observer { get; private set; }

    /// <summary>The time that is left when everybody has connected.</summary>
    protected TimeSpan Relaying => Values.For - SimulateValues.Connecting;

    private string Policy => Settings.Trickle.Policy.ToString().ToLowerInvariant();

    /// <summary>Writes what happens from now on.</summary>
    public void TraceTo(TextWriter? writer)
    {
        if (writer is not null)
        {
            Simulation.Trace.WriteTo(writer);
            Figures.Trace = new TraceLines(writer, () => Simulation.Elapsed);
        }
    }

    /// <summary>Runs to the end.</summary>
    public void Run(Action<TimeSpan> progress, CancellationToken stopping)
    {
        Plan();
        var step = Values.For / ProgressSteps;
        for (var at = step; Simulation.Elapsed < Values.For; at += step)
        {
            stopping.ThrowIfCancellationRequested();
            RunTo(at < Values.For ? at : Values.For);
            progress(Simulation.Elapsed);
        }
    }

    /// <summary>Tells what came of it.</summary>
    public abstract void Tell(CommandOutput output);

    public void Dispose() => Simulation.Dispose();

    /// <summary>Says what is done when, by <see cref="At"/>.</summary>
    protected abstract void Plan();

    /// <summary>Does something at a virtual time since the start.</summary>
    protected void At(TimeSpan time, Action action) => _plan.Enqueue(action, (time, _planned++));

    /// <summary>A node drawn at random.</summary>
    protected RelayNode AnyNode() => Network.Nodes[Chance.Next(Values.Nodes)];

    /// <summary>Transactions at random times, blocks at even ones, from when all have connected to <paramref name="end"/>.</summary>
    /// <param name="end">When the last of them has been made.</param>
    /// <param name="origin">Who makes one.</param>
    protected void PlanItems(TimeSpan end, Func<RelayNode> origin)
    {
        var time = end - SimulateValues.Connecting;
        for (var i = 0; i < Values.Transactions; i++)
        {
            At(SimulateValues.Connecting + (time * Chance.NextDouble()), () => origin().Announce(Network.Inventory.MakeTransaction()));
        }

        for (var i = 1; i <= Values.Blocks; i++)
        {
            At(SimulateValues.Connecting + (time * i / Values.Blocks), () => origin().MineBlock());
        }
    }

    /// <summary>Lets an observer dial every node while they connect.</summary>
    protected void Observe()
    {
        Observer = new ObserverNode(Simulation, Simulation.Network.Host(ObserverAddress));
        for (var number = 0; number < Network.Nodes.Count; number++)
        {
            var node = Network.Nodes[number];
            At(SimulateValues.Connecting * (0.25 + (0.5 * number / Network.Nodes.Count)), () => Observer.Dial(node.Endpoint));
        }
    }

    private void RunTo(TimeSpan time)
    {
        while (_plan.TryPeek(out var action, out var due) && due.At <= time)
        {
            _plan.Dequeue();
            Simulation.Advance(due.At > Simulation.Elapsed ? due.At - Simulation.Elapsed : TimeSpan.Zero);
            action();
        }

        Simulation.Advance(time - Simulation.Elapsed);
    }
}
