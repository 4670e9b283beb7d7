namespace Peers.Crawler;

/// <summary>What changed since another snapshot, and how many nodes there are likely in all.</summary>
internal static class ComparisonSections
{
    public static void Add(HtmlPage page, ReportFigures figures, GossipFigures gossip, CrawlComparison? comparison)
    {
        AddChurn(page, comparison);
        AddEstimate(page, figures, gossip, comparison);
    }

    /// <summary>From two snapshots where there are two, else from two halves of those who told addresses.</summary>
    public static TotalEstimate EstimateOf(GossipFigures gossip, CrawlComparison? comparison) => comparison is { } two
        ? new TotalEstimate(two.ReachableBefore, two.ReachableAfter, two.Stayed)
        : gossip.Halves;

    private static void AddChurn(HtmlPage page, CrawlComparison? comparison)
    {
        if (comparison is null)
        {
            page.Section("churn", "Churn", "No other snapshot was given to compare this one with.");
            return;
        }

        page.Section(
            "churn", "Churn",
            $"Since snapshot {comparison.Before.Id}, which began {HtmlText.Duration((comparison.After.Started - comparison.Before.Started).Duration())} "
            + "before this one. A node that moved is one that went and one that came at the same host, at another port: likely the same.");
        var rows = new List<(string Name, long Count, long Of, string Kind)>
        {
            ("stayed", comparison.Stayed, comparison.ReachableBefore, "good"),
            ("left", comparison.Count(NodeChangeKind.Left), comparison.ReachableBefore, "bad"),
            ("not visited again", comparison.Count(NodeChangeKind.NotVisited), comparison.ReachableBefore, "bad"),
            ("moved to another port", comparison.Count(NodeChangeKind.Moved), comparison.ReachableBefore, ""),
            ("entered", comparison.Count(NodeChangeKind.Entered), comparison.ReachableAfter, ""),
            ("changed user agent", comparison.Count(NodeChangeKind.UserAgent), comparison.Stayed, ""),
            ("changed services", comparison.Count(NodeChangeKind.Services), comparison.Stayed, ""),
            ("changed protocol version", comparison.Count(NodeChangeKind.ProtocolVersion), comparison.Stayed, ""),
            ("changed height", comparison.Count(NodeChangeKind.Height), comparison.Stayed, ""),
        };
        page.Pair(
            HtmlPage.Bars("Reachable nodes, then and now", [.. rows.Select(row => (row.Name, (double)row.Count, HtmlText.Number(row.Count), row.Kind))]),
            HtmlPage.Table(
                "What changed", ["What", "Nodes", "Share"],
                rows.Select(row => (IReadOnlyList<string>)[row.Name, HtmlText.Number(row.Count), HtmlText.Share(row.Count, row.Of)])));
        page.Paragraph("Shares are of the nodes that were reachable before; of those that entered, of the nodes that are reachable now; of what changed, of those that stayed.");
    }

    private static void AddEstimate(HtmlPage page, ReportFigures figures, GossipFigures gossip, CrawlComparison? comparison)
    {
        var estimate = EstimateOf(gossip, comparison);
        var (first, second) = comparison is null
            ? ("told of by one half of the sources", "told of by the other half")
            : ("reachable in the earlier snapshot", "reachable in this one");
        if (estimate.Both == 0)
        {
            page.Section("total", "How many there are", "Too few nodes were found twice to estimate from.");
            return;
        }

        page.Section(
            "total", "How many there are",
            $"About <b>{HtmlText.Number(estimate.Total)}</b> reachable nodes, with 95 % confidence between {HtmlText.Number(estimate.Low)} and {HtmlText.Number(estimate.High)}; this crawl reached {HtmlText.Number(figures.Reached.Count)}.");
        page.Pair(
            HtmlPage.Bars("Captured and recaptured",
            [
                ("first: " + (comparison is null ? "one half" : "earlier"), estimate.First, HtmlText.Number(estimate.First), ""),
                ("second: " + (comparison is null ? "other half" : "this one"), estimate.Second, HtmlText.Number(estimate.Second), ""),
                ("both", estimate.Both, HtmlText.Number(estimate.Both), "good"), ("estimated in all", estimate.Total, HtmlText.Number(estimate.Total), "bad"),
            ]),
            HtmlPage.Table(
                "Capture and recapture (Chapman)", ["Reachable nodes", "How many"],
                [
                    [first, HtmlText.Number(estimate.First)], [second, HtmlText.Number(estimate.Second)], ["in both", HtmlText.Number(estimate.Both)],
                    ["in all, most likely", HtmlText.Number(estimate.Total)], ["with 95 % confidence, at least", HtmlText.Number(estimate.Low)],
                    ["and at most", HtmlText.Number(estimate.High)],
                ]));
        page.Paragraph(comparison is null
            ? "The estimate would be right if each half had told of each node by chance and apart from the other half. They do not: nodes that are well known are told of by both, so the true number is rather higher, and a node that nobody tells of is in no estimate."
            : "The estimate would be right if no node had come or gone between the snapshots, and if each were found by chance and anew. Neither holds: churn makes it too high, and nodes that are easy to reach are found both times, which makes it too low.");
    }
}
