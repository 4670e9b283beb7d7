using System.CommandLine;
using System.Globalization;

namespace Peers.Cli;

/// <summary>The options that every scenario of <c>peers simulate</c> has.</summary>
internal sealed class SimulateOptions
{
    private readonly Option<int> _nodes = Number("--nodes", "Nodes of the network, each a whole engine.", 100, 2, 60_000);
    private readonly Option<int> _connections = Number("--connections", "How many others each node dials.", 8, 1, 64);
    private readonly Option<int> _seed = Number("--seed", "Where all chance comes from: the same seed, the same output.", 1, 0, int.MaxValue);
    private readonly Option<int> _transactions = Number("--transactions", "Transactions that are announced, by nodes drawn at random.", 100, 0, 100_000);
    private readonly Option<int> _blocks = Number("--blocks", "Blocks that are mined, by nodes drawn at random.", 3, 0, 1_000);

    private readonly Option<TimeSpan> _for;
    private readonly Option<TimeSpan> _latency = Duration("--latency", "The least time that a byte is on its way between two hosts; up to a quarter more is drawn.", "20ms");

    private readonly Option<TricklePolicy?> _trickle = new("--trickle")
    {
        Description = "When transactions are announced: poisson (as Bitcoin Core), fixed (as btcd) or immediate.",
        HelpName = "POLICY",
        CustomParser = result =>
        {
            TricklePolicy? policy = result.Tokens[0].Value switch
            {
                "poisson" => TricklePolicy.Poisson,
                "fixed" => TricklePolicy.Fixed,
                "immediate" => TricklePolicy.Immediate,
                _ => null,
            };
            if (policy is null)
            {
                result.AddError($"--trickle {result.Tokens[0].Value}: expected fixed, poisson or immediate");
            }

            return policy;
        },
    };

    private readonly Option<string?> _csv = File("--csv", "Writes a line for each transaction and block: when it was where.", "FILE.csv");
    private readonly Option<string?> _plot = File("--plot", "Draws how transactions and blocks spread, and a histogram of their times.", "FILE.svg");
    private readonly Option<string?> _trace = File("--trace", "Writes what happened, one JSON object a line, as it happens.", "FILE.ndjson");

    public SimulateOptions(string duration) =>
        _for = Duration("--for", "How long it runs, in virtual time; the first half minute is for connecting.", duration);

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_nodes, _connections, _seed, _transactions, _blocks, _for, _latency, _trickle, _csv, _plot, _trace])
        {
            command.Add(option);
        }
    }

    /// <exception cref="UsageException">Values do not go together.</exception>
    public SimulateValues Read(ParseResult parsed)
    {
        var values = new SimulateValues(
            parsed.CommandResult.Command.Name, parsed.GetValue(_nodes), parsed.GetValue(_connections), parsed.GetValue(_seed), parsed.GetValue(_transactions),
            parsed.GetValue(_blocks), parsed.GetValue(_for), parsed.GetValue(_latency), parsed.GetValue(_trickle), parsed.GetValue(_csv),
            parsed.GetValue(_plot), parsed.GetValue(_trace));
        if (values.Connections >= values.Nodes)
        {
            throw new UsageException(string.Create(
                CultureInfo.InvariantCulture, $"--connections {values.Connections}: a network of {values.Nodes} nodes has {values.Nodes - 1} others to dial at most"));
        }

        if (values.For < SimulateValues.LeastTime)
        {
            throw new UsageException($"--for: at least {SimulateValues.LeastTime.TotalMinutes:0}m, of which 30s are for connecting");
        }

        if (values.Latency > SimulateValues.MostLatency)
        {
            throw new UsageException($"--latency: at most {SimulateValues.MostLatency.TotalSeconds:0}s, or no handshake would be done in time");
        }

        return values;
    }

    public static Option<int> Number(string name, string description, int preset, int least, int most) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => preset,
        CustomParser = OptionValue.Number(least, most),
    };

    public static Option<TimeSpan> Duration(string name, string description, string preset) => new(name)
    {
        Description = description,
        HelpName = "DURATION",
        DefaultValueFactory = _ => OptionValue.ParseDuration(preset)!.Value,
        CustomParser = OptionValue.Duration,
    };

    private static Option<string?> File(string name, string description, string help) => new(name) { Description = description, HelpName = help };
}

/// <summary>What the user chose of <see cref="SimulateOptions"/>.</summary>
internal sealed record SimulateValues(
    string Scenario, int Nodes, int Connections, int Seed, int Transactions, int Blocks, TimeSpan For, TimeSpan Latency, TricklePolicy? Trickle,
    string? Csv, string? Plot, string? Trace)
{
    public static TimeSpan LeastTime { get; } = TimeSpan.FromMinutes(1);

    public static TimeSpan MostLatency { get; } = TimeSpan.FromSeconds(3);

    /// <summary>The time that nodes have to connect before anything is relayed.</summary>
    public static TimeSpan Connecting { get; } = TimeSpan.FromSeconds(30);
}
