using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Peers.Cli;

/// <summary>What a command serves over HTTP while it runs. It ends with the command, whoever still reads.</summary>
internal sealed class LocalPage : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LocalPage(WebApplication app, Uri address) => (_app, Address) = (app, address);

    /// <summary>Where it is served.</summary>
    public Uri Address { get; }

    /// <param name="option">Who says where, such as <c>--metrics</c>.</param>
    /// <param name="endpoint">Where; port 0 is a free one.</param>
    /// <param name="map">What is served.</param>
    /// <param name="advice">What to do when that does not go, or nothing.</param>
    /// <param name="stopping">Gives up.</param>
    /// <exception cref="CommandFailedException">The port is in use, or the address is none of this machine.</exception>
    public static async Task<LocalPage> StartAsync(string option, IPEndPoint endpoint, Action<WebApplication> map, string advice, CancellationToken stopping)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(endpoint));
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        var app = builder.Build();
        map(app);
        try
        {
            await app.StartAsync(stopping);
        }
        catch (Exception fault) when (fault is IOException or System.Net.Sockets.SocketException)
        {
            await app.DisposeAsync();
            throw new CommandFailedException($"{option} {endpoint}: cannot listen there: {OneLine.Of((fault.InnerException ?? fault).Message)}{advice}");
        }

        return new LocalPage(app, new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()));
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
