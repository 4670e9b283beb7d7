using System.CommandLine;
using Peers.Wire;

namespace Peers.Cli;

/// <summary><c>peers simulate</c>: networks of whole engines in virtual time.</summary>
internal static class SimulateCommand
{
    private const string Needs = """
        peers {
          network = regtest
          services = [network, witness]
        }
        """;

    public static Command Create(CommonOptions common, CommandEnvironment environment)
    {
        var command = new Command("simulate", "Simulates a network of whole engines in virtual time: the same seed gives the same output, always.");
        command.Add(Relay(common, environment));
        command.Add(Partition(common, environment));
        command.Add(Eclipse(common, environment));
        command.Add(Churn(common, environment));
        return command;
    }

    private static Command Relay(CommonOptions common, CommandEnvironment environment)
    {
        var command = new Command("relay", "Transactions and blocks spread over a random network: how fast, and at what cost.");
        return WithStudy(command, new SimulateOptions("10m"), common, environment, (_, values, settings) => new RelayStudy(values, settings));
    }

    private static Command Partition(CommonOptions common, CommandEnvironment environment)
    {
        var apart = SimulateOptions.Duration("--apart", "How long the two halves of the network do not reach each other.", "4m");
        var command = new Command("partition", "Two halves of the network are apart for a while: what stops, and how it goes on.") { apart };
        return WithStudy(command, new SimulateOptions("15m"), common, environment, (parsed, values, settings) => new PartitionStudy(values, settings, parsed.GetValue(apart)));
    }

    private static Command Eclipse(CommonOptions common, CommandEnvironment environment)
    {
        var share = SimulateOptions.Number("--share", "How likely a connection of a victim is the attacker's, in percent.", 50, 0, 100);
        var victims = SimulateOptions.Number("--victims", "Victims, besides the nodes of the network.", 50, 1, 10_000);
        var command = new Command("eclipse", "An attacker holds a share of the victims' connections: what they hear, and when.") { share, victims };
        return WithStudy(
            command, new SimulateOptions("10m"), common, environment,
            (parsed, values, settings) => new EclipseStudy(values, settings, parsed.GetValue(share), parsed.GetValue(victims)));
    }

    private static Command Churn(CommonOptions common, CommandEnvironment environment)
    {
        var stay = SimulateOptions.Duration("--stay", "The mean time that a node stays.", "10m");
        var away = SimulateOptions.Duration("--away", "The mean time that a node is away.", "5m");
        var command = new Command("churn", "Nodes leave and come back: who reaches whom, and what spreads.") { stay, away };
        return WithStudy(
            command, new SimulateOptions("20m"), common, environment,
            (parsed, values, settings) => new ChurnStudy(values, settings, parsed.GetValue(stay), parsed.GetValue(away)));
    }

    private static Command WithStudy(
        Command command, SimulateOptions options, CommonOptions common, CommandEnvironment environment,
        Func<ParseResult, SimulateValues, PeerSettings, Study> create)
    {
        options.AddTo(command);
        command.SetAction((parsed, stopping) => Task.FromResult(Run(parsed, options.Read(parsed), common.Read(parsed), environment, create, stopping)));
        return command;
    }

    private static int Run(
        ParseResult parsed, SimulateValues values, CommonValues common, CommandEnvironment environment,
        Func<ParseResult, SimulateValues, PeerSettings, Study> create, CancellationToken stopping)
    {
        var settings = SettingsSource.Read(common).Settings(Needs);
        if (settings.Network != BitcoinNetwork.Regtest)
        {
            throw new UsageException($"a simulation has a regtest chain: leave out network {settings.Network.Name}");
        }

        settings = values.Trickle is { } policy ? settings with { Trickle = settings.Trickle with { Policy = policy } } : settings;

        // All files before the first event: an hour of simulation must not end at a path that cannot be written.
        using var trace = OutputFile.Open(values.Trace);
        using var csv = OutputFile.Open(values.Csv);
        using var plot = OutputFile.Open(values.Plot);
        using var study = create(parsed, values, settings);
        var output = new CommandOutput(environment, common.Json);
        study.TraceTo(trace?.Writer);
        output.Tell("network", study.Summary, study.Title);
        SimulationProgress.Run(environment, values, progress => study.Run(progress, stopping));
        study.Tell(output);
        csv?.Write(writer => ItemsCsv.Write(writer, study.Figures));
        plot?.Write(writer => PropagationPlot.Write(writer, study.Figures, study.Title));
        trace?.Close();
        return ExitCode.Success;
    }
}
