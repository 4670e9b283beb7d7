using System.Globalization;
using Peers.Crawler;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Peers.Cli;

/// <summary>Shows how a crawl does: a panel that moves on a terminal, a line every few seconds elsewhere, a JSON object a second for programs.</summary>
internal static class CrawlView
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan JsonInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PanelInterval = TimeSpan.FromMilliseconds(250);

    /// <returns>The last progress.</returns>
    public static async Task<CrawlProgress> RunAsync(CommandOutput output, Crawl crawl, TimeProvider clock)
    {
        var latest = CrawlProgress.None;
        using var watching = crawl.Subscribe(progress => Volatile.Write(ref latest, progress));
        if (output.IsTerminal)
        {
            await output.Console.Live(Panel(latest)).AutoClear(true).StartAsync(
                live => RepeatAsync(PanelInterval, () => live.UpdateTarget(Panel(Volatile.Read(ref latest)))));
        }
        else
        {
            await RepeatAsync(
                output.IsJson ? JsonInterval : LineInterval,
                () => output.Tell("progress", CrawlFigures.Of(Volatile.Read(ref latest)), CrawlFigures.Line(Volatile.Read(ref latest))));
        }

        return await crawl.WhenEnded;

        async Task RepeatAsync(TimeSpan interval, Action show)
        {
            while (await Task.WhenAny(crawl.WhenEnded, Task.Delay(interval, clock)) != crawl.WhenEnded)
            {
                show();
            }
        }
    }

    internal static IRenderable Panel(CrawlProgress progress)
    {
        var figures = progress.Figures;
        var whole = Math.Max(1, progress.Visited + progress.Waiting + progress.Leased);
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(3)).AddColumn(new GridColumn().NoWrap().RightAligned().PadRight(4))
            .AddColumn(new GridColumn().NoWrap().PadRight(3)).AddColumn(new GridColumn().NoWrap().RightAligned());
        Row("visited", Number(progress.Visited), "at a time", $"{Number(figures.Connections)} of {Number(figures.Allowed)}");
        Row("to go", Number(progress.Waiting + progress.Leased), "visits/s", figures.VisitsPerSecond.ToString("0", CultureInfo.InvariantCulture));
        Row("known", Number(progress.Known), "addresses heard", Number(figures.AddressesHeard));
        Row("never dialled", Number(progress.Excluded), "received", StatsTable.Bytes(figures.BytesReceived));
        var left = CrawlFigures.Rests(progress) ? "nobody is due yet" : CrawlFigures.Eta(progress) is { } time ? CrawlManners.Time(time) : "";
        Row("reachable", Number(figures.Reached.Sum()), "time left", left);
        var outcomes = new BreakdownChart().Width(70).HideTagValues();
        var colours = new[] { Color.Green, Color.Orange3, Color.Grey, Color.Red, Color.Yellow, Color.Blue, Color.Purple, Color.Aqua };
        foreach (var (count, index) in CrawlFigures.Outcomes(progress).OrderByDescending(count => count.Visits).Select((count, index) => (count, index)))
        {
            outcomes.AddItem($"{count.Outcome.Text()} {Number(count.Visits)}", count.Visits, colours[index % colours.Length]);
        }

        var bar = new BreakdownChart().Width(70).HideTags().AddItem("visited", progress.Visited, Color.Green).AddItem("to go", whole - progress.Visited, Color.Grey23);
        var rows = new List<IRenderable> { bar, Text.Empty, grid, Text.Empty };
        if (CrawlFigures.Reached(progress).Skip(1).Any())
        {
            rows.Add(new Text($"reachable: {CrawlFigures.Reachable(progress)}"));
        }

        if (figures.Visits > 0)
        {
            rows.Add(outcomes);
        }

        if (progress.Fault.Length > 0)
        {
            rows.Add(new Text(OneLine.Of(progress.Fault), new Style(Color.Red)));
        }

        return new Panel(new Rows(rows)).Header(string.Create(CultureInfo.InvariantCulture, $" {progress.Phase.ToString().ToLowerInvariant()}, {progress.Elapsed:hh\\:mm\\:ss} "))
            .Border(BoxBorder.Rounded);

        void Row(params string[] cells) => grid.AddRow([.. cells.Select(Markup.Escape)]);
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
