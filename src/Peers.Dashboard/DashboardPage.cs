using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Peers.Dashboard;

/// <summary>The page itself: three files of the assembly, as they are.</summary>
internal static class DashboardPage
{
    public static void Map(RouteGroupBuilder group)
    {
        var page = Read("dashboard.html");
        group.MapGet("/", (HttpContext http) => http.Request.Path.Value!.EndsWith('/')
            ? Results.Bytes(page, "text/html; charset=utf-8")
            : Results.Redirect($"{http.Request.PathBase}{http.Request.Path}/")); // What the page asks for is below its own path.
        MapFile(group, "dashboard.css", "text/css; charset=utf-8");
        MapFile(group, "dashboard.js", "text/javascript; charset=utf-8");
    }

    private static void MapFile(RouteGroupBuilder group, string name, string type)
    {
        var content = Read(name);
        group.MapGet("/" + name, () => Results.Bytes(content, type));
    }

    private static byte[] Read(string name)
    {
        using var resource = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        var content = new byte[resource.Length];
        resource.ReadExactly(content);
        return content;
    }
}
