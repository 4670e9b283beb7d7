using System.Diagnostics;
using System.Net;
using Akka.Actor;
using Akka.Configuration;
using Peers.Hostile.Tests.RealSockets;

namespace Peers.Hostile.Tests.Host;

/// <summary>An engine over real sockets and a well-behaved peer of it, for the scenes of <see cref="Program"/>.</summary>
internal sealed class LivingEngine : IAsyncDisposable
{
    private readonly ActorSystem _system;
    private readonly Caller _sentinel;
    private ulong _pings = 1_000;

    private LivingEngine(ActorSystem system, PeerEngine engine, IPEndPoint endpoint, Caller sentinel) =>
        (_system, Engine, Endpoint, _sentinel) = (system, engine, endpoint, sentinel);

    public PeerEngine Engine { get; }

    public IPEndPoint Endpoint { get; }

    public static async Task<LivingEngine> StartAsync(string hocon = "")
    {
        var system = ActorSystem.Create("hostile", ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }"));
        var engine = PeerEngine.Start(system, PeerSettings.From(ConfigurationFactory.ParseString($"peers.network = regtest\n{hocon}").WithFallback(PeerEngine.DefaultConfig)));
        var endpoint = await engine.ListenAsync(new IPEndPoint(IPAddress.Loopback, 0));
        return new LivingEngine(system, engine, endpoint, await Caller.JoinAsync(endpoint, 1));
    }

    /// <summary>The well-behaved peer is answered; how long that took.</summary>
    public async Task<TimeSpan> SentinelIsServedAsync()
    {
        var clock = Stopwatch.StartNew();
        await _sentinel.PingAsync(++_pings);
        return clock.Elapsed;
    }

    public async ValueTask DisposeAsync()
    {
        await SentinelIsServedAsync();
        _sentinel.Dispose();
        await Engine.DisposeAsync();
        await _system.Terminate();
    }
}
