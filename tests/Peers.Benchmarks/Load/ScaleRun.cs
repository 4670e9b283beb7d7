using System.Diagnostics;
using Peers.Wire;
using Spectre.Console;

namespace Peers.Benchmarks.Load;

/// <summary>Very many idle connections to one engine: how long they take to come, what they hold, what they cost at rest, how soon news reaches all.</summary>
internal static class ScaleRun
{
    private const int PingSeconds = 5;

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(int connections, string network)
    {
        OpenFiles.Require(connections);
        using var served = new ServedBlock(null);
        await using var target = await LoadTarget.StartAsync(network, served.File, $"peers.ping.interval = {PingSeconds}s");
        using (var warm = new HandshakeLoad())
        {
            await warm.RunAsync(target);
            await target.CollectAsync();
        }

        var (empty, before, started) = (target.Resident, await target.UsedAsync(), Stopwatch.GetTimestamp());
        var peers = await LoadPeer.ConnectAsync(target.Endpoint, connections, atOnce: 256);
        var (accepting, accepted) = (Stopwatch.GetElapsedTime(started), await target.UsedAsync());
        await target.CollectAsync();
        var memory = (target.Resident - empty) / (double)connections;

        // From now on all of them read, and answer pings.
        var pings = 0L;
        var heard = Array.ConvertAll(peers, peer => peer.ReadUntilAsync(message =>
        {
            _ = message is PingMessage ? Interlocked.Increment(ref pings) : 0;
            return message is InvMessage;
        }));
        await Task.Delay(TimeSpan.FromSeconds(PingSeconds));
        Interlocked.Exchange(ref pings, 0);
        var resting = await target.UsedAsync();
        started = Stopwatch.GetTimestamp();
        await Task.Delay(Rest);
        var (after, rested, pinged) = (await target.UsedAsync(), Stopwatch.GetElapsedTime(started), Interlocked.Read(ref pings));
        var rest = after.Cpu - resting.Cpu;
        started = Stopwatch.GetTimestamp();
        await target.CommandAsync("announce-block");
        await Task.WhenAll(heard);
        var (announcing, announced) = (Stopwatch.GetElapsedTime(started), await target.UsedAsync());
        Array.ForEach(peers, peer => peer.Dispose());

        var table = new Table().Title($"{connections:#,0} idle inbound connections, {network}").MarkdownBorder().AddColumns("what", "figure");
        table.AddRow("all accepted and handshaked", $"{accepting.TotalSeconds:0.00} s, {Figures.Time((accepted.Cpu - before.Cpu) * (1e6 / connections))} of processor time each");
        table.AddRow("memory of a connection", Figures.Bytes(memory));
        table.AddRow("at rest, a ping each in " + PingSeconds + " s", $"{rest / rested * 100:0.0} % of a processor for {pinged / rested.TotalSeconds:#,0} pings a second ({Figures.Time(rest * (1e6 / Math.Max(1, pinged)))} each)");
        table.AddRow("a block announced to all", $"{announcing.TotalMilliseconds:#,0} ms, {Figures.Time((announced.Cpu - after.Cpu) * (1e6 / connections))} of processor time each");
        AnsiConsole.Write(table);
        return 0;
    }
}
