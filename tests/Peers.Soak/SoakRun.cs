using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Peers.Cli;

namespace Peers.Soak;

/// <summary>
/// Many peers for a long time: after the warm-up what the engine holds may go up and down and must not grow; when all are gone, so is what was
/// theirs.
/// </summary>
internal sealed class SoakRun(int peers, TimeSpan duration, int seed)
{
    private const int Dialled = 8;

    // Inbound as many as there are, and networks enough: who is let in is another test's.
    private const string Hocon =
        """
        peers.listen.max-inbound = 1000
        peers.outbound.allow-duplicates = on
        peers.ping.interval = 5s
        peers.stall.enabled = on
        """;

    private readonly TrafficCounters _counters = new();
    private readonly List<(TimeSpan At, Measures Measures)> _samples = [];

    /// <returns>0 when nothing grows, else 1.</returns>
    public async Task<int> RunAsync()
    {
        var chain = DemoChain.Make(EngineUnderTest.Blocks);
        await using var engine = await EngineProcess.StartAsync(Hocon);
        var before = await engine.MeasureAsync();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{peers} peers, {duration.TotalMinutes:0.#} min, seed {seed}; the engine is a process of its own at {engine.Endpoint}"));
        Console.WriteLine("{0,8} {1,6} {2,9} {3,9} {4,8} {5,7} {6,8} {7,10} {8,12} {9,12}", "time", "peers", "heap KiB", "RSS KiB", "handles", "actors", "lost", "unhandled", "connections", "messages");
        Print(TimeSpan.Zero, before);

        using var stopping = new CancellationTokenSource();
        var traffic = await BeginAsync(engine, chain, stopping.Token);
        var start = Stopwatch.GetTimestamp();
        var interval = TimeSpan.FromSeconds(Math.Clamp(duration.TotalSeconds / 18, 5, 60));
        while (Stopwatch.GetElapsedTime(start) < duration && !engine.HasExited)
        {
            await Task.Delay(interval);
            var measures = await engine.MeasureAsync();
            _samples.Add((Stopwatch.GetElapsedTime(start), measures));
            Print(_samples[^1].At, measures);
        }

        await engine.RestAsync();
        await stopping.CancelAsync();
        await Task.WhenAll(traffic);
        var after = await QuietAsync(engine, before);
        Print(Stopwatch.GetElapsedTime(start), after);
        return Judge(before, after);
    }

    private async Task<List<Task>> BeginAsync(EngineProcess engine, DemoChain chain, CancellationToken stopping)
    {
        var tasks = Enumerable.Range(0, peers - Dialled).Select(number => new TrafficPeer(number, seed, engine.Endpoint, chain, _counters).DialAsync(stopping)).ToList();
        for (var number = peers - Dialled; number < peers; number++)
        {
            var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            var peer = new TrafficPeer(number, seed, engine.Endpoint, chain, _counters);
            listener.Bind(new IPEndPoint(peer.Address, 0));
            listener.Listen();
            tasks.Add(AcceptAsync(listener, peer, stopping));
            await engine.DialAsync((IPEndPoint)listener.LocalEndPoint!);
        }

        return tasks;
    }

    private static async Task AcceptAsync(Socket listener, TrafficPeer peer, CancellationToken stopping)
    {
        using (listener)
        {
            while (!stopping.IsCancellationRequested)
            {
                try
                {
                    using var remote = await Remote.AcceptAsync(listener, stopping);
                    await peer.LiveAsync(remote, stopping);
                }
                catch (Exception ended) when (ended is OperationCanceledException or SocketException)
                {
                    // The next one.
                }
            }
        }
    }

    /// <summary>Everybody is gone: waits until the engine has noticed, within a time in which every deadline of a connection that ends has fired.</summary>
    private static async Task<Measures> QuietAsync(EngineProcess engine, Measures before)
    {
        var start = Stopwatch.GetTimestamp();
        var measures = await engine.MeasureAsync();
        while ((measures.Peers > 0 || measures.Actors > before.Actors) && Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30))
        {
            await Task.Delay(500);
            measures = await engine.MeasureAsync();
        }

        return measures;
    }

    private int Judge(Measures before, Measures after)
    {
        // The first third warms up: code is compiled, pools and tables reach their size.
        var warm = _samples.Where(sample => sample.At >= duration / 3).ToList();
        var hours = (warm[^1].At - warm[0].At).TotalHours;
        var last = warm[^1].Measures;

        // What a peer may know of grows with its life, of two minutes at most: in a short run that is not over yet.
        var young = hours < 0.1 ? 3 * 1024 : 0;
        (string What, double Found, double Most, string Unit)[] rules =
        [
            ("heap grows by", Slope(warm, measures => measures.Heap) * hours / 1024, 1024 + young + (1024 * hours), "KiB"),
            ("RSS grows by", Slope(warm, measures => measures.Resident) * hours / 1024, 8192 + (1024 * hours), "KiB"),
            ("handles grow by", Slope(warm, measures => measures.Handles - measures.Peers) * hours, 3, ""),
            ("actors a peer grow by", Slope(warm, measures => measures.Actors / Math.Max(1.0, measures.Peers)) * hours, 0.5, ""),
            ("dead letters", last.DeadLetters, 0, ""),
            ("unhandled messages and errors", last.Unhandled, 0, ""),
            ("crashed connections", last.Stopped.GetValueOrDefault(nameof(DisconnectReason.InternalError)), 0, ""),
            ("peers left when all are gone", after.Peers, 0, ""),
            ("actors more than before", after.Actors - before.Actors, 0, ""),
            ("handles more than before", after.Handles - before.Handles, 40, ""), // The runtime's own: two for each assembly that was first needed meanwhile.
        ];

        Console.WriteLine();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{_counters.Connections:N0} connections, {_counters.Refused:N0} refused or unanswered; {_counters.Sent:N0} messages said to the engine, {_counters.Received:N0} heard from it"));
        Console.WriteLine("ends: {0}", string.Join(", ", last.Stopped.OrderByDescending(reason => reason.Value).Select(reason => $"{reason.Key} {reason.Value}")));
        foreach (var lost in last.Lost)
        {
            Console.WriteLine("lost: {0}", lost);
        }

        foreach (var (what, found, most, unit) in rules)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(found <= most ? "ok  " : "FAIL")} {what,-32} {found,10:0.0} {unit,-3} (at most {most:0.0})"));
        }

        return rules.All(rule => rule.Found <= rule.Most) && _counters.Connections > peers ? 0 : 1;
    }

    /// <summary>What a straight line through the samples gains in an hour.</summary>
    private static double Slope(IReadOnlyCollection<(TimeSpan At, Measures Measures)> samples, Func<Measures, double> of)
    {
        var (x, y) = (samples.Average(sample => sample.At.TotalHours), samples.Average(sample => of(sample.Measures)));
        var spread = samples.Sum(sample => Math.Pow(sample.At.TotalHours - x, 2));
        return spread == 0 ? 0 : samples.Sum(sample => (sample.At.TotalHours - x) * (of(sample.Measures) - y)) / spread;
    }

    private void Print(TimeSpan at, Measures measures) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{at,8:h\\:mm\\:ss} {measures.Peers,6} {measures.Heap / 1024,9:N0} {measures.Resident / 1024,9:N0} {measures.Handles,8} {measures.Actors,7} {measures.DeadLetters,8} {measures.Unhandled,10} {_counters.Connections,12:N0} {_counters.Sent + _counters.Received,12:N0}"));
}
