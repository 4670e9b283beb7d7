using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Peers.Crawler;

namespace Peers.Cli;

/// <summary>
/// <c>/metrics</c> for Prometheus, <c>/health</c>: whether the process works, and <c>/ready</c>: whether visits are made. It listens where the user says, and
/// gives away nothing but figures.
/// </summary>
internal sealed class CrawlMetricsServer : IAsyncDisposable
{
    /// <summary>Progress comes every second or so; none for this long means that something hangs.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private readonly CrawlMetrics _metrics = new();
    private readonly TimeProvider _clock;
    private LocalPage? _page;
    private IDisposable? _watching;
    private CrawlProgress _latest = CrawlProgress.None;
    private long _heard;

    private CrawlMetricsServer(TimeProvider clock, IPEndPoint local)
    {
        (_clock, Local) = (clock, local);
        _heard = clock.GetTimestamp();
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Local { get; }

    /// <summary>Where a user wants it.</summary>
    /// <exception cref="UsageException">The text is no address with a port.</exception>
    public static IPEndPoint Endpoint(string at)
    {
        try
        {
            var endpoint = HostAndPort.ParseLocal(at, 0);
            return endpoint.Port > 0 ? endpoint : throw new UsageException($"'{at}': say a port, such as 127.0.0.1:9100");
        }
        catch (UsageException fault)
        {
            throw new UsageException($"--metrics {fault.Message}");
        }
    }

    /// <summary>Listens; before the crawl begins, so that nothing is begun that would have to end for a port in use.</summary>
    /// <exception cref="UsageException">The text is no address with a port.</exception>
    /// <exception cref="CommandFailedException">The port is in use.</exception>
    public static async Task<CrawlMetricsServer?> StartAsync(string? at, TimeProvider clock, CancellationToken stopping)
    {
        if (at is null)
        {
            return null;
        }

        var server = new CrawlMetricsServer(clock, Endpoint(at));
        server._page = await LocalPage.StartAsync("--metrics", server.Local, server.Map, "; choose another port", stopping);
        return server;
    }

    /// <summary>Shows this crawl from now on; before, nothing is ready.</summary>
    public void Watch(Crawl crawl) => _watching = crawl.Subscribe(progress =>
    {
        Volatile.Write(ref _latest, progress);
        Volatile.Write(ref _heard, _clock.GetTimestamp());
        _metrics.Show(progress);
    });

    public ValueTask DisposeAsync()
    {
        _watching?.Dispose();
        return _page?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    private void Map(WebApplication app)
    {
        app.MapGet("/metrics", async context =>
        {
            context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            await _metrics.Registry.CollectAndExportAsTextAsync(context.Response.Body, context.RequestAborted);
        });
        app.MapGet("/health", context => TellAsync(context.Response, isReadyAsked: false));
        app.MapGet("/ready", context => TellAsync(context.Response, isReadyAsked: true));
    }

    private Task TellAsync(HttpResponse response, bool isReadyAsked)
    {
        var progress = Volatile.Read(ref _latest);
        var isAlive = _clock.GetElapsedTime(Volatile.Read(ref _heard)) < Silence || progress.Phase is CrawlPhase.Ended or CrawlPhase.Paused;
        var isWell = isAlive && (!isReadyAsked || progress is { Phase: CrawlPhase.Running, Fault.Length: 0 });
        response.StatusCode = isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        response.ContentType = "application/json";
        return response.WriteAsync(JsonSerializer.Serialize(
            new { ok = isWell, phase = progress.Phase.ToString().ToLowerInvariant(), fault = progress.Fault }, WireJson.Options));
    }
}
