using Microsoft.Playwright;

namespace Peers.Crawler.Tests;

public class ReportInBrowserTests
{
    private static readonly string? Chromium = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    [SkippableTheory(DisplayName = "The page opens in a browser, wide and as on a phone, light and dark: no errors, no requests, nothing beside the page")]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(400, ColorScheme.Dark)]
    public async Task The_page_opens(int width, ColorScheme scheme)
    {
        Skip.If(Chromium is null, "no Chromium on this machine: apt-get install chromium");
        await using var store = await new BelievableNetwork(1500).CrawlAsync();
        var earlier = (await store.ReadSnapshotsAsync())[0];
        var path = Path.Combine(Directory.CreateTempSubdirectory("peers-report-").FullName, "report.html");
        await File.WriteAllTextAsync(path, await ReportFile.TextAsync(store, CrawlReportOptions.None with { CompareWith = earlier }));

        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Chromium, Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
        });
        var page = await browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = width, Height = 900 }, ColorScheme = scheme });
        var complaints = new List<string>();
        var requests = new List<string>();
        page.Console += (_, message) => complaints.Add(message.Text);
        page.PageError += (_, error) => complaints.Add(error);
        page.Request += (_, request) => requests.Add(request.Url);
        await page.GotoAsync(new Uri(path).AbsoluteUri, new PageGotoOptions { WaitUntil = WaitUntilState.Load });

        Assert.Empty(complaints);
        Assert.All(requests, url => Assert.True(url.StartsWith("file:", StringComparison.Ordinal) || url == "data:,", url));
        Assert.Single(requests, url => url.StartsWith("file:", StringComparison.Ordinal));
        Assert.Equal("The mainnet network", await page.TitleAsync());
        Assert.Equal(13, await page.Locator("main section h2").CountAsync());
        Assert.Equal(0, await page.Locator("script, img, iframe, object").CountAsync());
        Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= window.innerWidth"), "the page is wider than its window");
        Assert.Empty(await page.EvaluateAsync<string[]>(Overlapping));
        Assert.Empty(await page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('svg')].filter(s => !s.getAttribute('aria-label') || s.getBoundingClientRect().width < 100).map(s => s.outerHTML.slice(0, 80))"));
        var background = await page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor");
        Assert.Equal(scheme == ColorScheme.Dark ? "rgb(17, 21, 27)" : "rgb(246, 247, 249)", background);
        if (await page.GetByText("owned").CountAsync() > 0)
        {
            Assert.Contains("</script>", await page.GetByText("owned").First.InnerTextAsync(), StringComparison.Ordinal);
        }

        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    /// <summary>Letters of one chart that lie over each other, or outside of it.</summary>
    private const string Overlapping = """
        () => [...document.querySelectorAll('svg')].flatMap(svg => {
          const texts = [...svg.querySelectorAll('text')].map(t => ({ t: t.textContent, b: t.getBoundingClientRect() }));
          const box = svg.getBoundingClientRect();
          const over = texts.flatMap((a, i) => texts.slice(i + 1).filter(c => a.b.left < c.b.right - 1 && c.b.left < a.b.right - 1 && a.b.top < c.b.bottom - 4 && c.b.top < a.b.bottom - 4).map(c => a.t + ' over ' + c.t));
          return over.concat(texts.filter(a => a.b.right > box.right + 2 || a.b.left < box.left - 2).map(a => a.t + ' outside'));
        })
        """;
}
