using System.Globalization;
using Peers.TestKit;
using Spectre.Console;

namespace Peers.Cli;

/// <summary>The tables that several scenarios have.</summary>
internal static class StudyReport
{
    /// <summary>The shares of all nodes that are told of.</summary>
    private static readonly (double Share, string Name)[] Shares = [(0.5, "50 %"), (0.9, "90 %"), (0.99, "99 %"), (1, "100 %")];

    /// <summary>How long it took until so many nodes had it: the median of all transactions, or blocks, and the slowest.</summary>
    public static void Propagation(CommandOutput output, RelayFigures figures)
    {
        Propagation[] transactions = [.. figures.Transactions];
        Propagation[] blocks = [.. figures.Blocks];
        var table = Table(output, $"time to {figures.Nodes:#,0} nodes", "transactions, median", "slowest", "blocks, median", "slowest");
        List<object> rows = [];
        foreach (var (share, name) in Shares)
        {
            var (ofTransactions, ofBlocks) = (Times(transactions, item => item.TimeTo(share)), Times(blocks, item => item.TimeTo(share)));
            table.AddRow(
                name, Text(Middle(ofTransactions), transactions.Length), Text(Last(ofTransactions), transactions.Length), Text(Middle(ofBlocks), blocks.Length),
                Text(Last(ofBlocks), blocks.Length));
            rows.Add(new
            {
                Share = share,
                Transactions = new { Median = Finite(Middle(ofTransactions)), Slowest = Finite(Last(ofTransactions)) },
                Blocks = new { Median = Finite(Middle(ofBlocks)), Slowest = Finite(Last(ofBlocks)) },
            });
        }

        output.Tell("propagation", new { transactions = transactions.Length, blocks = blocks.Length, shares = rows }, null);
        output.Write(table);
    }

    /// <summary>What a node sends, by command.</summary>
    public static void Traffic(CommandOutput output, RelayTraffic traffic, int nodes)
    {
        var table = Table(output, "sent by a node, mean", "messages", "bytes");
        foreach (var (command, count) in traffic.ByCommand)
        {
            table.AddRow(Markup.Escape(command), PerNode(count.Messages, nodes), PerNode(count.Bytes, nodes));
        }

        table.AddRow("all", PerNode(traffic.Messages, nodes), PerNode(traffic.Bytes, nodes));
        output.Tell(
            "traffic", new { messagesPerNode = (double)traffic.Messages / nodes, bytesPerNode = (double)traffic.Bytes / nodes, traffic.Messages, traffic.Bytes, sent = traffic.ByCommand },
            null);
        output.Write(table);
    }

    /// <summary>What came that was there already.</summary>
    public static void Duplicates(CommandOutput output, IReadOnlyList<RelayNode> nodes)
    {
        var (announced, known) = (nodes.Sum(node => node.Counters.Announced), nodes.Sum(node => node.Counters.KnownAnnounced));
        var (received, twice) = (nodes.Sum(node => node.Counters.Received), nodes.Sum(node => node.Counters.ReceivedTwice));
        var (complete, lacking) = (nodes.Sum(node => node.Counters.CompactComplete), nodes.Sum(node => node.Counters.CompactLacking));
        var table = Table(output, "heard by a node, mean", "all", "of what it had already");
        table.AddRow("items announced", PerNode(announced, nodes.Count), $"{PerNode(known, nodes.Count)} ({Percent(known, announced)})");
        table.AddRow("transactions and blocks received", PerNode(received, nodes.Count), $"{PerNode(twice, nodes.Count)} ({Percent(twice, received)})");
        output.Tell(
            "duplicates", new { announced, announcedKnown = known, received, receivedTwice = twice, compactComplete = complete, compactLacking = lacking }, null);
        output.Write(table);
        output.WriteLine($"compact blocks: {complete} put together from the mempool, {lacking} lacked transactions that were asked for");
    }

    public static Table Table(CommandOutput output, string first, params string[] others)
    {
        var table = new Table().Border(output.IsTerminal ? TableBorder.Rounded : TableBorder.Ascii).AddColumn(Markup.Escape(first));
        foreach (var name in others)
        {
            table.AddColumn(new TableColumn(Markup.Escape(name)).RightAligned());
        }

        return table;
    }

    /// <summary>Times in order; what never happened is the longest.</summary>
    public static TimeSpan[] Times(IEnumerable<Propagation> items, Func<Propagation, TimeSpan?> time) =>
        [.. items.Select(item => time(item) ?? TimeSpan.MaxValue).Order()];

    public static TimeSpan? Middle(TimeSpan[] ordered) => ordered.Length == 0 ? null : ordered[(ordered.Length - 1) / 2];

    public static TimeSpan? Last(TimeSpan[] ordered) => ordered.Length == 0 ? null : ordered[^1];

    /// <summary>For programs: null when it never happened.</summary>
    public static TimeSpan? Finite(TimeSpan? time) => time == TimeSpan.MaxValue ? null : time;

    public static string Text(TimeSpan? time, int of = 1) => time switch
    {
        _ when of == 0 => "-",
        null => "-",
        { } never when never == TimeSpan.MaxValue => "never",
        { } known => string.Create(CultureInfo.InvariantCulture, $"{known.TotalSeconds:0.000} s"),
    };

    public static string Percent(long part, long all) => all == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / all:0.0} %");

    private static string PerNode(long sum, int nodes) => ((double)sum / nodes).ToString("#,0.0", CultureInfo.InvariantCulture);
}
