using System.Net;
using Akka.Actor;
using Akka.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Peers.Hosting.Tests;

/// <summary>What the tests of hosts share.</summary>
internal static class Scene
{
    /// <summary>Longer than anything here takes; a test that waits so long has failed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static readonly IPEndPoint AnyLoopback = new(IPAddress.Loopback, 0);

    public static IHost Host(Action<IServiceCollection> services)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        services(builder.Services);
        return builder.Build();
    }

    public static IConfigurationSection Section(params (string Key, string? Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Peers:{setting.Key}", setting.Value))).Build().GetSection("Peers");

    /// <summary>Another node: an engine in a system of its own, with no host around it.</summary>
    public static async Task<Remote> RemoteAsync(string hocon = "")
    {
        var system = ActorSystem.Create("remote", ConfigurationFactory.ParseString($"akka.loglevel = OFF, akka.stdout-loglevel = OFF, peers.network = regtest\n{hocon}"));
        var engine = PeerEngine.Start(system);
        return new Remote(system, engine, await engine.ListenAsync(AnyLoopback));
    }

    internal sealed record Remote(ActorSystem System, PeerEngine Engine, IPEndPoint Endpoint) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Engine.StopAsync();
            await System.Terminate();
        }
    }
}
