using System.Net;
using Microsoft.AspNetCore.Http;

namespace Peers.Dashboard;

/// <summary>Lets this machine in and nobody else, unless told otherwise; and tells browsers what the page may load: nothing but itself.</summary>
internal sealed class DashboardGuard(PeersDashboardOptions options) : IEndpointFilter
{
    private static readonly string[] Own = ["localhost", "127.0.0.1", "[::1]"];

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
        return WhyNot(http) is { } why
            ? ValueTask.FromResult<object?>(Results.Text(why + "\n", statusCode: StatusCodes.Status403Forbidden))
            : next(context);
    }

    private string? WhyNot(HttpContext http)
    {
        // No address: a connection within the process.
        if (!options.AllowRemote && http.Connection.RemoteIpAddress is { } remote && !IPAddress.IsLoopback(remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote))
        {
            return "This page is for the machine that it runs on; PeersDashboardOptions.AllowRemote lets others see it.";
        }

        var name = http.Request.Host.Host;
        var isAnyName = options.AllowRemote && options.Hosts.Count == 0;
        return isAnyName || Own.Concat(options.Hosts).Contains(name, StringComparer.OrdinalIgnoreCase)
            ? null
            : "This page is not known under that name; PeersDashboardOptions.Hosts lists its names.";
    }
}
