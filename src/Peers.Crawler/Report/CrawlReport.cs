using System.Text;

namespace Peers.Crawler;

/// <summary>What a report has besides its snapshot.</summary>
/// <param name="CompareWith">An earlier snapshot of the same store, for churn and the estimate of the total; null for none.</param>
/// <param name="Politeness">What the crawl was told not to do to others, a line each; empty when it is not known.</param>
/// <param name="Crawler">What made the crawl: its user agent, or nothing.</param>
public sealed record CrawlReportOptions(CrawlSnapshot? CompareWith, IReadOnlyList<string> Politeness, string Crawler)
{
    /// <summary>Nothing more.</summary>
    public static CrawlReportOptions None { get; } = new(null, [], "");
}

/// <summary>
/// A snapshot as one HTML page: with its style and its charts inside, without scripts, asking nobody for anything. The same snapshot gives the same page.
/// </summary>
public static class CrawlReport
{
    /// <summary>Writes the page, in UTF-8.</summary>
    /// <param name="reader">The crawl.</param>
    /// <param name="snapshot">Which snapshot of it.</param>
    /// <param name="options">What else is in it.</param>
    /// <param name="output">Where to; it stays open.</param>
    /// <param name="cancellation">Ends it in the middle.</param>
    public static async Task WriteAsync(
        ICrawlReader reader, CrawlSnapshot snapshot, CrawlReportOptions options, Stream output, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        var figures = await ReportFigures.ReadAsync(reader, snapshot.Id, cancellation);
        var gossip = await GossipFigures.ReadAsync(reader, snapshot.Id, figures.Reached.Keys, cancellation);
        var comparison = options.CompareWith is { } earlier
            ? await CrawlComparison.CompareAsync(reader, earlier, reader, snapshot, cancellation)
            : null;

        var page = new HtmlPage();
        NodeSections.Add(page, figures);
        ConversationSections.Add(page, figures);
        GossipSections.Add(page, gossip);
        ComparisonSections.Add(page, figures, gossip, comparison);
        PolitenessSection.Add(page, figures, options.Politeness);
        var html = page.Make($"The {snapshot.Network} network", Header(snapshot, figures, gossip, comparison), Footer(snapshot, options));
        await output.WriteAsync(Encoding.UTF8.GetBytes(html), cancellation);
    }

    private static string Header(CrawlSnapshot snapshot, ReportFigures figures, GossipFigures gossip, CrawlComparison? comparison)
    {
        var ended = snapshot.Ended ?? figures.LastVisit;
        var took = ended is { } end && end > snapshot.Started ? end - snapshot.Started : TimeSpan.Zero;
        var estimate = ComparisonSections.EstimateOf(gossip, comparison);
        var tiles = HtmlPage.Tiles(
        [
            ("Reachable nodes", HtmlText.Number(figures.Reached.Count), $"{HtmlText.Share(figures.Reached.Count, figures.Visited)} of those visited"),
            ("Visited", HtmlText.Number(figures.Visited), $"in {HtmlText.Number(figures.Visits)} visits"),
            ("Known", HtmlText.Number(figures.Known), "heard of so far"),
            estimate is { Both: > 0 } known
                ? ("Estimated in all", HtmlText.Number(known.Total), $"{HtmlText.Number(known.Low)} to {HtmlText.Number(known.High)}, 95 %")
                : ("Estimated in all", "–", "too little to estimate from"),
            ("Took", HtmlText.Duration(took), snapshot.Ended is null ? "not ended yet" : "from first to last visit"),
        ]);
        var state = snapshot.Ended is { } stopped ? $"ended {HtmlText.Time(stopped)}" : "<b>has not ended: these figures are not of the whole network</b>";
        return $"<p>Snapshot {snapshot.Id}, begun {HtmlText.Time(snapshot.Started)}, {state}.</p>\n{tiles}";
    }

    private static string Footer(CrawlSnapshot snapshot, CrawlReportOptions options)
    {
        var by = options.Crawler.Length > 0 ? $" The crawler called itself <code>{HtmlText.Of(options.Crawler)}</code>." : "";
        return $"""
            <p>A node is what listens at one address and port. It counts as reachable when it answered with a <code>version</code> of this network, whatever
            happened then. Names, versions, services and heights are what nodes say of themselves.{by}</p>
            <p>Made by Peers from snapshot {snapshot.Id} of {HtmlText.Of(snapshot.Network)}. This page loads nothing and runs nothing.</p>
            """;
    }
}
