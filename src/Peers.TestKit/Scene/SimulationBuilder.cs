namespace Peers.TestKit;

/// <summary>
/// Makes a <see cref="PeerScene"/> for any test runner, or for a program.
/// </summary>
/// <example>
/// <code>
/// using var scene = new SimulationBuilder().WithSettings("peers.ping.interval = 1m").Build();
/// var (remote, peer, listener) = scene.Dial();
/// </code>
/// </example>
public sealed class SimulationBuilder
{
    private readonly List<string> _settings = [];
    private int? _seed;
    private LinkProfile? _link;
    private Func<PeerSettings, PeerSettings>? _change;
    private Action<string>? _output;

    /// <summary>Where all randomness comes from; without it <c>PEERS_SEED</c>, else 1.</summary>
    public SimulationBuilder WithSeed(int seed)
    {
        _seed = seed;
        return this;
    }

    /// <summary>HOCON over the engine's defaults, such as <c>peers.stall.enabled = on</c>; the last one said counts.</summary>
    public SimulationBuilder WithSettings(string hocon)
    {
        _settings.Add(hocon);
        return this;
    }

    /// <summary>Changes what HOCON cannot hold: hooks, a network of your own, a catalog with your messages.</summary>
    public SimulationBuilder WithSettings(Func<PeerSettings, PeerSettings> change)
    {
        _change = change;
        return this;
    }

    /// <summary>What the ways between hosts are like.</summary>
    public SimulationBuilder WithLink(LinkProfile link)
    {
        _link = link;
        return this;
    }

    /// <summary>Who is told the conversation, and the line that repeats the run, when the scene is over.</summary>
    public SimulationBuilder WithOutput(Action<string> output)
    {
        _output = output;
        return this;
    }

    /// <summary>Makes the scene.</summary>
    public PeerScene Build()
    {
        var simulation = new Simulation(_seed);
        simulation.Network.DefaultLink = _link ?? simulation.Network.DefaultLink;
        return new PeerScene(simulation, string.Join('\n', _settings), _change, _output);
    }
}
