using System.Net;
using Akka.Actor;
using Akka.Configuration;

namespace Peers.Tests.Conformance;

/// <summary>Engines with btcd's settings over real sockets, for what has to do with bytes.</summary>
public abstract class OverTcp : IAsyncLifetime
{
    protected static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    protected ActorSystem System { get; } = ActorSystem.Create(
        "conformance", ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }"));

    protected static IPEndPoint AnyPort { get; } = new(IPAddress.Loopback, 0);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => System.Terminate();

    /// <summary>An engine with btcd's settings on regtest, but for what is said otherwise.</summary>
    protected PeerEngine Start(string name, string hocon = "", Func<PeerSettings, PeerSettings>? change = null)
    {
        var settings = PeerSettings.From(
            ConfigurationFactory.ParseString(hocon)
                .WithFallback(ConfigurationFactory.ParseString("peers.network = regtest"))
                .WithFallback(ConfigurationFactory.ParseString(BtcdSettings.Text))
                .WithFallback(PeerEngine.DefaultConfig));
        return PeerEngine.Start(System, change?.Invoke(settings) ?? settings, name);
    }

    /// <summary>Statistics follow what they count: this waits until they show it.</summary>
    protected static async Task<PeerStats> StatsWhenAsync(IPeer peer, Func<PeerStats, bool> shown)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(shown);
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var stats = await peer.GetStatsAsync();
            if (shown(stats))
            {
                return stats;
            }

            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
