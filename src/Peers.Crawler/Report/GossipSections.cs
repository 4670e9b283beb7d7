namespace Peers.Crawler;

/// <summary>What nodes told of others, and which of it smells.</summary>
internal static class GossipSections
{
    public static void Add(HtmlPage page, GossipFigures gossip)
    {
        page.Section(
            "gossip", "Addresses told",
            $"{HtmlText.Number(gossip.Sources)} nodes told of {HtmlText.Number(gossip.Told)} different ones, in {HtmlText.Number(gossip.Entries)} entries. "
            + $"<b>{HtmlText.Share(gossip.Stale, gossip.Entries)}</b> of the entries are stale: nobody has seen the node for a week.");
        var ages = GossipFigures.Ages.Select((age, i) => (age.Name, Count: gossip.ByAge[i])).ToList();
        ages.Add(("in our future", gossip.FromTheFuture));
        ages.Add(("without a time", gossip.WithoutTime));
        page.Pair(
            HtmlPage.Bars("Entries by the time since the node was seen", [.. ages.Select((age, i) => (age.Name, (double)age.Count, HtmlText.Number(age.Count), i is 3 or 4 ? "bad" : i > 4 ? "fault" : "good"))]),
            HtmlPage.Table("Age of the entries", ["Seen", "Entries", "Share"], ages.Select(age => (IReadOnlyList<string>)[age.Name, HtmlText.Number(age.Count), HtmlText.Share(age.Count, gossip.Entries)])));
        page.Pair(
            HtmlPage.Table("Who told most", ["Node", "Entries"], gossip.TopSources.Select(source => (IReadOnlyList<string>)[source.Node.ToString(), HtmlText.Number(source.Entries)])),
            HtmlPage.Table("Who was told of most", ["Node", "Told by"], gossip.TopTold.Select(told => (IReadOnlyList<string>)[told.Node.ToString(), HtmlText.Number(told.Tellers)])));

        page.Section(
            "spam", "Hints of address spam",
            "Nodes know different parts of the network, so two that give the same answer have one owner, and one that tells of nodes that nobody else knows may have made them up. Hints, not proof.");
        page.Pair(
            HtmlPage.Table(
                "Nodes that gave the same answer", ["Nodes", "How many"],
                gossip.SameAnswers.Select(group => (IReadOnlyList<string>)
                    [string.Join(", ", group.Take(3)) + (group.Count > 3 ? ", …" : ""), HtmlText.Number(group.Count)])),
            HtmlPage.Table(
                "Nodes most of whose addresses no other tells of", ["Node", "Entries", "Its alone"],
                gossip.Lonely.Select(source => (IReadOnlyList<string>)
                    [source.Node.ToString(), HtmlText.Number(source.Entries), HtmlText.Share(source.Alone, source.Entries)])));
    }
}
