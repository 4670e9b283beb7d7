using Spectre.Console;

namespace Peers.Benchmarks.Load;

/// <summary>
/// What each kind of load costs the engine, over both of its networks, and what it costs sockets without an engine on the same machine in the same
/// run: the ratio holds on any machine.
/// </summary>
internal static class LoopbackRun
{
    private const string Limit = "bare-sockets";

    private static readonly string[] Networks = ["sockets", "akka-io"];

    public static async Task<int> RunAsync(FileInfo? block, FileInfo? csv, TimeSpan pass)
    {
        using var served = new ServedBlock(block);
        var rows = new List<(string Workload, Dictionary<string, Cost> Costs)>();
        foreach (var make in Workloads(served))
        {
            var sides = new List<(Workload Load, LoadTarget Target)>();
            try
            {
                foreach (var name in (string[])[.. Networks, Limit])
                {
                    var load = make();
                    if (name != Limit || load.HasLimit)
                    {
                        sides.Add((load, await LoadTarget.StartAsync(name, served.File, load.Set)));
                    }
                }

                var costs = await Workload.MeasureAsync(sides, pass);
                rows.Add((sides[0].Load.Name, sides.Zip(costs).ToDictionary(side => side.First.Target.Name, side => side.Second)));
                await Console.Error.WriteLineAsync($"{rows[^1].Workload}: {string.Join(", ", rows[^1].Costs.Select(cost => $"{cost.Key} {Figures.Time(cost.Value.Cpu)}"))}");
            }
            finally
            {
                foreach (var (load, target) in sides)
                {
                    load.Dispose();
                    await target.DisposeAsync();
                }
            }
        }

        Print(rows);
        Figures.WriteCsv(csv, "workload,target,cpu_us,allocated_bytes", rows.SelectMany(row => row.Costs.Select(cost => (object?[])[row.Workload, cost.Key, cost.Value.Cpu.TotalMicroseconds / 1e6, cost.Value.Bytes])));
        return 0;
    }

    private static IEnumerable<Func<Workload>> Workloads(ServedBlock served) =>
    [
        () => new HandshakeLoad(),
        () => new PingLoad("ping → pong, 50 connections, 64 each", 50, 64, 50),
        () => new PingLoad("ping → pong, one at a time", 1, 1, 1),
        () => IncomingLoad.Inventory("item, of inv of 1,000", 1, 1, 1_000, 200),
        IncomingLoad.Transactions,
        IncomingLoad.Headers,
        () => IncomingLoad.Blocks(served.Block),
        () => new BlockOutLoad(served.Block.Hash),
        () => new AnnounceLoad(),
    ];

    private static void Print(List<(string Workload, Dictionary<string, Cost> Costs)> rows)
    {
        var table = new Table().Title("Processor time and allocated bytes of one operation").MarkdownBorder();
        table.AddColumns("operation", "sockets", "bytes", "akka-io", "bytes", "bare sockets", "sockets ÷ bare");
        foreach (var (workload, costs) in rows)
        {
            var bare = costs.GetValueOrDefault(Limit);
            var (sockets, akka) = (costs[Networks[0]], costs[Networks[1]]);
            table.AddRow(
                workload, Figures.Time(sockets.Cpu), Figures.Bytes(sockets.Bytes), Figures.Time(akka.Cpu), Figures.Bytes(akka.Bytes),
                bare is null ? "–" : Figures.Time(bare.Cpu), bare is null ? "–" : Figures.Ratio(sockets.Cpu / bare.Cpu));
        }

        AnsiConsole.Write(table);
    }
}
