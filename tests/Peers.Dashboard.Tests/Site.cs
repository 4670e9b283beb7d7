using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json;
using Akka.Actor;
using Akka.Configuration;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Peers.Hosting;

namespace Peers.Dashboard.Tests;

/// <summary>An application with an engine and its page, on a free port of this machine; and remotes that connect to it.</summary>
internal sealed class Site : IAsyncDisposable
{
    /// <summary>Longer than anything here takes; a test that waits so long has failed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly WebApplication _app;
    private readonly ActorSystem _remotes = ActorSystem.Create("remotes", ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }"));
    private int _named;

    private Site(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Urls.Single());
        Engine = app.Services.GetRequiredService<IPeerEngine>();
        Http = new HttpClient { BaseAddress = new Uri(Address, "peers/") };
    }

    public Uri Address { get; }

    public IPeerEngine Engine { get; }

    public HttpClient Http { get; }

    public static async Task<Site> StartAsync(Action<PeersDashboardOptions>? configure = null, string peers = "")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddPeers(options => (options.Network, options.Listen, options.Hocon) = ("regtest", ["127.0.0.1:0"], peers));
        builder.Services.AddAntiforgery();
        builder.Services.AddAuthentication("header").AddScheme<AuthenticationSchemeOptions, HeaderUser>("header", null);
        builder.Services.AddAuthorization(options => options.AddPolicy("operators", policy => policy.RequireRole("operator")));
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapPeers("/peers", configure);
        await app.StartAsync();
        return new Site(app);
    }

    /// <summary>A remote that connects to the engine.</summary>
    public async Task<IPeer> RemoteAsync(string userAgent = "/remote:1.0/")
    {
        var engine = PeerEngine.Start(_remotes, SettingsOf() with { UserAgent = userAgent }, $"remote-{++_named}");
        return await engine.ConnectAsync(Engine.Listening[0]).WaitAsync(Patience);
    }

    /// <summary>A node that listens.</summary>
    public async Task<IPEndPoint> ListeningAsync() =>
        await PeerEngine.Start(_remotes, SettingsOf(), $"remote-{++_named}").ListenAsync(new IPEndPoint(IPAddress.Loopback, 0));

    /// <summary>The next state that the page would be told and that is as wanted.</summary>
    public async Task<JsonElement> UntilAsync(Func<JsonElement, bool> isSo)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var stream = new StreamReader(await Http.GetStreamAsync("events", patience.Token));
        var kind = "";
        while (await stream.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                kind = line[7..];
            }
            else if (kind == "state" && line.StartsWith("data: ", StringComparison.Ordinal) && JsonDocument.Parse(line[6..]).RootElement is var state && isSo(state))
            {
                return state;
            }
        }

        throw new InvalidOperationException("the stream has ended");
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync().WaitAsync(Patience);
        await _app.DisposeAsync();
        await _remotes.Terminate();
    }

    private static PeerSettings SettingsOf() => PeerSettings.From(ConfigurationFactory.ParseString("peers.network = regtest").WithFallback(PeerEngine.DefaultConfig));

    /// <summary>Whoever says that he is an operator is one.</summary>
    private sealed class HeaderUser(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (Request.Headers["X-Role"].FirstOrDefault() is not { } role)
            {
                return Task.FromResult(AuthenticateResult.NoResult());
            }

            var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, "somebody"), new Claim(ClaimTypes.Role, role)], Scheme.Name);
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name)));
        }
    }
}
