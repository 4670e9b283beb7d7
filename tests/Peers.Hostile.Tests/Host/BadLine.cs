using System.Diagnostics;
using System.Globalization;
using System.Net;
using Peers.Hostile.Tests.RealSockets;
using Peers.Wire;

namespace Peers.Hostile.Tests.Host;

/// <summary>A remote behind a bad line, which is all of <see cref="Far"/>: the same words, only slower, and nobody else waits.</summary>
internal static class BadLine
{
    public const string Name = "bad-line";

    /// <summary>The address whose packets the shell has made slow.</summary>
    public static readonly IPAddress Far = IPAddress.Parse("127.0.0.2");

    public static async Task<string> RunAsync(string networkIo, int pings, int junk)
    {
        await using var living = await LivingEngine.StartAsync($"peers.network-io = {networkIo}");
        using var caller = new Caller(Far);
        var clock = Stopwatch.StartNew();
        var talk = TalkAsync(caller, living.Endpoint, pings, junk);
        var slowest = TimeSpan.Zero;
        while (await Task.WhenAny(talk, Task.Delay(TimeSpan.FromMilliseconds(100))) != talk)
        {
            var one = await living.SentinelIsServedAsync();
            slowest = one > slowest ? one : slowest;
        }

        await talk;
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        return string.Create(CultureInfo.InvariantCulture, $"{pings} pings and {junk} bytes in {clock.Elapsed.TotalSeconds:0.0} s, slowest pong of the other one {slowest.TotalMilliseconds:0} ms");
    }

    private static async Task TalkAsync(Caller caller, IPEndPoint engine, int pings, int junk)
    {
        await caller.DialAsync(engine);
        await caller.JoinAsync(2);
        await caller.SayAsync([new UnknownMessage("junk", new byte[junk]), .. Enumerable.Range(1, pings).Select(i => (Message)new PingMessage((ulong)i))]);
        for (var i = 1; i <= pings; i++)
        {
            Assert.Equal((ulong)i, (await caller.HearAsync<PongMessage>()).Nonce);
        }
    }
}
