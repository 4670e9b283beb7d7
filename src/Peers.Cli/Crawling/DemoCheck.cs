using System.Globalization;
using Peers.Crawler;
using Peers.Wire;
using Spectre.Console;

namespace Peers.Cli;

/// <summary>Holds what a crawl of the demo found against what is true.</summary>
internal sealed class DemoCheck
{
    private readonly IReadOnlyList<DemoNode> _nodes;
    private readonly Dictionary<NetworkEndpoint, Visit> _visits;

    private DemoCheck(IReadOnlyList<DemoNode> nodes, Dictionary<NetworkEndpoint, Visit> visits)
    {
        (_nodes, _visits) = (nodes, visits);
        var reachable = nodes.Where(node => node.Kind.Truth().IsReachable()).Select(Endpoint).ToHashSet();
        Reachable = reachable.Count;
        Found = visits.Values.Count(visit => visit.Outcome.IsReachable() && reachable.Contains(visit.Endpoint));
        False = visits.Values.Count(visit => visit.Outcome.IsReachable() && !reachable.Contains(visit.Endpoint));
        Wrong = [.. nodes.Where(node => Got(node)?.Outcome != node.Kind.Truth())];
    }

    /// <summary>Nodes that are reachable.</summary>
    public int Reachable { get; }

    /// <summary>Those of them that were found.</summary>
    public int Found { get; }

    /// <summary>Those that were not.</summary>
    public int Missed => Reachable - Found;

    /// <summary>Nodes that were found, and are not there.</summary>
    public int False { get; }

    /// <summary>Nodes whose visit ended otherwise than what they do.</summary>
    public IReadOnlyList<DemoNode> Wrong { get; }

    public static async Task<DemoCheck> MakeAsync(IReadOnlyList<DemoNode> nodes, ICrawlReader reader, long snapshot)
    {
        var visits = new Dictionary<NetworkEndpoint, Visit>();
        await foreach (var visit in reader.ReadVisitsAsync(snapshot))
        {
            visits[visit.Endpoint] = visit;
        }

        return new DemoCheck(nodes, visits);
    }

    public void Tell(CommandOutput output)
    {
        var table = new Table().AddColumns("node", "is there", "expected", "as expected", "otherwise");
        foreach (var kind in _nodes.GroupBy(node => node.Kind).OrderBy(group => group.Key))
        {
            var otherwise = kind.Where(Wrong.Contains).Select(node => Got(node)?.Outcome.Text() ?? "never visited").CountBy(text => text)
                .Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Value} {count.Key}"));
            table.AddRow(
                Markup.Escape(kind.Key.Text()), Number(kind.Count()), kind.Key.Truth().Text(), Number(kind.Count(node => !Wrong.Contains(node))),
                string.Join(", ", otherwise));
        }

        output.Write(table.Border(TableBorder.Rounded));
        output.Tell(
            "check",
            new
            {
                reachable = Reachable, found = Found, missed = Missed, @false = False,
                wrong = Wrong.Select(node => new { node = node.Endpoint.ToString(), kind = node.Kind.Text(), expected = node.Kind.Truth().Text(), got = Got(node)?.Outcome.Text() }),
            },
            string.Create(CultureInfo.InvariantCulture, $"the truth: found {Found} of {Reachable} reachable, missed {Missed}, false {False}; ")
                + (Wrong.Count == 0
                    ? string.Create(CultureInfo.InvariantCulture, $"all {_nodes.Count} nodes are as they were made")
                    : $"{Wrong.Count} otherwise than they were made, such as {Wrong[0].Endpoint} ({Wrong[0].Kind.Text()}): {Got(Wrong[0])?.Outcome.Text() ?? "never visited"}"));
    }

    private static NetworkEndpoint Endpoint(DemoNode node) => NetworkEndpoint.From(node.Endpoint);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private Visit? Got(DemoNode node) => _visits.GetValueOrDefault(Endpoint(node));
}
