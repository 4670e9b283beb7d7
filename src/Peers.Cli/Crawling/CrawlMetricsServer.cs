using System.Net;
using System.Text;
using System.Text.Json;
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

    private readonly HttpListener _listener;
    private readonly CrawlMetrics _metrics = new();
    private readonly TimeProvider _clock;
    private readonly Task _serving;
    private IDisposable? _watching;
    private CrawlProgress _latest = CrawlProgress.None;
    private long _heard;

    private CrawlMetricsServer(HttpListener listener, IPEndPoint local, TimeProvider clock)
    {
        (_listener, Local, _clock) = (listener, local, clock);
        _heard = clock.GetTimestamp();
        _serving = ServeAsync();
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
    public static CrawlMetricsServer? Start(string? at, TimeProvider clock)
    {
        if (at is null)
        {
            return null;
        }

        var endpoint = Endpoint(at);
        // HttpListener knows no address that is all addresses.
        var host = endpoint.Address.Equals(IPAddress.Any) || endpoint.Address.Equals(IPAddress.IPv6Any) ? $"+:{endpoint.Port}" : endpoint.ToString();
        var listener = new HttpListener();
        try
        {
            listener.Prefixes.Add($"http://{host}/");
            listener.Start();
        }
        catch (Exception fault) when (fault is HttpListenerException or System.Net.Sockets.SocketException or ArgumentException)
        {
            listener.Close();
            throw new CommandFailedException($"--metrics {at}: cannot listen there: {OneLine.Of(fault.Message)}");
        }

        return new CrawlMetricsServer(listener, endpoint, clock);
    }

    /// <summary>Shows this crawl from now on; before, nothing is ready.</summary>
    public void Watch(Crawl crawl) => _watching = crawl.Subscribe(progress =>
    {
        Volatile.Write(ref _latest, progress);
        Volatile.Write(ref _heard, _clock.GetTimestamp());
        _metrics.Show(progress);
    });

    public async ValueTask DisposeAsync()
    {
        _watching?.Dispose();
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                await AnswerAsync(await _listener.GetContextAsync());
            }
            catch (Exception fault) when (fault is HttpListenerException or ObjectDisposedException or IOException or InvalidOperationException)
            {
                if (!_listener.IsListening)
                {
                    return;
                }
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var response = context.Response;
        var progress = Volatile.Read(ref _latest);
        var isAlive = _clock.GetElapsedTime(Volatile.Read(ref _heard)) < Silence || progress.Phase is CrawlPhase.Ended or CrawlPhase.Paused;
        switch (context.Request.Url?.AbsolutePath)
        {
            case "/metrics":
                response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
                await _metrics.Registry.CollectAndExportAsTextAsync(response.OutputStream);
                break;
            case "/health":
                await WriteAsync(response, isAlive, progress);
                break;
            case "/ready":
                await WriteAsync(response, isAlive && progress is { Phase: CrawlPhase.Running, Fault.Length: 0 }, progress);
                break;
            default:
                response.StatusCode = (int)HttpStatusCode.NotFound;
                break;
        }
    }

    private static async Task WriteAsync(HttpListenerResponse response, bool isWell, CrawlProgress progress)
    {
        response.StatusCode = (int)(isWell ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable);
        response.ContentType = "application/json";
        await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(
            new { ok = isWell, phase = progress.Phase.ToString().ToLowerInvariant(), fault = progress.Fault }, WireJson.Options)));
    }
}
