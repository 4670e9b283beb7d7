namespace Peers.Crawler;

/// <summary>How visits went: how they ended, and how long they took.</summary>
internal static class ConversationSections
{
    private static readonly double[] Shares = [0.05, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99, 1];

    private static readonly double[] Bounds = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

    private static readonly string[] Bins =
        ["<10 ms", "10–20 ms", "20–50 ms", "50–100 ms", "100–200 ms", "200–500 ms", "0.5–1 s", "1–2 s", "2–5 s", "5–10 s", ">10 s"];

    public static void Add(HtmlPage page, ReportFigures figures)
    {
        AddOutcomes(page, figures);
        AddLatency(page, figures);
    }

    private static void AddOutcomes(HtmlPage page, ReportFigures figures)
    {
        page.Section("outcomes", "Outcomes", "How visits ended. Green ones reached a node of this network; most addresses that are told of are of nodes that left, or that nobody can dial.");
        var outcomes = VisitOutcomes.All.Select(outcome => (Outcome: outcome, Count: figures.Outcomes[(int)outcome])).Where(pair => pair.Count > 0)
            .OrderByDescending(pair => pair.Count).ToList();
        page.Pair(
            HtmlPage.Bars("Visits by outcome", [.. outcomes.Select(pair => (Name(pair.Outcome), (double)pair.Count, HtmlText.Number(pair.Count), Kind(pair.Outcome)))]),
            HtmlPage.Table(
                "Outcomes", ["Outcome", "Reached", "Visits", "Share"],
                outcomes.Select(pair => (IReadOnlyList<string>)
                    [Name(pair.Outcome), pair.Outcome.IsReachable() ? "yes" : "no", HtmlText.Number(pair.Count), HtmlText.Share(pair.Count, figures.Visits)]),
                textColumns: 2));
    }

    private static void AddLatency(HtmlPage page, ReportFigures figures)
    {
        page.Section("latency", "Latency", "How long reachable nodes took to open the connection, and from there to the end of the handshake, seen from where the crawler ran.");
        var connect = Of(figures.Reached.Values.Select(node => node.Connect));
        var handshake = Of(figures.Reached.Values.Select(node => node.Handshake));
        AddHistogram(page, "Connection", connect);
        AddHistogram(page, "Handshake", handshake);
        page.Add(HtmlPage.Table(
            "So many nodes are as fast or faster", ["Share of the nodes", "Connection", "Handshake"],
            Shares.Select(share => (IReadOnlyList<string>)[share == 1 ? "all" : $"{100 * share:0} %", At(connect, share), At(handshake, share)])));
        var networks = figures.Reached.GroupBy(pair => StoredAddress.NetworkOf(pair.Key.Address)).OrderBy(group => group.Key, StringComparer.Ordinal);
        page.Add(HtmlPage.Table(
            "By network: half are as fast, and 95 %", ["Network", "Connection, half", "Connection, 95 %", "Handshake, half", "Handshake, 95 %"],
            networks.Select(network =>
            {
                var opened = Of(network.Select(pair => pair.Value.Connect));
                var shaken = Of(network.Select(pair => pair.Value.Handshake));
                return (IReadOnlyList<string>)[NodeSections.Name(network.Key), At(opened, 0.5), At(opened, 0.95), At(shaken, 0.5), At(shaken, 0.95)];
            })));
    }

    private static void AddHistogram(HtmlPage page, string name, Distribution distribution)
    {
        var counts = distribution.Histogram(Bounds);
        page.Pair(
            HtmlPage.Columns($"{name}: nodes by time", [.. Bins.Select((bin, i) => (bin, counts[i]))]),
            HtmlPage.Table(
                $"{name}: nodes by time", ["Time", "Nodes", "Share"],
                Bins.Select((bin, i) => (IReadOnlyList<string>)[bin, HtmlText.Number(counts[i]), HtmlText.Share(counts[i], distribution.Count)])));
    }

    private static Distribution Of(IEnumerable<TimeSpan?> durations) => new(durations.OfType<TimeSpan>().Select(duration => duration.TotalMilliseconds));

    private static string At(Distribution distribution, double share) => distribution.Count == 0 ? "–" : HtmlText.Milliseconds(distribution.Percentile(share));

    private static string Kind(VisitOutcome outcome) => outcome switch
    {
        _ when outcome.IsReachable() => "good",
        VisitOutcome.WrongNetwork or VisitOutcome.NotBitcoin or VisitOutcome.ProtocolError => "fault",
        VisitOutcome.Overloaded or VisitOutcome.ProxyError => "",
        _ => "bad",
    };

    private static string Name(VisitOutcome outcome) => outcome switch
    {
        VisitOutcome.Complete => "complete",
        VisitOutcome.Refused => "refused",
        VisitOutcome.Unreachable => "unreachable",
        VisitOutcome.ConnectTimedOut => "no connection in time",
        VisitOutcome.VersionTimedOut => "no version in time",
        VisitOutcome.VerackTimedOut => "no verack in time",
        VisitOutcome.AddressesTimedOut => "no addresses in time",
        VisitOutcome.ClosedBeforeVersion => "closed before version (full)",
        VisitOutcome.ClosedAfterVersion => "closed after version",
        VisitOutcome.WrongNetwork => "another network",
        VisitOutcome.Obsolete => "protocol too old",
        VisitOutcome.NotBitcoin => "not Bitcoin",
        VisitOutcome.ProxyError => "proxy error",
        VisitOutcome.ProtocolError => "protocol error",
        _ => "our machine overloaded",
    };
}
