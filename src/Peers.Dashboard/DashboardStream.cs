using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Peers.Dashboard;

/// <summary>What the page asks for: the state once, and as server-sent events.</summary>
internal static class DashboardStream
{
    /// <summary>A page that takes nothing for so long is gone, or is somebody who holds a place.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static void Map(RouteGroupBuilder group, DashboardFeed feed)
    {
        group.MapGet("/state", async (CancellationToken cancellation) =>
        {
            try
            {
                return Results.Json(await feed.LookAsync(cancellation), DashboardJson.Default.DashboardState);
            }
            catch (TimeoutException)
            {
                return Results.Text("The engine does not answer: it has stopped.\n", statusCode: StatusCodes.Status503ServiceUnavailable);
            }
        });
        group.MapGet("/events", (Delegate)((HttpContext http) => StreamAsync(http, feed)));
    }

    private static async Task<IResult> StreamAsync(HttpContext http, DashboardFeed feed)
    {
        if (feed.Watch() is not { } watcher)
        {
            return Results.Text("Too many pages are open: PeersDashboardOptions.MostWatchers.\n", statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        try
        {
            http.Response.ContentType = "text/event-stream";
            http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            await WriteAsync(http, "retry: 2000\nevent: history\ndata: "u8.ToArray(), feed.History());
            await foreach (var state in watcher.Reader.ReadAllAsync(http.RequestAborted))
            {
                await WriteAsync(http, "event: state\ndata: "u8.ToArray(), state);
            }
        }
        catch (OperationCanceledException)
        {
            // The page was closed, or reads nothing.
        }
        finally
        {
            feed.Leave(watcher);
        }

        return Results.Empty;
    }

    private static async Task WriteAsync(HttpContext http, byte[] head, ReadOnlyMemory<byte> data)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        patience.CancelAfter(Patience);
        await http.Response.Body.WriteAsync(head, patience.Token);
        await http.Response.Body.WriteAsync(data, patience.Token);
        await http.Response.Body.WriteAsync("\n\n"u8.ToArray(), patience.Token);
        await http.Response.Body.FlushAsync(patience.Token);
    }
}
