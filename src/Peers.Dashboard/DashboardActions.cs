using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Peers.Dashboard;

/// <summary>What a person may do by the page: only by a policy of the application, and only from the page itself (antiforgery).</summary>
internal static class DashboardActions
{
    /// <summary>Longer is nothing that the page says.</summary>
    private const int MostBytes = 1024;

    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(30);

    public static void Map(RouteGroupBuilder group, string? policy, Func<CancellationToken, Task<PeerEngine>> engine)
    {
        group.MapGet("/rights", (Delegate)((HttpContext http) => RightsAsync(http, policy)));
        foreach (var action in new[] { "connect", "disconnect", "ban", "unban" })
        {
            group.MapPost("/" + action, (Delegate)((HttpContext http) => ActAsync(http, action, policy, engine)));
        }
    }

    /// <summary>Whether who looks may act, and the token by which the page shows that it is the page.</summary>
    private static async Task<IResult> RightsAsync(HttpContext http, string? policy)
    {
        if (!await MayAsync(http, policy))
        {
            return Results.Json(new Rights(false, null, null), DashboardJson.Default.Rights);
        }

        var tokens = http.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(http);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(new Rights(true, tokens.HeaderName, tokens.RequestToken), DashboardJson.Default.Rights);
    }

    private static async Task<bool> MayAsync(HttpContext http, string? policy) =>
        policy is not null && (await http.RequestServices.GetRequiredService<IAuthorizationService>().AuthorizeAsync(http.User, policy)).Succeeded;

    private static async Task<IResult> ActAsync(HttpContext http, string action, string? policy, Func<CancellationToken, Task<PeerEngine>> engine)
    {
        if (!await MayAsync(http, policy))
        {
            return Answer(policy is null ? "This page only shows; PeersDashboardOptions.ActionsPolicy names who may act." : "You may not do that.", StatusCodes.Status403Forbidden);
        }

        if (!await http.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http))
        {
            return Answer("The request does not come from the page, or the page is old: load it again.", StatusCodes.Status400BadRequest);
        }

        if (await ReadAsync(http) is not { } asked)
        {
            return Answer("Not what the page says.", StatusCodes.Status400BadRequest);
        }

        var (text, status) = await DoAsync(await engine(http.RequestAborted), action, asked, http.RequestAborted);
        return Answer(text, status);
    }

    private static async Task<ActionRequest?> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentLength is not (> 0 and <= MostBytes))
        {
            return null;
        }

        try
        {
            return await JsonSerializer.DeserializeAsync(http.Request.Body, DashboardJson.Default.ActionRequest, http.RequestAborted);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task<(string Text, int Status)> DoAsync(PeerEngine engine, string action, ActionRequest asked, CancellationToken cancellation)
    {
        switch (action)
        {
            case "disconnect" when asked.Peer is { } peer:
                engine.Manager.Tell(new DisconnectPeer(new PeerId(peer), "asked for on the live page"), Akka.Actor.ActorRefs.NoSender);
                return ($"Peer {peer} is being disconnected.", StatusCodes.Status200OK);
            case "connect" when RemoteOf(asked.Address, engine.Settings.Network.DefaultPort) is { } remote:
                return await ConnectAsync(engine, remote, cancellation);
            case "ban" when Subnet.TryParse(asked.Address, out var subject):
                try
                {
                    var ban = await engine.BanAsync(subject, asked.Seconds is { } seconds and > 0 and <= 315_360_000 ? TimeSpan.FromSeconds(seconds) : null, "banned on the live page", cancellation);
                    return ($"{ban.Subject} is banned until {ban.Until:u}.", StatusCodes.Status200OK);
                }
                catch (ArgumentException refused)
                {
                    return (refused.Message, StatusCodes.Status400BadRequest);
                }
            case "unban" when Subnet.TryParse(asked.Address, out var subject):
                return (await engine.UnbanAsync(subject, cancellation) ? $"{subject} is banned no more." : $"{subject} was not banned.", StatusCodes.Status200OK);
            default:
                return ("Expected an address such as 192.0.2.1:8333, or for a ban 192.0.2.0/24.", StatusCodes.Status400BadRequest);
        }
    }

    private static async Task<(string Text, int Status)> ConnectAsync(PeerEngine engine, EndPoint remote, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(ConnectTime);
        var heard = new TaskCompletionSource<PeerEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = engine.Subscribe(happened =>
        {
            if (happened is PeerReady ready && ready.Remote.Endpoint.Equals(remote) || happened is PeerStopped stopped && stopped.Endpoint.Equals(remote))
            {
                heard.TrySetResult(happened);
            }
        });

        // Nobody reads what it says: it is there to be connected, as one by addnode onetry of Bitcoin Core.
        engine.Manager.Tell(new Connect(remote, null, Consumption.Discard, PeerOptions.Default with { Manual = true }), Akka.Actor.ActorRefs.NoSender);
        try
        {
            return await heard.Task.WaitAsync(patience.Token) is PeerReady
                ? ($"Connected to {remote}.", StatusCodes.Status200OK)
                : ($"{remote} could not be connected to; the events say why.", StatusCodes.Status502BadGateway);
        }
        catch (OperationCanceledException)
        {
            return ($"{remote} has not answered yet.", StatusCodes.Status202Accepted);
        }
    }

    private static EndPoint? RemoteOf(string? text, int port)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (IPEndPoint.TryParse(text, out var endpoint))
        {
            return endpoint.Port > 0 ? endpoint : new IPEndPoint(endpoint.Address, port);
        }

        var colon = text.LastIndexOf(':');
        var (host, given) = colon < 0 ? (text, $"{port}") : (text[..colon], text[(colon + 1)..]);
        return Uri.CheckHostName(host) == UriHostNameType.Dns && ushort.TryParse(given, out var number) && number > 0 ? new DnsEndPoint(host, number) : null;
    }

    private static IResult Answer(string text, int status) => Results.Json(new ActionAnswer(text), DashboardJson.Default.ActionAnswer, statusCode: status);
}

/// <summary>What the page asks to be done.</summary>
internal sealed record ActionRequest(long? Peer, string? Address, double? Seconds);

internal sealed record ActionAnswer(string Text);

internal sealed record Rights(bool Actions, string? Header, string? Token);
