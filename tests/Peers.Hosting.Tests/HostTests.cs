using System.Collections.Concurrent;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Peers.Wire;

namespace Peers.Hosting.Tests;

/// <summary>Hosts with an engine in them, over loopback.</summary>
public sealed class HostTests
{
    [Fact(DisplayName = "A host starts an engine that listens, accepts, connects, broadcasts, tells events and stops with it")]
    public async Task A_host_runs_an_engine()
    {
        await using var remote = await Scene.RemoteAsync();
        using var host = Scene.Host(services => services.AddPeers(options => Loopback(options)));
        var engine = host.Services.GetRequiredService<IPeerEngine>();
        var events = engine.EventsAsync();
        await host.StartAsync().WaitAsync(Scene.Patience);
        await engine.Started;

        var ours = Assert.Single(engine.Listening);
        Assert.NotEqual(0, ours.Port);
        await using var outbound = await engine.ConnectAsync(remote.Endpoint).WaitAsync(Scene.Patience);
        await using var theirs = await remote.Engine.ConnectAsync(ours).WaitAsync(Scene.Patience);
        await using var inbound = await engine.AcceptAsync().FirstAsync();
        engine.Broadcast(new PingMessage(77), new PeerFilter(Direction.Inbound));
        await theirs.Messages.ReadAllAsync().FirstAsync(message => message is PingMessage { Nonce: 77 });

        Assert.Equal(2, (await engine.GetPeersAsync()).Length);
        Assert.Equal("10.0.0.0/8", (await engine.BanAsync(Subnet.Parse("10.0.0.0/8"))).Subject.ToString());
        Assert.Single(await engine.GetBansAsync());
        Assert.True(await engine.UnbanAsync(Subnet.Parse("10.0.0.0/8")));
        await host.StopAsync().WaitAsync(Scene.Patience);

        var told = await events.ToListAsync();
        Assert.Equal(2, told.OfType<PeerReady>().Count());
        Assert.Equal(2, told.OfType<PeerStopped>().Count());
        Assert.IsType<DisconnectReason.Requested>(await outbound.WhenStopped);
        Assert.Empty(await engine.AcceptAsync().ToListAsync());
    }

    [Fact(DisplayName = "Who uses the engine before it has started waits for it")]
    public async Task Early_use_waits()
    {
        await using var remote = await Scene.RemoteAsync();
        using var host = Scene.Host(services => services.AddPeers(options => Loopback(options)));
        var engine = host.Services.GetRequiredService<IPeerEngine>();
        var connecting = engine.ConnectAsync(remote.Endpoint);
        engine.Announce(Announcement.Of(InventoryVector.Block(Hash256.Zero)));
        Assert.Throws<InvalidOperationException>(() => engine.Engine);
        Assert.False(connecting.IsCompleted);

        await host.StartAsync();

        await using var peer = await connecting.WaitAsync(Scene.Patience);
        Assert.Equal(remote.Endpoint, peer.Remote.Endpoint);
        await host.StopAsync();
    }

    [Fact(DisplayName = "A port in use fails the start with one line, and leaves nothing behind")]
    public async Task A_port_in_use_fails_the_start()
    {
        using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        holder.Bind(Scene.AnyLoopback);
        holder.Listen();
        using var host = Scene.Host(services => services.AddPeers(options => Loopback(options, holder.LocalEndPoint!.ToString()!)));
        var engine = host.Services.GetRequiredService<IPeerEngine>();

        var fault = await Assert.ThrowsAsync<ListenException>(() => host.StartAsync().WaitAsync(Scene.Patience));

        Assert.StartsWith($"cannot listen on {holder.LocalEndPoint}: ", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
        Assert.Same(fault, await Assert.ThrowsAsync<ListenException>(() => engine.Started));
        await Assert.ThrowsAsync<ListenException>(() => engine.ConnectAsync(Scene.AnyLoopback));
    }

    [Fact(DisplayName = "A stop while connections stand ends within the time that the host gives, even when a remote takes nothing")]
    public async Task A_stop_is_bounded()
    {
        await using var remote = await Scene.RemoteAsync();
        var lines = new ConcurrentQueue<string>();
        using var host = Scene.Host(services =>
        {
            services.AddLogging(logging => logging.AddProvider(new Lines(lines)));
            services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(500));
            services.AddPeers(options =>
            {
                Loopback(options);
                options["connection.close-timeout"] = "1h";
                options.StopTimeout = TimeSpan.FromHours(1);
                options["connection.write-limit"] = "64MiB";
            });
        });
        await host.StartAsync();
        var engine = host.Services.GetRequiredService<IPeerEngine>();
        var theirs = await remote.Engine.ConnectAsync(engine.Listening[0]).WaitAsync(Scene.Patience);
        await using var ours = await engine.AcceptAsync().FirstAsync();

        // The remote's user reads nothing: after its window and the buffers of the kernel are full, what we say waits with us.
        for (var i = 0; i < 200; i++)
        {
            ours.Send(new UnknownMessage("bulk", new byte[200_000]));
        }

        await host.StopAsync().WaitAsync(Scene.Patience); // Not an hour.

        Assert.Contains(lines, line => line.Contains("did not stop within the time that the host gives (HostOptions.ShutdownTimeout)", StringComparison.Ordinal));
        Assert.IsType<DisconnectReason.Requested>(await ours.WhenStopped.WaitAsync(Scene.Patience));
        await theirs.DisposeAsync();
    }

