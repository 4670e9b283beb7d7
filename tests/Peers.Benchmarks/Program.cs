using System.CommandLine;
using System.Net.Sockets;
using BenchmarkDotNet.Running;
using Peers.Benchmarks.Load;
using Peers.Benchmarks.Target;
using Spectre.Console;

namespace Peers.Benchmarks;

/// <summary>
/// Targets for a load generator (<c>target</c>, <c>bare-sockets</c>), the benchmarks of the parts (<c>parts</c>), and loads on whole engines
/// (<c>loopback</c>, <c>growth</c>, <c>scale</c>, <c>cpu</c>).
/// </summary>
internal static class Program
{
    private static Task<int> Main(string[] arguments)
    {
        var port = new Option<int>("--port") { Description = "Where to listen, on 127.0.0.1.", Required = true };
        var block = new Option<FileInfo>("--block") { Description = "A raw serialized block, which is served.", Required = true };
        block.AcceptExistingOnly();
        var set = new Option<string>("--set") { Description = "Settings of the engine otherwise than the ordinary ones, as HOCON.", DefaultValueFactory = _ => "" };
        var target = new Command("target", "The engine, for a load generator to measure.") { port, block, set };
        target.SetAction(parsed => EngineTarget.RunAsync(parsed.GetValue(port), parsed.GetValue(block)!, parsed.GetValue(set)!));
        var bare = new Command("bare-sockets", "The limit of the machine: sockets that answer pings, without an engine.") { port, block };
        bare.SetAction(parsed => BareSockets.RunAsync(parsed.GetValue(port), parsed.GetValue(block)!));
        var parts = new Command("parts", "Benchmarks of the parts; takes what BenchmarkDotNet takes, such as --filter '*Codec*'.") { TreatUnmatchedTokensAsErrors = false };
        parts.SetAction(_ =>
        {
            var summaries = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(arguments is [_] ? ["--filter", "*"] : arguments[1..]);
            return summaries.All(summary => !summary.HasCriticalValidationErrors && summary.Reports.All(report => report.Success)) ? 0 : 1;
        });
        var csv = new Option<FileInfo?>("--csv") { Description = "Where the figures are written as CSV." };
        var own = new Option<FileInfo?>("--block") { Description = "A raw serialized block to receive and to send; without it one is made." };
        var pass = new Option<double>("--seconds") { Description = "Seconds of each of the three passes.", DefaultValueFactory = _ => 1 };
        var loopback = new Command("loopback", "What an operation costs the engine, over both networks, beside sockets without an engine.") { own, csv, pass };
        loopback.SetAction(parsed => LoopbackRun.RunAsync(parsed.GetValue(own), parsed.GetValue(csv), TimeSpan.FromSeconds(parsed.GetValue(pass))));
        var svg = new Option<FileInfo?>("--svg") { Description = "Where the figures are drawn as SVG." };
        var growth = new Command("growth", "What an operation and an idle connection cost at 1 to 5,000 connections.") { csv, svg, pass };
        growth.SetAction(parsed => GrowthRun.RunAsync(parsed.GetValue(csv), parsed.GetValue(svg), TimeSpan.FromSeconds(parsed.GetValue(pass))));
        var connections = new Option<int>("--connections") { Description = "How many connections.", DefaultValueFactory = _ => 10_000 };
        var network = new Option<string>("--network") { Description = "Whose sockets carry them.", DefaultValueFactory = _ => "sockets" };
        network.AcceptOnlyFromAmong("sockets", "akka-io");
        var scale = new Command("scale", "Very many idle connections to one engine.") { connections, network };
        scale.SetAction(parsed => ScaleRun.RunAsync(parsed.GetValue(connections), parsed.GetValue(network)!));
        var reports = new Argument<string[]>("WORKLOAD=FILE") { Description = "Reports of perf: docs/performance.md says how they are made.", Arity = ArgumentArity.OneOrMore };
        var cpu = new Command("cpu", "The processor's time by part, out of reports of perf.") { reports, csv, svg };
        cpu.SetAction(parsed => CpuRun.Run(parsed.GetRequiredValue(reports), parsed.GetValue(csv), parsed.GetValue(svg)));
        return RunAsync(new RootCommand("Benchmarks of Peers.") { target, bare, parts, loopback, growth, scale, cpu }.Parse(arguments));
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = 200; // A file has room for a table that a screen may not have.
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Exception fault) when (fault is BenchmarkException or SocketException)
        {
            await Console.Error.WriteLineAsync($"Peers.Benchmarks: {fault.Message}");
            return 1;
        }
    }
}
