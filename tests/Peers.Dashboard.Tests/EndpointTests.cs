using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;

namespace Peers.Dashboard.Tests;

/// <summary>What is answered to whom, over HTTP.</summary>
public sealed class EndpointTests
{
    [Fact(DisplayName = "The page and its files come from the application itself, and may load nothing else")]
    public async Task The_page()
    {
        await using var site = await Site.StartAsync();
        foreach (var (path, type) in new[] { ("", "text/html"), ("dashboard.css", "text/css"), ("dashboard.js", "text/javascript") })
        {
            using var response = await site.Http.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(type, response.Content.Headers.ContentType!.MediaType);
            Assert.StartsWith("default-src 'none'; script-src 'self'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            Assert.DoesNotContain("http", (await response.Content.ReadAsStringAsync()).Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
        }

        using var bare = await new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }).GetAsync(new Uri(site.Address, "peers?x=1"));
        Assert.Equal((HttpStatusCode.Found, "/peers/"), (bare.StatusCode, bare.Headers.Location!.ToString()));
    }

    [Fact(DisplayName = "The state tells who is connected, how, and what was said")]
    public async Task The_state()
    {
        await using var site = await Site.StartAsync();
        await using var remote = await site.RemoteAsync();
        var state = await site.Http.GetFromJsonAsync<JsonElement>("state");
        Assert.Equal("regtest", state.GetProperty("network").GetString());
        var peer = Assert.Single(state.GetProperty("peers").EnumerateArray());
        Assert.Equal(("Inbound", "Ready", "/remote:1.0/", "v1", "IPv4"), (Text(peer, "type"), Text(peer, "phase"), Text(peer, "userAgent"), Text(peer, "transport"), Text(peer, "network")));
        Assert.True(peer.GetProperty("received").GetInt64() > 100);
        Assert.Equal(0, state.GetProperty("outbound").GetProperty("target").GetInt32());
    }

    [Fact(DisplayName = "Events come while a page is open: a peer that comes, and goes, with its reason")]
    public async Task Events()
    {
        await using var site = await Site.StartAsync();
        var ready = site.UntilAsync(state => state.GetProperty("events").EnumerateArray().Any(row => Text(row, "kind") == "ready"));
        var stopped = site.UntilAsync(state => state.GetProperty("events").EnumerateArray().Any(row => Text(row, "kind") == "stopped"));
        await site.UntilAsync(_ => true); // The others watch, too.
        var remote = await site.RemoteAsync();
        await ready;
        await remote.DisconnectAsync();
        var row = (await stopped).GetProperty("events").EnumerateArray().First();
        Assert.StartsWith("remote closed: Phase = Ready", Text(row, "text"), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "The page of an engine that keeps connections tells its target and its address book")]
    public async Task Kept()
    {
        await using var site = await Site.StartAsync();
        site.Engine.Engine.KeepOutbound();
        site.Engine.AddAddresses([new(0, Wire.ServiceFlags.Network | Wire.ServiceFlags.Witness, Wire.NetworkEndpoint.From(IPEndPoint.Parse("192.0.2.1:18444")))]);
        var state = await site.UntilAsync(state => state.GetProperty("book").GetArrayLength() > 0);
        Assert.Equal(8, state.GetProperty("outbound").GetProperty("target").GetInt32());
        Assert.Equal("IPv4", Text(state.GetProperty("book")[0], "network"));
    }

    [Theory(DisplayName = "Under a foreign name the page is not known: a page elsewhere cannot reach it by a name of its own")]
    [InlineData("evil.example", HttpStatusCode.Forbidden)]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("[::1]:80", HttpStatusCode.OK)]
    [InlineData("node.example", HttpStatusCode.OK)]
    public async Task Names(string host, HttpStatusCode expected)
    {
        await using var site = await Site.StartAsync(options => options.Hosts.Add("node.example"));
        foreach (var path in new[] { "", "state", "rights" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = host } };
            Assert.Equal(expected, (await site.Http.SendAsync(request)).StatusCode);
        }
    }

    [Theory(DisplayName = "Another machine sees nothing, unless that is asked for")]
    [InlineData("192.0.2.7", false, false)]
    [InlineData("192.0.2.7", true, true)]
    [InlineData("::ffff:127.0.0.1", false, true)]
    [InlineData("127.5.5.5", false, true)]
    public async Task Others(string from, bool allowed, bool seen)
    {
        var guard = new DashboardGuard(new PeersDashboardOptions { AllowRemote = allowed });
        var http = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        http.Connection.RemoteIpAddress = IPAddress.Parse(from);
        http.Request.Host = new Microsoft.AspNetCore.Http.HostString("localhost");
        var passed = false;
        await guard.InvokeAsync(Microsoft.AspNetCore.Http.EndpointFilterInvocationContext.Create(http), _ =>
        {
            passed = true;
            return ValueTask.FromResult<object?>(null);
        });
        Assert.Equal(seen, passed);
    }

    [Fact(DisplayName = "Without a policy nobody may act; with one only whom it names, and only from the page")]
    public async Task Actions()
    {
        await using var readOnly = await Site.StartAsync();
        Assert.False((await readOnly.Http.GetFromJsonAsync<JsonElement>("rights")).GetProperty("actions").GetBoolean());
        Assert.Equal(HttpStatusCode.Forbidden, (await Post(readOnly, "ban", new { address = "10.0.0.0/8" }, "operator", null)).StatusCode);

        await using var site = await Site.StartAsync(options => options.ActionsPolicy = "operators");
        Assert.Equal(HttpStatusCode.Forbidden, (await Post(site, "ban", new { address = "10.0.0.0/8" }, null, null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await Post(site, "ban", new { address = "10.0.0.0/8" }, "guest", null)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await Post(site, "ban", new { address = "10.0.0.0/8" }, "operator", null)).StatusCode); // Not from the page.
        Assert.Empty(await site.Engine.GetBansAsync());

        var rights = await RightsAsync(site);
        Assert.Equal(HttpStatusCode.OK, (await Post(site, "ban", new { address = "10.0.0.0/8" }, "operator", rights)).StatusCode);
        Assert.Equal("10.0.0.0/8", (await site.Engine.GetBansAsync()).Single().Subject.ToString());
        Assert.Equal(HttpStatusCode.OK, (await Post(site, "unban", new { address = "10.0.0.0/8" }, "operator", rights)).StatusCode);
        Assert.Empty(await site.Engine.GetBansAsync());

        await using var remote = await site.RemoteAsync();
        var peer = (await site.Engine.GetPeersAsync()).Single();
        Assert.Equal(HttpStatusCode.OK, (await Post(site, "disconnect", new { peer = peer.Id.Value }, "operator", rights)).StatusCode);
        Assert.IsType<DisconnectReason.RemoteClosed>(await remote.WhenStopped.WaitAsync(Site.Patience));

        var node = await site.ListeningAsync();
        Assert.Equal(HttpStatusCode.OK, (await Post(site, "connect", new { address = $"{node}" }, "operator", rights)).StatusCode);
        Assert.Contains(await site.Engine.GetPeersAsync(), connected => connected.Endpoint.Equals(node));
    }

    [Theory(DisplayName = "What the page does not say is refused, and changes nothing")]
    [InlineData("ban", """{"address":"everybody"}""")]
    [InlineData("ban", """{"address":""")]
    [InlineData("ban", "{}")]
    [InlineData("connect", """{"address":"a b c"}""")]
    [InlineData("connect", """{"address":"192.0.2.1:99999"}""")]
    [InlineData("disconnect", """{"peer":"all"}""")]
    [InlineData("disconnect", "[]")]
    public async Task Nonsense(string action, string body)
    {
        await using var site = await Site.StartAsync(options => options.ActionsPolicy = "operators");
        var rights = await RightsAsync(site);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostText(site, action, body, "operator", rights)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostText(site, action, body + new string(' ', 2000), "operator", rights)).StatusCode);
        Assert.Empty(await site.Engine.GetBansAsync());
    }

    [Fact(DisplayName = "As many pages as are allowed are open at once; one that is closed makes room")]
    public async Task Watchers()
    {
        await using var site = await Site.StartAsync(options => options.MostWatchers = 2);
        using var one = await site.Http.GetAsync("events", HttpCompletionOption.ResponseHeadersRead);
        using (await site.Http.GetAsync("events", HttpCompletionOption.ResponseHeadersRead))
        {
            using var third = await site.Http.GetAsync("events", HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, third.StatusCode);
        }

        using var patience = new CancellationTokenSource(Site.Patience);
        while ((await site.Http.GetAsync("events", HttpCompletionOption.ResponseHeadersRead, patience.Token)).StatusCode != HttpStatusCode.OK)
        {
            await Task.Delay(20, patience.Token);
        }
    }

    [Fact(DisplayName = "An engine that has stopped is said to have")]
    public async Task Stopped()
    {
        await using var site = await Site.StartAsync();
        var seen = site.UntilAsync(state => !state.GetProperty("running").GetBoolean());
        await site.UntilAsync(state => state.GetProperty("running").GetBoolean());
        await site.Engine.Engine.StopAsync();
        await seen;
    }

    [Fact(DisplayName = "What is missing for it is said when it is mapped, with the call that mends it")]
    public void Missing()
    {
        var app = WebApplication.CreateSlimBuilder().Build();
        Assert.Contains("services.AddPeers", Assert.Throws<InvalidOperationException>(() => app.MapPeers()).Message, StringComparison.Ordinal);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddPeers(options => options.Network = "regtest");
        var other = builder.Build();
        Assert.Contains("AddAntiforgery()", Assert.Throws<InvalidOperationException>(() => other.MapPeers("/peers", options => options.ActionsPolicy = "operators")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => other.MapPeers("/peers", options => options.MostWatchers = 0));
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static async Task<(string Header, string Token)> RightsAsync(Site site)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "rights") { Headers = { { "X-Role", "operator" } } };
        using var response = await site.Http.SendAsync(request);
        var rights = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(rights.GetProperty("actions").GetBoolean());
        return (Text(rights, "header"), Text(rights, "token"));
    }

    private static Task<HttpResponseMessage> Post(Site site, string action, object body, string? role, (string Header, string Token)? rights) =>
        PostText(site, action, JsonSerializer.Serialize(body), role, rights);

    private static async Task<HttpResponseMessage> PostText(Site site, string action, string body, string? role, (string Header, string Token)? rights)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, action) { Content = new StringContent(body) };
        if (role is not null)
        {
            request.Headers.Add("X-Role", role);
        }

        if (rights is { } known)
        {
            request.Headers.Add(known.Header, known.Token);
        }

        return await site.Http.SendAsync(request);
    }
}
