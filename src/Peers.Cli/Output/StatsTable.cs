using System.Collections.Immutable;
using System.Globalization;
using Spectre.Console;

namespace Peers.Cli;

/// <summary>Statistics of one or several connections as a table: a column for each.</summary>
internal static class StatsTable
{
    public static Table Make(bool terminal, params IReadOnlyList<(string Name, PeerStats Stats)> sides)
    {
        var table = new Table().Border(terminal ? TableBorder.Rounded : TableBorder.Ascii).AddColumn("");
        foreach (var (name, _) in sides)
        {
            table.AddColumn(new TableColumn(Markup.Escape(name)).RightAligned());
        }

        Row("remote", stats => stats.Endpoint.ToString()!);
        Row("user agent", stats => stats.Remote?.UserAgent.ToString() ?? "-");
        Row("direction", stats => stats.Direction.ToString().ToLowerInvariant());
        Row("protocol version", stats => stats.Remote?.Features.ProtocolVersion.ToString(CultureInfo.InvariantCulture) ?? "-");
        Row("transport", stats => stats.Transport);
        Row("bytes sent", stats => Bytes(stats.BytesSent));
        Row("bytes received", stats => Bytes(stats.BytesReceived));
        Row("messages dropped", stats => Number(stats.Dropped));
        Row("ping last / least / mean", stats => $"{Time(stats.Ping.Last)} / {Time(stats.Ping.Minimum)} / {Time(stats.Ping.Average)}");
        Row("items announced", stats => Number(stats.Trickle.Announced));
        table.AddEmptyRow();
        foreach (var command in sides.SelectMany(side => side.Stats.Sent.Keys.Concat(side.Stats.Received.Keys)).Distinct().Order(StringComparer.Ordinal))
        {
            Row($"{command} sent, received", stats => $"{Count(stats.Sent, command)}, {Count(stats.Received, command)}");
        }

        return table;

        void Row(string name, Func<PeerStats, string> value) =>
            table.AddRow([Markup.Escape(name), .. sides.Select(side => Markup.Escape(value(side.Stats)))]);
    }

    public static string Time(TimeSpan? time) => time is { } known ? $"{known.TotalMilliseconds:0.00} ms" : "-";

    public static string Bytes(long bytes) => bytes switch
    {
        < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 10_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024.0):0.0} MiB"),
    };

    private static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Count(ImmutableSortedDictionary<string, MessageCount> counts, string command) =>
        counts.TryGetValue(command, out var count) ? Number(count.Messages) : "0";
}
