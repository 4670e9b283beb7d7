using Microsoft.Playwright;

namespace Peers.Dashboard.Tests;

/// <summary>The page as a person sees it, in Chromium.</summary>
public sealed class BrowserTests
{
    private static readonly string? Chromium = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    private readonly List<string> _complaints = [];
    private readonly List<string> _requests = [];

    [SkippableFact(DisplayName = "A peer that connects is shown, and when it is gone the reason; nothing is loaded from elsewhere")]
    public Task A_peer_comes_and_goes() => InBrowserAsync(1280, null, null, async (site, page) =>
    {
        await Assertions.Expect(page.Locator("#nobody")).ToBeVisibleAsync();
        var remote = await site.RemoteAsync("/visitor:2.0/");
        var row = page.Locator("#peers tbody tr");
        await Assertions.Expect(row).ToHaveCountAsync(1);
        await Assertions.Expect(row).ToContainTextAsync("/visitor:2.0/");
        await Assertions.Expect(row).ToContainTextAsync("Inbound");
        await Assertions.Expect(page.Locator("#status")).ToHaveTextAsync("live");
        await Assertions.Expect(page.Locator("button")).ToHaveCountAsync(2); // Those of hidden forms.
        await Assertions.Expect(page.Locator("button:visible")).ToHaveCountAsync(0);
        await remote.DisconnectAsync();
        await Assertions.Expect(row).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("#events tbody tr").First).ToContainTextAsync("remote closed");
        Assert.All(_requests, url => Assert.True(url == "data:," || new Uri(url).Port == site.Address.Port, url));
    });

    [SkippableFact(DisplayName = "What a remote says is shown as text: no script of it runs")]
    public Task Hostile_user_agent() => InBrowserAsync(1280, null, null, async (site, page) =>
    {
        await using var remote = await site.RemoteAsync("/<script>document.title='owned'</script><img src=x onerror=alert(1)>/");
        await Assertions.Expect(page.Locator("#peers tbody tr")).ToContainTextAsync("<script>document.title='owned'</script>");
        Assert.Equal(0, await page.Locator("main script, main img").CountAsync());
        Assert.StartsWith("Peers", await page.TitleAsync(), StringComparison.Ordinal);
    });

    [SkippableFact(DisplayName = "Who may not ban has no button for it, and is refused when he asks all the same")]
    public Task No_rights() => InBrowserAsync(1280, "guest", "operators", async (site, page) =>
    {
        await using var remote = await site.RemoteAsync();
        await Assertions.Expect(page.Locator("#peers tbody tr")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("button:visible")).ToHaveCountAsync(0);
        Assert.Equal(403, await page.EvaluateAsync<int>("async () => (await fetch('ban', { method: 'POST', body: '{\"address\":\"10.0.0.0/8\"}' })).status"));
        Assert.Empty(await site.Engine.GetBansAsync());
        _complaints.RemoveAll(complaint => complaint.Contains("403", StringComparison.Ordinal)); // The browser tells of that answer.
    });

    [SkippableFact(DisplayName = "Who may act bans and unbans by the buttons, and disconnects")]
    public Task Rights() => InBrowserAsync(1280, "operator", "operators", async (site, page) =>
    {
        await using var remote = await site.RemoteAsync();
        await page.Locator("#ban input").FillAsync("198.51.100.0/24");
        await page.Locator("#ban button").ClickAsync();
        await Assertions.Expect(page.Locator("#bans tbody tr")).ToContainTextAsync("198.51.100.0/24");
        Assert.Single(await site.Engine.GetBansAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Unban" }).ClickAsync();
        await Assertions.Expect(page.Locator("#bans tbody tr")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Disconnect" }).ClickAsync();
        await Assertions.Expect(page.Locator("#events tbody")).ToContainTextAsync("asked for on the live page");
        Assert.IsType<DisconnectReason.RemoteClosed>(await remote.WhenStopped.WaitAsync(Site.Patience));
    });

    [SkippableTheory(DisplayName = "Readable on a phone and on a wide screen, light and dark: nothing beside the page")]
    [InlineData(400, ColorScheme.Dark)]
    [InlineData(1600, ColorScheme.Light)]
    public Task Readable(int width, ColorScheme scheme) => InBrowserAsync(width, "operator", "operators", async (site, page) =>
    {
        site.Engine.Engine.KeepOutbound();
        site.Engine.AddAddresses(Enumerable.Range(1, 40).Select(i => new Wire.AddressEntry(
            0, Wire.ServiceFlags.Network | Wire.ServiceFlags.Witness, Wire.NetworkEndpoint.From(System.Net.IPEndPoint.Parse($"[2001:db8:{i}::1]:18444")))));
        await site.Engine.BanAsync(Subnet.Parse("203.0.113.0/24"), why: "a crowd of idle connections");
        List<IPeer> remotes = [];
        for (var i = 0; i < 6; i++)
        {
            remotes.Add(await site.RemoteAsync($"/node-{new string('x', i * 20)}:0.{i}.0/"));
        }

        await remotes[5].DisconnectAsync();
        await Assertions.Expect(page.Locator("#peers tbody tr:not(.waiting)")).ToHaveCountAsync(5);
        await Assertions.Expect(page.Locator("#bans tbody tr")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("#traffic path").First).ToHaveAttributeAsync("d", new System.Text.RegularExpressions.Regex("L"));
        Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= window.innerWidth"), "the page is wider than its window");
        if (Environment.GetEnvironmentVariable("PEERS_APPROVE") is not null)
        {
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Images(), $"dashboard-{width}.png"), FullPage = width > 1000, Scale = ScreenshotScale.Css });
        }
    }, scheme);

    private async Task InBrowserAsync(int width, string? role, string? policy, Func<Site, IPage, Task> look, ColorScheme scheme = ColorScheme.Light)
    {
        Skip.If(Chromium is null, "no Chromium on this machine: apt-get install chromium");
        await using var site = await Site.StartAsync(options => options.ActionsPolicy = policy);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Chromium, Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
        });
        var page = await browser.NewPageAsync(new BrowserNewPageOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 900 }, ColorScheme = scheme,
            ExtraHTTPHeaders = role is null ? [] : new Dictionary<string, string> { ["X-Role"] = role },
        });
        page.Console += (_, message) => _complaints.Add(message.Text);
        page.PageError += (_, error) => _complaints.Add(error);
        page.Dialog += (_, dialog) => _complaints.Add($"dialog {dialog.Message}");
        page.Request += (_, request) => _requests.Add(request.Url);
        Assertions.SetDefaultExpectTimeout((float)Site.Patience.TotalMilliseconds);
        await page.GotoAsync(new Uri(site.Address, "peers").AbsoluteUri);
        await Assertions.Expect(page.Locator("#status")).ToHaveTextAsync("live");
        await look(site, page);
        Assert.Empty(_complaints);
        await page.CloseAsync(); // Before the application: else it would complain of that.
    }

    private static string Images()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Peers.sln")))
        {
            folder = folder.Parent!;
        }

        return Directory.CreateDirectory(Path.Combine(folder.FullName, "docs", "images")).FullName;
    }
}
