namespace Peers.Crawler;

/// <summary>What the crawl did to those that it visited.</summary>
internal static class PolitenessSection
{
    public static void Add(HtmlPage page, ReportFigures figures, IReadOnlyList<string> rules)
    {
        page.Section("politeness", "Politeness", "What the crawl asked of others, as its visits show.");
        page.Add(HtmlPage.Table(
            "Visits", ["What", "How many"],
            [
                ["visits of one node, at most", HtmlText.Number(figures.MostVisits)],
                ["visits begun in one second, at most", HtmlText.Number(figures.BusiestSecond)],
                ["nodes that answered when asked for addresses", HtmlText.Number(figures.Asked)],
            ]));
        if (rules.Count > 0)
        {
            page.Paragraph("What it was told:");
            page.Add("<ul>\n" + string.Concat(rules.Select(rule => $"<li>{HtmlText.Of(rule)}</li>\n")) + "</ul>\n");
        }
    }
}
