using System.Globalization;

namespace Peers.Crawler;

/// <summary>What the reachable nodes are: where, of which software, offering what, at which height.</summary>
internal static class NodeSections
{
    private const int Rows = 12;

    public static void Add(HtmlPage page, ReportFigures figures)
    {
        AddNetworks(page, figures);
        var versions = figures.Reached.Values.Select(node => node.Version).OfType<NodeVersion>().ToList();
        AddUserAgents(page, versions);
        AddVersions(page, versions);
        AddServices(page, versions);
        AddHeights(page, versions);
        AddPorts(page, figures);
    }

    private static void AddNetworks(HtmlPage page, ReportFigures figures)
    {
        page.Section("networks", "Networks", "Where nodes are reached: on the internet, or in a network laid over it.");
        var networks = figures.Networks.OrderByDescending(pair => pair.Value.Reachable).ThenBy(pair => pair.Key, StringComparer.Ordinal).ToList();
        page.Pair(
            HtmlPage.Bars("Reachable nodes by network", [.. networks.Select(pair => (Name(pair.Key), (double)pair.Value.Reachable, HtmlText.Number(pair.Value.Reachable), "good"))]),
            HtmlPage.Table(
                "Nodes by network", ["Network", "Known", "Visited", "Reachable", "Share of visited"],
                networks.Select(pair => (IReadOnlyList<string>)
                [
                    Name(pair.Key), HtmlText.Number(pair.Value.Known), HtmlText.Number(pair.Value.Visited), HtmlText.Number(pair.Value.Reachable),
                    HtmlText.Share(pair.Value.Reachable, pair.Value.Visited),
                ])));
    }

    private static void AddUserAgents(HtmlPage page, List<NodeVersion> versions)
    {
        page.Section("software", "Software", "By the user agents that nodes give (BIP 14): the last name counts, for who builds on another's work appends its own. Anybody can claim any name.");
        var families = Counted(versions.Select(version => UserAgentFamily.Of(version.UserAgent)));
        page.Pair(Chart("Reachable nodes by software", families), Table("Software", "Name", families, versions.Count));
        var releases = Counted(versions.Select(version => UserAgentFamily.CoreRelease(version.UserAgent)).OfType<string>());
        page.Pair(
            Chart("Releases of Bitcoin Core and what builds on it", releases),
            Table("Releases", "Release", releases, versions.Count));
        var agents = Counted(versions.Select(version => version.UserAgent.ToString()));
        page.Add(Table("Most frequent user agents, as they are given (a byte that is not plain text as \\x00)", "User agent", agents, versions.Count, more: "other user agents"));
    }

    private static void AddVersions(HtmlPage page, List<NodeVersion> versions)
    {
        page.Section("versions", "Protocol versions", "The version of the protocol that a node offers.");
        var counted = Counted(versions.Select(version => version.ProtocolVersion.ToString(CultureInfo.InvariantCulture)));
        page.Pair(Chart("Reachable nodes by protocol version", counted), Table("Protocol versions", "Version", counted, versions.Count));
    }

    private static void AddServices(HtmlPage page, List<NodeVersion> versions)
    {
        page.Section("services", "Services", "What nodes offer; each offers several. A bit without a name is one that Bitcoin Core does not define.");
        var bits = Enumerable.Range(0, 64).Select(bit => (Name: ServiceNames.OfBit(bit), Count: (long)versions.Count(version => ((ulong)version.Services >> bit & 1) != 0)))
            .Where(bit => bit.Count > 0).OrderByDescending(bit => bit.Count).ToList();
        page.Pair(
            HtmlPage.Bars("Share of the reachable nodes that offer a service", [.. bits.Take(Rows).Select(bit => (bit.Name, (double)bit.Count, HtmlText.Share(bit.Count, versions.Count), ""))]),
            Table("Services", "Service", bits, versions.Count));
    }

    private static void AddHeights(HtmlPage page, List<NodeVersion> versions)
    {
        var heights = versions.Select(version => version.StartHeight).Where(height => height > 0).ToList();
        var mode = heights.CountBy(height => height).OrderByDescending(pair => pair.Value).ThenByDescending(pair => pair.Key).Select(pair => (int?)pair.Key).FirstOrDefault();
        page.Section("heights", "Heights", mode is { } most
            ? $"Most nodes say that their best block is at height <b>{HtmlText.Number(most)}</b>. The others, by how far they are behind it; a crawl that takes hours sees blocks come, so some are ahead."
            : "No node told a height.");
        (string Name, Func<long, bool> Holds)[] bins =
        [
            ("over 100 ahead", lag => lag < -100), ("3–100 ahead", lag => lag is >= -100 and <= -3), ("1–2 ahead", lag => lag is -2 or -1), ("the same", lag => lag == 0),
            ("1–2 behind", lag => lag is 1 or 2), ("3–143", lag => lag is >= 3 and <= 143), ("144–1,007", lag => lag is >= 144 and <= 1007), ("1,008 and more", lag => lag >= 1008),
        ];
        List<(string Name, long Count)> counted = [.. bins.Select(bin => (bin.Name, mode is { } most ? heights.LongCount(height => bin.Holds((long)most - height)) : 0))];
        counted.Add(("0 or below", versions.Count - heights.Count));
        page.Pair(
            HtmlPage.Bars("Reachable nodes by how far they are behind the most frequent height", [.. counted.Select(bin => (bin.Name, (double)bin.Count, HtmlText.Number(bin.Count), bin.Name == "the same" ? "good" : ""))]),
            Table("Blocks behind", "Blocks", counted, versions.Count));
    }

    private static void AddPorts(HtmlPage page, ReportFigures figures)
    {
        page.Section("ports", "Ports", "Where reachable nodes listen. Networks without ports have 0.");
        var ports = Counted(figures.Reached.Keys.Select(node => node.Port.ToString(CultureInfo.InvariantCulture)));
        page.Pair(Chart("Reachable nodes by port", ports), Table("Ports", "Port", ports, figures.Reached.Count, more: "other ports"));
    }

    private static List<(string Name, long Count)> Counted(IEnumerable<string> names) =>
        [.. names.CountBy(name => name).Select(pair => (pair.Key, (long)pair.Value)).OrderByDescending(pair => pair.Item2).ThenBy(pair => pair.Key, StringComparer.Ordinal)];

    private static string Chart(string title, List<(string Name, long Count)> rows) =>
        HtmlPage.Bars(title, [.. rows.Take(Rows).Select(row => (row.Name, (double)row.Count, HtmlText.Number(row.Count), ""))]);

    private static string Table(string caption, string head, List<(string Name, long Count)> rows, long all, string more = "others")
    {
        var shown = rows.Take(Rows + 3).ToList();
        var hidden = rows.Skip(Rows + 3).ToList();
        if (hidden.Count > 0)
        {
            shown.Add(($"{HtmlText.Number(hidden.Count)} {more}", hidden.Sum(row => row.Count)));
        }

        return HtmlPage.Table(caption, [head, "Nodes", "Share"], shown.Select(row => (IReadOnlyList<string>)[row.Name, HtmlText.Number(row.Count), HtmlText.Share(row.Count, all)]));
    }

    /// <summary>A network as people call it.</summary>
    public static string Name(string network) => network switch
    {
        "ipv4" => "IPv4",
        "ipv6" => "IPv6",
        "onion" => "Tor",
        "torv2" => "Tor, second version",
        "i2p" => "I2P",
        "cjdns" => "CJDNS",
        _ => network,
    };
}
