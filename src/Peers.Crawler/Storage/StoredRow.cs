using Peers.Wire;

namespace Peers.Crawler;

/// <summary>A row that a database gives, by the positions of its columns.</summary>
internal interface IStoredRow
{
    bool IsNull(int column);

    long Number(int column);

    double Real(int column);

    string Text(int column);
}

/// <summary>A row that a database is given, column after column.</summary>
internal interface IRowWriter
{
    void Add(long value);

    void Add(double value);

    /// <param name="value">Null for no value.</param>
    void Add(string? value);

    void AddNull();
}

/// <summary>How records lie in rows, the same in every database: times in milliseconds of unix time, durations in microseconds.</summary>
internal static class StoredRow
{
    /// <summary>What a visit says, in <c>visit</c>, after its keys.</summary>
    public const string VisitColumns =
        "outcome, detail, connect_us, handshake_us, addresses_us, total_us, protocol_version, services, user_agent, height, time_offset, " +
        "entries, self_announced";

    /// <summary>What visits have shown of a node, in <c>node</c>.</summary>
    public const string StateColumns =
        "visits, last_visit, outcome, detail, connect_us, handshake_us, addresses_us, total_us, last_reachable, last_asked, " +
        "protocol_version, services, user_agent, height, time_offset, uptime_at, " +
        "weight_2h, count_2h, reliability_2h, weight_8h, count_8h, reliability_8h, weight_1d, count_1d, reliability_1d, " +
        "weight_1w, count_1w, reliability_1w, weight_30d, count_30d, reliability_30d";

    /// <summary>How many columns <see cref="StateColumns"/> are.</summary>
    public const int StateWidth = 31;

    private const long Microsecond = TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset Time(this IStoredRow row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.Number(column));

    public static DateTimeOffset? TimeOrNull(this IStoredRow row, int column) => row.IsNull(column) ? null : row.Time(column);

    /// <summary>The endpoint of the columns <c>network</c>, <c>address</c> and <c>port</c>.</summary>
    public static NetworkEndpoint Endpoint(this IStoredRow row, int column) =>
        new(StoredAddress.Parse(row.Text(column), row.Text(column + 1)), (ushort)row.Number(column + 2));

    public static NodeState State(this IStoredRow row, int column)
    {
        var visits = row.Number(column);
        if (visits == 0)
        {
            return NodeState.Unvisited;
        }

        var visit = new NodeVisit(row.Time(column + 1), VisitOutcomes.FromText(row.Text(column + 2))!.Value, row.Text(column + 3), row.Durations(column + 4));
        return new NodeState(
            visit, row.TimeOrNull(column + 8), row.TimeOrNull(column + 9), row.Version(column + 10), visits, row.Windows(column + 16), row.TimeOrNull(column + 15));
    }

    public static void Add(this IRowWriter row, NodeState state)
    {
        row.Add(state.Visits);
        row.Add(state.LastVisit?.At);
        row.Add(state.LastVisit?.Outcome.Text());
        row.Add(state.LastVisit?.Detail);
        row.Add(state.LastVisit?.Durations ?? default);
        row.Add(state.LastReachable);
        row.Add(state.LastAsked);
        row.Add(state.LastVersion);
        row.Add(state.UptimeAt);
        row.Add(state.Uptime.TwoHours);
        row.Add(state.Uptime.EightHours);
        row.Add(state.Uptime.Day);
        row.Add(state.Uptime.Week);
        row.Add(state.Uptime.Month);
    }

    /// <summary>What a visit's answer says of who told of whom.</summary>
    public static IEnumerable<GossipRecord> Gossip(Visit visit) =>
        visit.Addresses is { } answer ? answer.Entries.Select(entry => new GossipRecord(visit.Endpoint, entry, visit.Started)) : [];

    /// <summary>The visit of the columns <see cref="VisitColumns"/>.</summary>
    /// <param name="row">The row.</param>
    /// <param name="column">The first of them.</param>
    /// <param name="endpoint">The node.</param>
    /// <param name="started">When it began.</param>
    /// <param name="entries">What it answered.</param>
    public static Visit Visit(
        this IStoredRow row, int column, NetworkEndpoint endpoint, DateTimeOffset started, IReadOnlyList<AddressEntry> entries) => new(
        endpoint, started, VisitOutcomes.FromText(row.Text(column))!.Value, row.Text(column + 1), row.Durations(column + 2), row.Version(column + 6),
        row.IsNull(column + 11) ? null : new AddressAnswer(entries, row.Number(column + 12) != 0));

    /// <param name="row">The row.</param>
    /// <param name="visit">The visit.</param>
    /// <param name="entries">How many entries of its answer are kept.</param>
    public static void Add(this IRowWriter row, Visit visit, int entries)
    {
        row.Add(visit.Outcome.Text());
        row.Add(visit.Detail);
        row.Add(visit.Durations);
        row.Add(visit.Version);
        row.Add(visit.Addresses is null ? null : entries);
        row.Add(visit.Addresses is null ? null : visit.Addresses.SelfAnnounced ? 1 : 0);
    }

    private static void Add(this IRowWriter row, VisitDurations durations)
    {
        row.Add(durations.Connect?.Ticks / Microsecond);
        row.Add(durations.Handshake?.Ticks / Microsecond);
        row.Add(durations.Addresses?.Ticks / Microsecond);
        row.Add(durations.Total.Ticks / Microsecond);
    }

    private static void Add(this IRowWriter row, NodeVersion? version)
    {
        row.Add(version?.ProtocolVersion);
        row.Add((long?)version?.Services);
        row.Add(version?.UserAgent.ToString());
        row.Add(version?.StartHeight);
        row.Add(version?.TimeOffset.Ticks / TimeSpan.TicksPerSecond);
    }

    private static void Add(this IRowWriter row, UptimeWindow window)
    {
        row.Add(window.Weight);
        row.Add(window.Count);
        row.Add(window.Reliability);
    }

    private static void Add(this IRowWriter row, DateTimeOffset? time) => row.Add(time?.ToUnixTimeMilliseconds());

    private static void Add(this IRowWriter row, long? value)
    {
        if (value is { } number)
        {
            row.Add(number);
        }
        else
        {
            row.AddNull();
        }
    }

    private static VisitDurations Durations(this IStoredRow row, int column) =>
        new(row.Duration(column), row.Duration(column + 1), row.Duration(column + 2), row.Duration(column + 3) ?? TimeSpan.Zero);

    private static TimeSpan? Duration(this IStoredRow row, int column) => row.IsNull(column) ? null : new TimeSpan(row.Number(column) * Microsecond);

    private static NodeVersion? Version(this IStoredRow row, int column) => row.IsNull(column) ? null : new NodeVersion(
        (int)row.Number(column), (ServiceFlags)row.Number(column + 1), StoredText.Unescape(row.Text(column + 2)), (int)row.Number(column + 3),
        new TimeSpan(row.Number(column + 4) * TimeSpan.TicksPerSecond));

    private static UptimeWindows Windows(this IStoredRow row, int column) =>
        new(row.Window(column), row.Window(column + 3), row.Window(column + 6), row.Window(column + 9), row.Window(column + 12));

    private static UptimeWindow Window(this IStoredRow row, int column) => new(row.Real(column), row.Real(column + 1), row.Real(column + 2));
}
