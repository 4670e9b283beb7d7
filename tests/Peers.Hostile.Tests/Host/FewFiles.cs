using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Win32.SafeHandles;
using Peers.Hostile.Tests.RealSockets;

namespace Peers.Hostile.Tests.Host;

/// <summary>No file descriptor is left: nothing can be accepted and nothing dialled, until there are some again.</summary>
internal static class FewFiles
{
    public const string Name = "few-files";

    private const int Strangers = 20;
    private const int Threads = 32;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Poverty = TimeSpan.FromSeconds(3);

    public static async Task<string> RunAsync(string networkIo)
    {
        await using var living = await LivingEngine.StartAsync($"peers.network-io = {networkIo}\npeers.connection.connect-timeout = 2s");
        var strangers = Enumerable.Range(0, Strangers).Select(_ => new Caller()).ToList(); // Their sockets are there before there are no more.
        await Assert.ThrowsAsync<PeerUnreachableException>(() => living.Engine.ConnectAsync(Nobody())); // What a dial needs of the runtime is loaded.
        StartThreads();
        var held = TakeAll();
        foreach (var stranger in strangers)
        {
            await stranger.DialAsync(living.Endpoint);
        }

        await SlowestPongAsync(living, Settling); // What is compiled on the way is no work of a loop.
        var (work, clock) = (Environment.CpuUsage.TotalTime, Stopwatch.StartNew());
        var slowest = await SlowestPongAsync(living, Poverty);
        var share = (Environment.CpuUsage.TotalTime - work) / clock.Elapsed;
        var dialled = await Assert.ThrowsAsync<PeerUnreachableException>(() => living.Engine.ConnectAsync(Nobody()));
        Assert.IsType<DisconnectReason.ConnectFailed>(dialled.Reason);
        held.ForEach(one => one.Dispose());
        var again = Stopwatch.StartNew();
        foreach (var stranger in strangers)
        {
            await stranger.JoinAsync((ulong)strangers.IndexOf(stranger) + 100);
        }

        strangers.ForEach(stranger => stranger.Dispose());
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.InRange(share, 0, 0.5);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{held.Count} descriptors taken, {share:0.00} of a processor, slowest pong {slowest.TotalMilliseconds:0} ms, all strangers served {again.Elapsed.TotalMilliseconds:0} ms later, dial: {dialled.Message}");
    }

    private static async Task<TimeSpan> SlowestPongAsync(LivingEngine living, TimeSpan time)
    {
        var slowest = TimeSpan.Zero;
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < time;)
        {
            var one = await living.SentinelIsServedAsync();
            slowest = one > slowest ? one : slowest;
            await Task.Delay(100);
        }

        return slowest;
    }

    /// <summary>.NET ends the process when it must start a thread and cannot read <c>/proc</c>: those that it may need are there before.</summary>
    private static void StartThreads()
    {
        ThreadPool.SetMinThreads(Threads, Threads);
        using var all = new Barrier(Threads + 1);
        for (var i = 0; i < Threads; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(all => all.SignalAndWait(), all, preferLocal: false);
        }

        all.SignalAndWait();
    }

    private static IPEndPoint Nobody() => new(IPAddress.Loopback, 1);

    private static List<SafeFileHandle> TakeAll()
    {
        var held = new List<SafeFileHandle>();
        try
        {
            while (true)
            {
                held.Add(File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            }
        }
        catch (IOException)
        {
            return held;
        }
    }
}
