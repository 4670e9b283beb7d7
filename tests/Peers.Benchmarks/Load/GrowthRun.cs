using System.Globalization;
using Spectre.Console;

namespace Peers.Benchmarks.Load;

/// <summary>Whether an operation costs the same however many connections there are, and what each connection costs in memory.</summary>
internal static class GrowthRun
{
    private const int FewestForMemory = 100;

    private static readonly int[] Sizes = [1, 10, 100, 1_000, 5_000];
    private static readonly string[] Targets = ["sockets", "akka-io", "bare-sockets"];

    public static async Task<int> RunAsync(FileInfo? csv, FileInfo? svg, TimeSpan pass)
    {
        OpenFiles.Require(Targets.Length * Sizes[^1]);
        using var served = new ServedBlock(null);
        var points = new List<GrowthPoint>();
        foreach (var connections in Sizes)
        {
            points.AddRange(await MeasureAsync(connections, served.File, pass));
            await Console.Error.WriteLineAsync($"{connections}: {string.Join(", ", points.TakeLast(Targets.Length).Select(point => $"{point.Target} {Figures.Time(point.Ping)} a ping, {Figures.Time(point.Item)} an item"))}");
        }

        Print(points);
        Figures.WriteCsv(csv, "target,connections,ping_cpu_us,inv_item_cpu_us,bytes_per_idle_connection", points.Select(point => (object?[])
            [point.Target, point.Connections, point.Ping.TotalMicroseconds / 1e6, point.Item.TotalMicroseconds / 1e6, point.Memory]));
        if (svg is not null)
        {
            Figures.Write(svg, GrowthPlot.Draw(points));
        }

        return 0;
    }

    private static async Task<IReadOnlyList<GrowthPoint>> MeasureAsync(int connections, FileInfo block, TimeSpan pass)
    {
        var processes = new List<LoadTarget>();
        try
        {
            foreach (var name in Targets)
            {
                processes.Add(await LoadTarget.StartAsync(name, block));
            }

            var memory = new List<double?>();
            foreach (var process in processes)
            {
                memory.Add(await MeasureMemoryAsync(process, connections));
            }

            var pings = await MeasureAsync(processes, () => new PingLoad("ping", connections, burst: 64, atOnce: 16), pass);
            var items = await MeasureAsync(processes, () => IncomingLoad.Inventory("item of inv", connections, atOnce: 16, perMessage: 200, messages: 5), pass);
            return [.. Targets.Select((target, i) => new GrowthPoint(target, connections, pings[i].Cpu, items[i].Cpu, memory[i]))];
        }
        finally
        {
            foreach (var process in processes)
            {
                await process.DisposeAsync();
            }
        }
    }

    private static async Task<IReadOnlyList<Cost>> MeasureAsync(List<LoadTarget> processes, Func<Workload> make, TimeSpan pass)
    {
        var sides = processes.ConvertAll(process => (Load: make(), Target: process));
        try
        {
            return await Workload.MeasureAsync(sides, pass);
        }
        finally
        {
            sides.ForEach(side => side.Load.Dispose());
        }
    }

    /// <summary>What connections that say nothing add to a process that has had some before; null for few, which drown in what else the process does.</summary>
    private static async Task<double?> MeasureMemoryAsync(LoadTarget process, int connections)
    {
        using var warm = new HandshakeLoad();
        await warm.RunAsync(process);
        await process.CollectAsync();
        var before = process.Resident;
        var peers = await LoadPeer.ConnectAsync(process.Endpoint, connections, atOnce: 64);
        await process.CollectAsync();
        var memory = (process.Resident - before) / (double)connections;
        Array.ForEach(peers, peer => peer.Dispose());
        return connections < FewestForMemory ? null : memory;
    }

    private static void Print(List<GrowthPoint> points)
    {
        var table = new Table().Title("Processor time of an operation, and memory of an idle connection, at so many connections").MarkdownBorder();
        table.AddColumn("connections");
        foreach (var target in Targets)
        {
            table.AddColumns($"{target}: ping", "item of inv", "memory");
        }

        foreach (var size in Sizes)
        {
            table.AddRow([
                size.ToString("#,0", CultureInfo.InvariantCulture),
                .. points.Where(point => point.Connections == size).SelectMany(point => (string[])
                    [Figures.Time(point.Ping), Figures.Time(point.Item), point.Memory is { } memory ? Figures.Bytes(memory) : "–"]),
            ]);
        }

        table.AddRow(["most ÷ least", .. Targets.SelectMany(target => (string[])[Spread(target, point => point.Ping), Spread(target, point => point.Item), ""])]);
        AnsiConsole.Write(table);

        string Spread(string target, Func<GrowthPoint, TimeSpan> cost)
        {
            var costs = points.Where(point => point.Target == target).Select(cost).ToArray();
            return Figures.Ratio(costs.Max() / costs.Min());
        }
    }
}

/// <summary>What is measured at one number of connections.</summary>
/// <param name="Target">Which target.</param>
/// <param name="Connections">How many connections.</param>
/// <param name="Ping">Processor time of a million pings with their pongs.</param>
/// <param name="Item">Processor time of a million items of <c>inv</c>.</param>
/// <param name="Memory">Bytes of an idle connection; null where they cannot be told.</param>
internal sealed record GrowthPoint(string Target, int Connections, TimeSpan Ping, TimeSpan Item, double? Memory);