    [Fact(DisplayName = "The settings can be changed in code as the engine starts, with the services of the host")]
    public async Task Settings_are_changed_in_code()
    {
        await using var remote = await Scene.RemoteAsync();
        using var host = Scene.Host(services =>
        {
            services.AddSingleton(new BestChain(4711));
            services.AddPeers(options =>
            {
                Loopback(options);
                options.Change = (provider, settings) => settings with { BestHeight = () => provider.GetRequiredService<BestChain>().Height };
            });
        });
        await host.StartAsync();

        await using var theirs = await remote.Engine.ConnectAsync(host.Services.GetRequiredService<IPeerEngine>().Listening[0]).WaitAsync(Scene.Patience);

        Assert.Equal(4711, theirs.Remote.StartHeight);
        await host.StopAsync();
    }

    [Fact(DisplayName = "The engine's log goes to ILogger")]
    public async Task The_log_goes_to_ILogger()
    {
        await using var remote = await Scene.RemoteAsync();
        var lines = new ConcurrentQueue<string>();
        using var host = Scene.Host(services =>
        {
            services.AddLogging(logging => logging.AddProvider(new Lines(lines)));
            services.AddPeers(options => Loopback(options));
        });
        await host.StartAsync();
        await using (await host.Services.GetRequiredService<IPeerEngine>().ConnectAsync(remote.Endpoint).WaitAsync(Scene.Patience))
        {
        }

        await host.StopAsync();

        Assert.Contains(lines, line => line.StartsWith($"Peers.PeerManagerActor: Peer 1 {remote.Endpoint} Outbound is ready: /peers:", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith($"Peers.PeerManagerActor: Peer 1 {remote.Endpoint} Outbound stopped: ", StringComparison.Ordinal));
    }

    [Fact(DisplayName = "WithPeers starts an engine in the actor system of AddAkka: by registry, by DI, with the system's HOCON under the options")]
    public async Task WithPeers_starts_an_engine()
    {
        await using var remote = await Scene.RemoteAsync();
        using var host = Scene.Host(services =>
        {
            services.AddLogging();
            services.AddAkka("node", akka => akka
                .AddHocon("akka.loglevel = OFF, akka.stdout-loglevel = OFF, peers.user-agent = \"/hocon:1.0/\", peers.network = signet", HoconAddMode.Prepend)
                .WithPeers(Scene.Section(("Network", "testnet4")), options => Loopback(options)));
            services.AddPeerEngine();
        });
        await host.StartAsync().WaitAsync(Scene.Patience);
        var engine = host.Services.GetRequiredService<IPeerEngine>();

        await using var theirs = await remote.Engine.ConnectAsync(engine.Listening[0]).WaitAsync(Scene.Patience);
        var manager = await host.Services.GetRequiredService<IRequiredActor<PeerManager>>().GetAsync();

        Assert.Equal("/hocon:1.0/", theirs.Remote.UserAgent.ToString());
        Assert.Equal("node", engine.Engine.Manager.Path.Address.System);
        Assert.Equal(engine.Engine.Manager, manager);
        await host.StopAsync().WaitAsync(Scene.Patience);
        Assert.True(host.Services.GetRequiredService<ActorSystem>().WhenTerminated.IsCompleted);
        await theirs.WhenStopped.WaitAsync(Scene.Patience);
    }

    [Fact(DisplayName = "A wrong option of WithPeers fails the start of the host and names each wrong key")]
    public async Task WithPeers_validates()
    {
        using var host = Scene.Host(services =>
        {
            services.AddLogging();
            services.AddAkka("node", akka => akka.AddHocon("peers.idle.timeout = soon", HoconAddMode.Prepend).WithPeers(options => options.Network = "moon"));
        });

        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Contains("PeersOptions.Network = moon: expected ", fault.Message, StringComparison.Ordinal);
        Assert.Contains("peers.idle.timeout = soon: expected ", fault.Message, StringComparison.Ordinal);
    }

    private static void Loopback(PeersOptions options, string listen = "127.0.0.1:0")
    {
        options.Network = "regtest";
        options.Listen = [listen];
    }

    private sealed record BestChain(int Height);

    private sealed class Lines(ConcurrentQueue<string> lines, string category = "") : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => new Lines(lines, categoryName);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{category}: {formatter(state, exception)}");

        public void Dispose()
        {
        }
    }
}
