using System.CommandLine;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Peers.Cli;

/// <summary>The live page of an engine, served where the user says; it only shows.</summary>
internal sealed class DashboardServer : IAsyncDisposable
{
    private readonly LocalPage _page;

    private DashboardServer(LocalPage page) => _page = page;

    /// <summary>Where the page is.</summary>
    public Uri Address => new(_page.Address, "peers/");

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

        return new DashboardServer(await LocalPage.StartAsync("--dashboard", endpoint, Map, "; choose another port, or :0 for a free one", stopping));

        void Map(WebApplication app)
        {
            app.MapPeers("/peers", engine, options => options.AllowRemote = !IPAddress.IsLoopback(endpoint.Address));
            app.MapGet("/", () => Results.Redirect("/peers/"));
        }
    }

    public ValueTask DisposeAsync() => _page.DisposeAsync();
}
