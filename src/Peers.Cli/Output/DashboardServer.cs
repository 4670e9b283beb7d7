using System.CommandLine;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Peers.Cli;

/// <summary>The live page of an engine, served where the user says; it only shows.</summary>
internal sealed class DashboardServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private DashboardServer(WebApplication app, Uri address) => (_app, Address) = (app, address);

    /// <summary>Where the page is.</summary>
    public Uri Address { get; }

    public static Option<string?> Option() => new("--dashboard")
    {
        Description = "Serve a live page of the engine: an address with a port. Without one: 127.0.0.1 and a free port. Whoever reaches another address sees the page.",
        HelpName = "ENDPOINT",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>Where the user wants the page; null for nowhere.</summary>
    /// <exception cref="UsageException">The text is no address with a port.</exception>
    public static IPEndPoint? EndpointOf(ParseResult parsed, Option<string?> option)
    {
        if (parsed.GetResult(option) is null)
        {
            return null;
        }

        try
        {
            return HostAndPort.ParseLocal(parsed.GetValue(option) ?? ":0", 0);
        }
        catch (UsageException fault)
        {
            throw new UsageException($"--dashboard {fault.Message}");
        }
    }

    /// <exception cref="CommandFailedException">The port is in use, or the address is none of this machine.</exception>
    public static async Task<DashboardServer?> StartAsync(IPEndPoint? endpoint, PeerEngine engine, CancellationToken stopping)
    {
        if (endpoint is null)
        {
            return null;
        }

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(endpoint));
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        var app = builder.Build();
        app.MapPeers("/peers", engine, options => options.AllowRemote = !IPAddress.IsLoopback(endpoint.Address));
        app.MapGet("/", () => Microsoft.AspNetCore.Http.Results.Redirect("/peers/"));
        try
        {
            await app.StartAsync(stopping);
        }
        catch (Exception fault) when (fault is IOException or System.Net.Sockets.SocketException)
        {
            await app.DisposeAsync();
            throw new CommandFailedException($"--dashboard {endpoint}: cannot listen there: {OneLine.Of((fault.InnerException ?? fault).Message)}; choose another port, or :0 for a free one");
        }

        var bound = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return new DashboardServer(app, new Uri(bound, "peers/"));
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(patience.Token); // Pages that are open are cut off.
        await _app.DisposeAsync();
    }

    /// <summary>Ctrl-C is the command's own.</summary>
    private sealed class CommandLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
